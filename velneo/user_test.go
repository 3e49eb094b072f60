package velneo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

func TestPutUser_UnsetIsNotSent(t *testing.T) {
	server, c := furnished(t, nil)
	user := velneo.User{Username: "luis", Password: velneo.NewSecret("pw"), Group: "agents"}
	_, err := c.PutUser(t.Context(), user)
	require.NoError(t, err)
	calls := server.Calls()
	assert.Equal(t, map[string]string{"username": "luis", "password": "pw", "group": "agents"}, calls[len(calls)-1].Params)

	user.FullName, user.IsSupervisor = `O'Brien "x" ñ <&> \ 你好`, velneo.No
	_, err = c.PutUser(t.Context(), user)
	require.NoError(t, err)
	assert.Equal(t, user, server.Users()["luis"])
}

// Both dialects and both ways to send the verb bring the same values.
func TestPutUser_ValuesArriveInEveryForm(t *testing.T) {
	for _, dialect := range []velneo.Dialect{velneo.StrictJSON, velneo.SingleQuoted} {
		for _, realVerbs := range []bool{false, true} {
			t.Run(fmt.Sprint(dialect, ", real verbs ", realVerbs), func(t *testing.T) {
				server, c := furnished(t, func(cfg *velneo.Config) { cfg.Dialect, cfg.RealVerbs = dialect, realVerbs })
				for _, text := range []string{`O'Brien "x" ñ`, `\`, `'`, `"`, `{"a": 'b', c}`, `a:b,c`, `\'\"`, "\u2028", "%26&=+ ", "😀"} {
					t.Run(text, func(t *testing.T) {
						user := velneo.User{Username: "luis", Password: velneo.NewSecret(text), FullName: text, Group: text}
						_, err := c.PutUser(t.Context(), user)
						require.NoError(t, err)
						assert.Equal(t, user, server.Users()["luis"])
					})
				}
				v, err := c.VServer(t.Context())
				require.NoError(t, err)
				assert.Equal(t, velneo.StatusRunning, v.Status)
				assert.NoError(t, c.Logout(t.Context()))
			})
		}
	}
}
