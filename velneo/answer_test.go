package velneo_test

import (
	"fmt"
	"net/http"
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
