package velneo_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func newClient(t *testing.T, cfg velneo.Config) *velneo.Client {
	t.Helper()
	c, err := velneo.New(cfg)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// pair returns a fake and a client of it.
func pair(t *testing.T, change func(*velneo.Config)) (*velneotest.Server, *velneo.Client) {
	t.Helper()
	server := velneotest.NewServer(velneotest.Options{})
	t.Cleanup(server.Close)
	cfg := server.Config()
	if change != nil {
		change(&cfg)
	}
	return server, newClient(t, cfg)
}

// bubble returns a fake and a client of it for a synctest bubble.
func bubble(t *testing.T, wrap func(http.Handler) http.Handler, change func(*velneo.Config)) (*velneotest.Server, *velneo.Client) {
	t.Helper()
	server := velneotest.New(velneotest.Options{})
	handler := http.Handler(server)
	if wrap != nil {
		handler = wrap(server)
	}
	cfg := server.Config()
	cfg.HTTPClient = &http.Client{Transport: direct.Transport{Handler: handler}}
	if change != nil {
		change(&cfg)
	}
	return server, newClient(t, cfg)
}

// furnished returns a fake that has credentials, a group and a folder.
func furnished(t *testing.T, change func(*velneo.Config)) (*velneotest.Server, *velneo.Client) {
	t.Helper()
	server, c := pair(t, change)
	for _, err := range []error{
		c.SetCredentials(t.Context(), "root", velneo.NewSecret("pw")),
		failure(c.PutGroup(t.Context(), velneo.Group{Name: "agents"})),
		failure(c.PutFolder(t.Context(), velneo.Folder{Name: "clients", Path: "clients/client1", Group: "agents"})),
	} {
		require.NoError(t, err)
	}
	return server, c
}

func jsonLog(out io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// answering is a server with one answer to everything.
func answering(t *testing.T, status int, body string) velneo.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), Session: velneo.NewSecret("s-1"), MaxAttempts: 1}
}

// canned is an answer that needs no server.
func canned(r *http.Request, status int, body string) *http.Response {
	w := httptest.NewRecorder()
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
	resp := w.Result()
	resp.Request = r
	return resp
}

// failure is the error of a call whose result is not looked at.
func failure[T any](_ T, err error) error { return err }

func operationOf(err error) string {
	var e *velneo.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Operation
}

// nilContext is a nil that no linter sees through.
func nilContext() context.Context { return nil }
