package velneo_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// What holds a secret shows none, however deep in somebody's own unexported
// fields it stands, where fmt asks no method.
func TestSecrets_AreNotPrinted(t *testing.T) {
	hush := velneo.NewSecret("hush-hush")
	cfg := velneo.Config{Email: "agency@example.com", APIKey: hush, Session: hush}
	user := velneo.User{Username: "luis", Password: hush, Group: "agents"}
	call := velneo.RFCCall{Function: "vserver", Params: hush}
	client := newClient(t, cfg)
	type holder struct {
		cfg    velneo.Config
		client *velneo.Client
		user   velneo.User
		call   velneo.RFCCall
		secret velneo.Secret
		any    any
		users  map[string]velneo.User
	}
	in := holder{cfg, client, user, call, hush, user, map[string]velneo.User{"luis": user}}
	for name, v := range map[string]any{
		"Config": cfg, "*Config": &cfg, "Client": client, "User": user, "*User": &user, "RFCCall": call, "Secret": hush,
		"unexported fields": in, "pointer to them": &in, "two deep": struct{ in holder }{in},
		"slice": []velneo.User{user}, "map": map[string]velneo.Secret{"a": hush}, "key": map[velneo.Secret]string{hush: "a"},
	} {
		t.Run(name, func(t *testing.T) {
			var shown strings.Builder
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
				fmt.Fprintf(&shown, verb+"\n", v)
			}
			raw, err := json.Marshal(v)
			require.NoError(t, err)
			shown.Write(raw)
			raw, _ = xml.Marshal(v) // what it can't marshal, it doesn't show
			shown.Write(raw)
			slog.New(slog.NewTextHandler(&shown, nil)).Info("shown", "v", v)
			slog.New(slog.NewJSONHandler(&shown, nil)).Info("shown", "v", v)
			for _, form := range []string{"hush", "68757368", "104 117 115 104", "0x68, 0x75"} {
				assert.NotContains(t, strings.ToLower(shown.String()), form)
			}
		})
	}
}

// A Secret among the params of Do would be sent as the word that it prints as.
func TestDo_RefusesSecretsInParams(t *testing.T) {
	server, c := pair(t, nil)
	for name, params := range map[string]any{
		"member": map[string]any{"username": "root", "password": velneo.NewSecret("pw")},
		"nested": map[string]any{"user": struct{ Password velneo.Secret }{velneo.NewSecret("pw")}},
		"name":   map[velneo.Secret]string{velneo.NewSecret("pw"): "a"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.Do(t.Context(), "PUT", "vserver", params, nil)
			require.ErrorIs(t, err, velneo.ErrInvalid)
			assert.EqualError(t, err, "velneo: PUT vserver: params hold REDACTED: pass a Secret by its Reveal")
		})
	}
	assert.Empty(t, server.Calls())
	require.NoError(t, c.Do(t.Context(), "PUT", "vserver", map[string]any{"username": "root", "password": velneo.NewSecret("pw").Reveal()}, nil))
}

// The service repeats the whole call in its message, and no error or log line
// shows a secret of it.
func TestSecrets_AreNotInErrorsAndLogs(t *testing.T) {
	const (
		password   = `correct "horse" isn't <ñ> a/b battery`
		phpEcho    = ` {"password":"correct \"horse\" isn't <\u00f1> a\/b battery"}` // what json_encode makes of it
		pythonEcho = ` {"password": "correct \"horse\" isn't <\u00f1> a/b battery"}` // and json.dumps
	)
	for _, dialect := range []velneo.Dialect{velneo.StrictJSON, velneo.SingleQuoted} {
		t.Run(string(dialect), func(t *testing.T) {
			var shown bytes.Buffer
			var signed string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				params := "key-hush " + r.Form.Get("params")
				_, after, _ := strings.Cut(params, "signed")
				signed = strings.Trim(after, `"':, `)[:40]
				if !strings.HasSuffix(r.URL.Path, "session") {
					params += " " + password + phpEcho + pythonEcho
				}
				_, _ = fmt.Fprintf(w, `{"status_code":403,"message":%q}`, params+" "+r.Form.Encode())
			}))
			c := newClient(t, velneo.Config{
				URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret("key-hush"), Session: velneo.NewSecret("session-hush"), Dialect: dialect, Logger: jsonLog(&shown),
			})
			for name, err := range map[string]error{
				"SetCredentials": c.SetCredentials(t.Context(), "root", velneo.NewSecret(password)),
				"PutUser":        failure(c.PutUser(t.Context(), velneo.User{Username: "luis", Password: velneo.NewSecret(password), Group: "agents"})),
				"Do":             c.Do(t.Context(), "PUT", "user", map[string]string{"newPassword": password}, nil),
				"Logout":         c.Logout(t.Context()),
			} {
				require.Error(t, err, name)
				fmt.Fprintf(&shown, "%v %+v %#v %s\n", err, err, err, err)
				jsonLog(&shown).Info("failed", "error", err, "client", c)
			}
			server.Close()
			require.NotEmpty(t, signed)
			for _, secret := range []string{"key-hush", "session-hush", signed, "horse", "battery"} {
				assert.NotContains(t, shown.String(), secret)
			}
		})
	}
}

// A link opens the backup by itself.
func TestSecrets_LinkIsNotInErrorsAndLogs(t *testing.T) {
	var shown bytes.Buffer
	server, c := pair(t, func(cfg *velneo.Config) { cfg.Logger, cfg.MaxRetryWait = jsonLog(&shown), time.Millisecond })
	file := t.TempDir() + "/b"
	for _, fault := range []velneotest.Fault{{Break: true}, {Status: 500}, {Status: 302, Header: http.Header{"Location": {server.BackupLink().Reveal()}}}} {
		t.Run(fmt.Sprint("status ", fault.Status), func(t *testing.T) {
			fault.Resource, fault.Times = "backup", 3
			server.Inject(fault)
			_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
			fmt.Fprintf(&shown, "%v %#v\n", err, err)
		})
	}
	for _, link := range []string{"ftp://open-sesame.example.com/", "https://user:open-sesame@example.com/", "%open-sesame", "http://b.example.com/open-sesame"} {
		t.Run(link, func(t *testing.T) {
			_, err := c.DownloadBackup(t.Context(), velneo.NewSecret(link), file, nil)
			require.ErrorIs(t, err, velneo.ErrInvalid)
			fmt.Fprintf(&shown, "%v %#v\n", err, err)
		})
	}
	assert.NotContains(t, shown.String(), "sesame")
}
