package velneo_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// storage is another host that serves a backup, cut once, and keeps the headers
// of its requests.
func storage(t *testing.T, content []byte, cut int) (*httptest.Server, *[]http.Header) {
	t.Helper()
	var seen []http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Clone())
		w.Header().Set("ETag", `"v1"`)
		if len(seen) == 1 && cut > 0 {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content[:cut])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}))
	t.Cleanup(server.Close)
	return server, &seen
}

// Without DownloadRedirects no redirect is followed, and the other host gets
// nothing.
func TestRedirects_AreRefused(t *testing.T) {
	elsewhere, seen := storage(t, nil, 0)
	server, c := pair(t, nil)
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			header := http.Header{"Location": {elsewhere.URL}}
			server.Inject(velneotest.Fault{Resource: "vserver", Status: status, Header: header})
			_, err := c.VServer(t.Context())
			assert.ErrorIs(t, err, velneo.ErrProtocol)
			server.Inject(velneotest.Fault{Resource: "backup", Status: status, Header: header})
			_, err = c.DownloadBackup(t.Context(), server.BackupLink(), filepath.Join(t.TempDir(), "b"), nil)
			assert.ErrorIs(t, err, velneo.ErrProtocol)
		})
	}
	assert.Empty(t, *seen)
}

// A redirect that the caller allows is followed, and a broken connection goes
// on from the link, which may redirect elsewhere by then. Nothing that opens the
// account goes along.
func TestDownloadBackup_FollowsRedirects(t *testing.T) {
	content := noise(300_000, 1)
	elsewhere, seen := storage(t, content, 100_000)
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			*seen = nil
			server, c := pair(t, func(cfg *velneo.Config) {
				cfg.DownloadRedirects, cfg.MaxRetryWait = true, time.Millisecond
				cfg.HTTPClient = &http.Client{Jar: cookies{}}
			})
			server.Inject(velneotest.Fault{Resource: "backup", Times: 9, Status: status, Header: http.Header{
				"Location": {elsewhere.URL + "/b?signature=x#part"}, "Set-Cookie": {"a=b"},
			}})
			file := filepath.Join(t.TempDir(), "b")
			got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
			require.NoError(t, err)
			checkFile(t, file, got, content)
			require.Len(t, *seen, 2)
			for _, header := range *seen {
				for _, name := range []string{"Cookie", "Authorization", "Referer"} {
					assert.Empty(t, header.Get(name))
				}
			}
			assert.Equal(t, "bytes=100000-", (*seen)[1].Get("Range"))
		})
	}
}

func TestDownloadBackup_RefusedRedirects(t *testing.T) {
	server, plain := pair(t, nil)
	allowing := func(change func(*velneo.Config)) *velneo.Client {
		cfg := server.Config()
		cfg.DownloadRedirects = true
		if change != nil {
			change(&cfg)
		}
		return newClient(t, cfg)
	}
	for name, redirect := range map[string]struct {
		client   *velneo.Client
		status   int
		location string
		times    int
		want     string
	}{
		"not allowed":    {plain, 302, "https://backups.example.net/x", 1, "redirect to backups.example.net refused (HTTP 302): Config.DownloadRedirects does not allow it"},
		"plain http":     {allowing(nil), 302, "http://backups.example.net/x", 1, "redirect to backups.example.net refused (HTTP 302): it is not https"},
		"another scheme": {allowing(nil), 302, "ftp://backups.example.net/x", 1, "redirect to backups.example.net refused (HTTP 302): it is not https"},
		"credentials":    {allowing(nil), 302, "https://a:b@backups.example.net/x", 1, "redirect to backups.example.net refused (HTTP 302): it holds credentials"},
		"in a circle":    {allowing(nil), 302, server.BackupLink().Reveal(), 6, "redirect to " + hostOf(server) + " refused (HTTP 302): too many redirects"},
		"300":            {allowing(nil), 300, "https://backups.example.net/x", 1, "redirect to backups.example.net refused (HTTP 300): only 301, 302, 303, 307 and 308 are followed"},
		"no Location":    {allowing(nil), 302, "", 1, "redirect refused (HTTP 302 Found)"},
		"bad Location":   {allowing(nil), 302, "https://%zz", 1, "redirect refused (HTTP 302 Found)"},
		"a long name":    {plain, 302, "https://" + strings.Repeat("a", 5000), 1, "redirect to " + strings.Repeat("a", 100) + "… refused (HTTP 302): Config.DownloadRedirects does not allow it"},
		"the link in it": {plain, 302, "https://open-sesame.example.net/", 1, "redirect to REDACTED.example.net refused (HTTP 302): Config.DownloadRedirects does not allow it"},
	} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			if redirect.location != "" {
				header.Set("Location", redirect.location)
			}
			server.Inject(velneotest.Fault{Resource: "backup", Times: redirect.times, Status: redirect.status, Header: header})
			_, err := redirect.client.DownloadBackup(t.Context(), server.BackupLink(), filepath.Join(t.TempDir(), "b"), nil)
			require.ErrorIs(t, err, velneo.ErrProtocol)
			assert.EqualError(t, err, "velneo: backup download: "+redirect.want)
		})
	}
}

// https never becomes http, not even on this machine.
func TestDownloadBackup_RedirectKeepsHTTPS(t *testing.T) {
	elsewhere, seen := storage(t, noise(10, 1), 0)
	fake := velneotest.NewTLSServer(velneotest.Options{})
	t.Cleanup(fake.Close)
	cfg := fake.Config()
	cfg.DownloadRedirects, cfg.AllowHTTP = true, true
	fake.Inject(velneotest.Fault{Resource: "backup", Status: 302, Header: http.Header{"Location": {elsewhere.URL}}})
	_, err := newClient(t, cfg).DownloadBackup(t.Context(), fake.BackupLink(), filepath.Join(t.TempDir(), "b"), nil)
	require.ErrorIs(t, err, velneo.ErrProtocol)
	assert.Empty(t, *seen)
}

func hostOf(server *velneotest.Server) string {
	return strings.TrimSuffix(strings.TrimPrefix(server.URL, "http://"), "/v1")
}
