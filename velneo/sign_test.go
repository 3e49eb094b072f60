package velneo_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

// vector is a call whose signature and bodies were computed by other programs:
// PHP's sha1 and curl's --data-urlencode.
type vector struct {
	name, who, signed, verb, resource string
	strict, single                    string
}

const vectorKey, vectorTime = "0f1e2d3c4b5a69788796a5b4c3d2e1f0", 1400000000

func vectors() []vector {
	return []vector{{
		name: "login", who: "luis@example.com", signed: "633e458292c20005dc78c121ffd6e398b2f44480", verb: "POST", resource: "session",
		strict: "method=POST&params=%7B%22email%22%3A%22luis%40example.com%22%2C%22timestamp%22%3A1400000000%2C%22signed%22%3A%22633e458292c20005dc78c121ffd6e398b2f44480%22%7D",
		single: "method=POST&params=%7B%27email%27%3A+%27luis%40example.com%27%2C+%27timestamp%27%3A+1400000000%2C+%27signed%27%3A+%27633e458292c20005dc78c121ffd6e398b2f44480%27%7D",
	}, {
		name: "operation", who: "9b2f6c1e-77aa-4a10-8d3e-0a4b5c6d7e8f", signed: "90a3d46a78dc25e35d97bb647ecb6e0edeafaf02", verb: "GET", resource: "vserver",
		strict: "method=GET&params=%7B%22session%22%3A%229b2f6c1e-77aa-4a10-8d3e-0a4b5c6d7e8f%22%2C%22timestamp%22%3A1400000000%2C%22signed%22%3A%2290a3d46a78dc25e35d97bb647ecb6e0edeafaf02%22%7D",
		single: "method=GET&params=%7B%27session%27%3A+%279b2f6c1e-77aa-4a10-8d3e-0a4b5c6d7e8f%27%2C+%27timestamp%27%3A+1400000000%2C+%27signed%27%3A+%2790a3d46a78dc25e35d97bb647ecb6e0edeafaf02%27%7D",
	}}
}

func TestSign_Vectors(t *testing.T) {
	for _, v := range vectors() {
		t.Run(v.name, func(t *testing.T) {
			assert.Equal(t, v.signed, velneo.Sign(v.who, vectorTime, vectorKey))
		})
	}
}

// What is sent, byte for byte.
func TestRequests_FormBodies(t *testing.T) {
	for _, dialect := range []velneo.Dialect{"", velneo.StrictJSON, velneo.SingleQuoted} {
		t.Run(string(dialect), func(t *testing.T) {
			seen := map[string]string{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				raw, _ := io.ReadAll(r.Body)
				seen[r.Method+" "+r.RequestURI] = string(raw)
				assert.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
				assert.Equal(t, "application/json", r.Header.Get("Accept"))
				_, _ = fmt.Fprintf(w, `{"status_code":200,"session":%q,"status":"running"}`, vectors()[1].who)
			}))
			t.Cleanup(server.Close)
			c := newClient(t, velneo.Config{
				URL: server.URL + "/v1", Email: vectors()[0].who, APIKey: velneo.NewSecret(vectorKey), Dialect: dialect,
				Now: func() time.Time { return time.Unix(vectorTime, 0) },
			})
			_, err := c.VServer(t.Context())
			require.NoError(t, err)
			want := map[string]string{}
			for _, v := range vectors() {
				want["POST /v1/"+v.resource] = v.strict
				if dialect == velneo.SingleQuoted {
					want["POST /v1/"+v.resource] = v.single
				}
			}
			assert.Equal(t, want, seen)
		})
	}
}
