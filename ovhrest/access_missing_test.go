package ovhrest

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMissingAccess(t *testing.T) {
	now := time.Now()
	need := Access{Rules: []AccessRule{{Method: MethodGet, Path: "/me"}, {Method: MethodPost, Path: "/order/cart/*/assign"}, {Method: MethodGet, Path: "/domain/example.com"}}}
	const head = `"applicationId":1,"credentialId":2,"ovhSupport":false,`
	for name, c := range map[string]struct {
		answer  string
		missing []AccessRule
		want    error
	}{
		"everything":    {head + `"status":"validated","rules":[{"method":"GET","path":"/*"},{"method":"POST","path":"/*"}]`, nil, nil},
		"just enough":   {head + `"status":"validated","rules":[{"method":"GET","path":"/me"},{"method":"POST","path":"/order/cart/*/assign"},{"method":"GET","path":"/domain/*"}]`, nil, nil},
		"a reader":      {head + `"status":"validated","rules":[{"method":"GET","path":"/*"}]`, need.Rules[1:2], nil},
		"one domain":    {head + `"status":"validated","rules":[{"method":"GET","path":"/me"},{"method":"POST","path":"/*"},{"method":"GET","path":"/domain/example.org"}]`, need.Rules[2:], nil},
		"no rules":      {head + `"status":"validated","rules":null`, need.Rules, nil},
		"not validated": {head + `"status":"pendingValidation","rules":[]`, nil, ErrCredential},
		"unheard of":    {head + `"status":"sl\u001b[2Jeeping","rules":[]`, nil, ErrCredential},
		"over":          {head + fmt.Sprintf(`"status":"validated","expiration":%q,"rules":[]`, now.Add(-time.Hour).Format(time.RFC3339)), nil, ErrCredential},
		"goes on":       {head + fmt.Sprintf(`"status":"validated","expiration":%q,"rules":[]`, now.Add(time.Hour).Format(time.RFC3339)), need.Rules, nil},
		"no status":     {head + `"rules":[]`, nil, ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "/1.0/auth/currentCredential", r.URL.Path)
				fmt.Fprint(w, "{"+c.answer+"}")
			})
			missing, err := a.client(t, nil).MissingAccess(t.Context(), need)
			require.ErrorIs(t, err, c.want)
			assert.Equal(t, c.missing, missing)
			if err != nil {
				assert.NotContains(t, err.Error(), "\x1b")
			}
		})
	}
}

func TestMissingAccess_OfAToken(t *testing.T) {
	need := Access{Rules: []AccessRule{{Method: MethodGet, Path: "/me"}, {Method: MethodPost, Path: "/order/cart"}}}
	for routes, want := range map[string][]AccessRule{
		`null`: nil, `[{"method":"GET","path":"/*"}]`: need.Rules[1:], `[]`: need.Rules,
	} {
		s := &stage{body: []byte(`{"account":"ab1-ovh","method":"provider","allowedRoutes":` + routes + `}`)}
		c, err := New(Config{AccessToken: NewSecret("hush"), HTTPClient: &http.Client{Transport: s}})
		require.NoError(t, err)
		missing, err := c.MissingAccess(t.Context(), need)
		require.NoError(t, err)
		assert.Equal(t, want, missing, routes)
		c.Close()
	}
}
