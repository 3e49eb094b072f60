package velneo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// attempts collects what OnAttempt gets.
type attempts struct {
	mu  sync.Mutex
	all []velneo.Attempt
}

func (a *attempts) add(_ context.Context, one velneo.Attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one.Start, one.Duration, one.Wait = time.Time{}, 0, 0
	a.all = append(a.all, one)
}

func TestOnAttempt_StatusCodeAndCondition(t *testing.T) {
	var seen attempts
	server, c := pair(t, func(cfg *velneo.Config) {
		cfg.OnAttempt, cfg.MaxRetryWait = seen.add, time.Nanosecond
	})
	server.Inject(velneotest.Fault{Resource: "vserver", Status: 503})
	_, err := c.VServer(t.Context())
	require.NoError(t, err)
	server.Inject(velneotest.Fault{Action: "stop", Status: 200, Code: 401})
	require.NoError(t, c.Stop(t.Context()))
	server.Inject(velneotest.Fault{Action: "start", Status: 500, Body: `{"status_code":200}`})
	require.ErrorIs(t, c.Start(t.Context()), velneo.ErrAmbiguous)
	server.Inject(velneotest.Fault{Resource: "backup", Status: 404})
	_, err = c.DownloadBackup(t.Context(), server.BackupLink(), t.TempDir()+"/b", nil)
	require.ErrorIs(t, err, velneo.ErrNotFound)
	assert.Equal(t, []velneo.Attempt{
		{Operation: "POST session", Number: 1, Status: 200, Code: "200"},
		{Operation: "GET vserver", Number: 1, Status: 503, Condition: velneo.ErrUnavailable},
		{Operation: "GET vserver", Number: 2, Status: 200, Code: "200"},
		{Operation: "PUT vserver stop", Number: 1, Status: 200, Code: "401", Condition: velneo.ErrUnauthorized},
		{Operation: "POST session", Number: 1, Status: 200, Code: "200"},
		{Operation: "PUT vserver stop", Number: 1, Status: 200, Code: "200"},
		{Operation: "PUT vserver start", Number: 1, Status: 500, Code: "200", Condition: velneo.ErrUnavailable},
		{Operation: "backup download", Number: 1, Status: 404, Condition: velneo.ErrNotFound},
	}, seen.all)
}

// Neither OnAttempt nor the log show a secret that the service repeats, or that a
// caller's RoundTripper quotes.
func TestOnAttempt_HoldsNoSecret(t *testing.T) {
	const password = "12345678-hush"
	var log bytes.Buffer
	for name, answer := range map[string]func(r *http.Request) (*http.Response, error){
		"repeated in the answer": func(r *http.Request) (*http.Response, error) {
			return canned(r, 403, `{"status_code":403,"message":"`+password+` s-hush"}`), nil
		},
		"as a code": func(r *http.Request) (*http.Response, error) {
			return canned(r, 200, `{"status_code":12345678}`), nil
		},
		"by the RoundTripper": func(r *http.Request) (*http.Response, error) {
			_ = r.ParseForm()
			return nil, fmt.Errorf("can't send %s: %s", r.URL, r.Form.Encode())
		},
	} {
		t.Run(name, func(t *testing.T) {
			var seen attempts
			_, c := pair(t, func(cfg *velneo.Config) {
				cfg.OnAttempt, cfg.Logger, cfg.Session = seen.add, jsonLog(&log), velneo.NewSecret("s-hush")
				cfg.HTTPClient = &http.Client{Transport: roundTripper(answer)}
			})
			_, err := c.PutUser(t.Context(), velneo.User{Username: "u", Password: velneo.NewSecret(password), Group: "g"})
			require.Error(t, err)
			require.Len(t, seen.all, 1)
			shown := fmt.Sprintf("%+v %s", seen.all, log.String())
			for _, secret := range []string{"hush", "12345678", velneotest.APIKey} {
				assert.NotContains(t, shown, secret)
			}
		})
	}
}

func TestOperationFrom_InARoundTripper(t *testing.T) {
	var operations []string
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	cfg := server.Config()
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		operations = append(operations, velneo.OperationFrom(r.Context()))
		return http.DefaultTransport.RoundTrip(r)
	})}
	c := newClient(t, cfg)
	require.NoError(t, c.Stop(t.Context()))
	_, err := c.DownloadBackup(t.Context(), server.BackupLink(), t.TempDir()+"/b", nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"POST session", "PUT vserver stop", "backup download"}, operations)
	assert.Empty(t, velneo.OperationFrom(t.Context()))
}

// The error of a RoundTripper during a download shows neither the link nor the
// address that it was redirected to.
func TestDownload_ErrorOfTheRoundTripper(t *testing.T) {
	var log bytes.Buffer
	_, c := pair(t, func(cfg *velneo.Config) {
		cfg.DownloadRedirects, cfg.Logger, cfg.MaxAttempts = true, jsonLog(&log), 1
		cfg.DownloadClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "storage.example.com" {
				return nil, fmt.Errorf("no way to %s with signature %s", r.URL.Path, r.URL.Query().Get("signature"))
			}
			resp := canned(r, 302, "")
			resp.Header.Set("Location", "https://storage.example.com/path-hush?signature=sig-hush")
			return resp, nil
		})}
	})
	_, err := c.DownloadBackup(t.Context(), velneo.NewSecret("https://backups.example.com/link-hush"), t.TempDir()+"/b", nil)
	require.ErrorIs(t, err, velneo.ErrUnavailable)
	assert.EqualError(t, err, "velneo: backup download: HTTP transport failed: no way to REDACTED with signature REDACTED")
	assert.NotContains(t, log.String(), "hush")
	assert.Contains(t, log.String(), "redirect to storage.example.com (HTTP 302)")
	for ; err != nil; err = errors.Unwrap(err) {
		assert.False(t, strings.Contains(fmt.Sprintf("%#v", err), "hush"))
	}
}
