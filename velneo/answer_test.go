package velneo_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

const contradictoryLink = "https://backup.example.com/1?token=t"

// An answer whose HTTP status is a failure and whose body is none, or may be
// none, leaves open whether the backup was made: it is never ordered again, and
// a link is not thrown away.
func TestBackup_ContradictoryAnswer(t *testing.T) {
	for body, link := range map[string]string{
		`{"status_code":200,"url":"` + contradictoryLink + `"}`: contradictoryLink,
		`{"status_code":200}`: "",
		`{"status_code":"200","url":"` + contradictoryLink + `"}`:                 contradictoryLink,
		`{"url":"` + contradictoryLink + `"}`:                                     contradictoryLink,
		`{"status_code":401,"status_code":200,"url":"` + contradictoryLink + `"}`: contradictoryLink,
		`{"status_code":200,"Status_Code":401}`:                                   "",
		`{"status_code":200,"url":"https://backup.exam`:                           "",
		`[{"status_code":200,"url":"` + contradictoryLink + `"}]`:                 "",
		"\ufeff" + `{"status_code":200,"url":"` + contradictoryLink + `"}`:        "",
		`{"status_code":401,"url":"` + contradictoryLink + `"}`:                   contradictoryLink,
	} {
		for _, status := range []int{400, 401, 403, 404, 409, 429} {
			t.Run(fmt.Sprint(status, body), func(t *testing.T) {
				server, c := pair(t, nil)
				server.Inject(velneotest.Fault{Action: "backup", Times: 9, Status: status, Body: body})
				got, err := c.Backup(t.Context())
				require.ErrorIs(t, err, velneo.ErrAmbiguous)
				assert.ErrorIs(t, err, velneo.ErrProtocol)
				assert.NotErrorIs(t, err, velneo.ErrUnauthorized)
				assert.Equal(t, velneo.NewSecret(link), got)
				assert.Equal(t, 1, server.Count("PUT", "vserver", "backup"))
				assert.Equal(t, 1, server.Logins())
			})
		}
	}
}

// The body may contradict itself as well.
func TestBackup_RefusalWithALink(t *testing.T) {
	for _, code := range []int{401, 403, 404, 429, 500} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			server, c := pair(t, nil)
			server.Inject(velneotest.Fault{Action: "backup", Times: 9, Body: fmt.Sprintf(`{"status_code":%d,"url":%q}`, code, contradictoryLink)})
			link, err := c.Backup(t.Context())
			require.ErrorIs(t, err, velneo.ErrAmbiguous)
			assert.EqualError(t, err, fmt.Sprintf("velneo: PUT vserver backup: status_code %[1]d stands beside a link (code %[1]d); it may have been done", code))
			assert.Equal(t, velneo.NewSecret(contradictoryLink), link)
			assert.Equal(t, 1, server.Count("PUT", "vserver", "backup"))
			assert.Equal(t, 1, server.Logins())
		})
	}
}

// A refusal that is no answer of the service is one all the same: a 401 of a
// gateway causes one new login.
func TestBackup_RefusalOfAGateway(t *testing.T) {
	for _, body := range []string{"", "<html>Unauthorized</html>", `{"error":"unauthorized"}`, `{"message":"no","url":null}`} {
		t.Run(body, func(t *testing.T) {
			server, c := pair(t, nil)
			server.Inject(velneotest.Fault{Action: "backup", Status: 401, Body: body})
			link, err := c.Backup(t.Context())
			require.NoError(t, err)
			assert.False(t, link.IsZero())
			assert.Equal(t, 2, server.Count("PUT", "vserver", "backup"))
		})
	}
}

func TestBackup_ContradictoryServerError(t *testing.T) {
	server, c := pair(t, nil)
	server.Inject(velneotest.Fault{Action: "backup", Status: 502, Body: `{"status_code":200,"url":"` + contradictoryLink + `"}`})
	link, err := c.Backup(t.Context())
	require.ErrorIs(t, err, velneo.ErrAmbiguous)
	assert.ErrorIs(t, err, velneo.ErrUnavailable)
	assert.Equal(t, velneo.NewSecret(contradictoryLink), link)
}

func TestChanges_ContradictoryAnswer(t *testing.T) {
	for _, name := range []string{"Start", "Stop", "SetCredentials", "PutUser", "PutFolder", "PutInstance", "PutGroup", "Logout"} {
		t.Run(name, func(t *testing.T) {
			for _, status := range []int{401, 403, 404, 429} {
				t.Run(fmt.Sprint(status), func(t *testing.T) {
					requests := 0
					cfg := answering(t, http.StatusOK, "")
					cfg.ServerVersion = "7.12"
					cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
						requests++
						return canned(r, status, `{"status_code":200}`), nil
					})}
					err := everyCall(t.Context(), newClient(t, cfg), nil, "")[name]()
					require.ErrorIs(t, err, velneo.ErrAmbiguous)
					assert.EqualError(t, err, fmt.Sprintf("velneo: %s: status_code 200 contradicts the HTTP status (code %d); it may have been done",
						operationOf(err), status))
					assert.Equal(t, 1, requests)
				})
			}
		})
	}
}

// What only reads believes the service's body, as the body counts.
func TestVServer_BodyCounts(t *testing.T) {
	for _, status := range []int{401, 403, 404, 429} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			v, err := newClient(t, answering(t, status, `{"status_code":200,"status":"running"}`)).VServer(t.Context())
			require.NoError(t, err)
			assert.Equal(t, velneo.VServer{Status: velneo.StatusRunning}, v)
		})
	}
}

func TestAnswers_Hostile(t *testing.T) {
	for name, hostile := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"no status_code":       {200, `{"status":"running"}`, velneo.ErrProtocol},
		"null status_code":     {200, `{"status_code":null}`, velneo.ErrProtocol},
		"string status_code":   {200, `{"status_code":"200","status":"running"}`, velneo.ErrProtocol},
		"fraction status_code": {200, `{"status_code":200.5}`, velneo.ErrProtocol},
		"huge status_code":     {200, `{"status_code":1e400}`, velneo.ErrProtocol},
		"odd status_code":      {200, `{"status_code":7}`, velneo.ErrProtocol},
		"negative status_code": {200, `{"status_code":-1}`, velneo.ErrProtocol},
		"no status":            {200, `{"status_code":200}`, velneo.ErrProtocol},
		"status not a text":    {200, `{"status_code":200,"status":[]}`, velneo.ErrProtocol},
		"HTML 502":             {502, `<html><h1>Bad Gateway</h1>`, velneo.ErrUnavailable},
		"HTML 404":             {404, `<html>`, velneo.ErrNotFound},
		"good body in a 500":   {500, `{"status_code":200,"status":"running"}`, velneo.ErrUnavailable},
		"403 in a 500":         {500, `{"status_code":403}`, velneo.ErrForbidden},
		"500 in a 200":         {200, `{"status_code":500}`, velneo.ErrUnavailable},
		"two values":           {200, `{"status_code":200}{"status_code":200}`, velneo.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, answering(t, hostile.status, hostile.body))
			var e *velneo.Error
			_, err := c.VServer(t.Context())
			require.ErrorIs(t, err, hostile.want)
			assert.ErrorAs(t, err, &e)
			assert.NotErrorIs(t, err, velneo.ErrAmbiguous)

			link, err := c.Backup(t.Context())
			require.Error(t, err)
			assert.Equal(t, velneo.Secret{}, link)
			definite := hostile.want == velneo.ErrForbidden || hostile.want == velneo.ErrNotFound
			assert.Equal(t, !definite, errors.Is(err, velneo.ErrAmbiguous), err)
		})
	}
}

func TestAnswers_EndlessBody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for chunk := bytes.Repeat([]byte(" "), 64<<10); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	c := newClient(t, velneo.Config{
		URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), Session: velneo.NewSecret("s-1"), MaxResponseBytes: 1 << 20,
	})
	grown := allocated(func() {
		_, err := c.VServer(t.Context())
		assert.ErrorIs(t, err, velneo.ErrTooLarge)
	})
	// Reading 1 MiB into a growing buffer allocates about four times as much.
	assert.LessOrEqual(t, grown, uint64(16<<20))
}
