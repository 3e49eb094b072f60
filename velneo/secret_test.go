package velneo_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
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
