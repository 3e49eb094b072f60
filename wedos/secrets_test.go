package wedos_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
)

// A hostile server repeats all it was sent, as it came, decoded, and as a text
// within its answer; see also TestConformance. The transfer secret has what the
// codecs and the form escape.
func TestErrors_NoSecrets(t *testing.T) {
	const secret = `hush"&<auth>+é`
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		for name, answer := range map[string]func(raw, decoded string) string{
			"raw":     func(raw, _ string) string { return raw[strings.Index(raw, "hush")-50:] },
			"decoded": func(_, decoded string) string { return decoded[strings.Index(decoded, "hush")-50:] },
			"quoted": func(_, decoded string) string {
				quoted, _ := json.Marshal(decoded)
				return fmt.Sprintf(`{"response":{"code":2100,"result":%s,"svTRID":%[1]s,"command":"domain-transfer"}}`, quoted)
			},
		} {
			t.Run(string(codec)+", "+name, func(t *testing.T) {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					raw, _ := io.ReadAll(r.Body)
					form, _ := url.ParseQuery(string(raw))
					_, _ = fmt.Fprint(w, answer(string(raw), form.Get("request")))
				}))
				defer server.Close()
				c, err := wedos.New(wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("hush-password"), URL: server.URL, Codec: codec})
				require.NoError(t, err)
				defer c.Close()
				_, err = c.DomainTransfer(t.Context(), wedos.Transfer{Name: "example.com", AuthInfo: wedos.NewSecret(secret)})
				e, ok := errors.AsType[*wedos.Error](err)
				require.True(t, ok)
				shown := fmt.Sprintf("%v %+v %#v %s %s %s", err, err, err, e.Snippet, e.Result, e.SvTRID)
				assert.NotContains(t, shown, "hush")
				assert.NotContains(t, shown, wedos.AuthHash("a@example.test", "hush-password", e.At))
				assert.Contains(t, shown, "REDACTED", "the server's words are gone")
			})
		}
	}
}

// What holds a secret does not show it, whichever way it is printed.
func TestPrinting_NoSecrets(t *testing.T) {
	c, err := wedos.New(wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("hush-password")})
	require.NoError(t, err)
	hookConfig := wedos.WebhookConfig{Token: wedos.NewSecret("hush-hush-hush-hush"), Handle: wedos.NewTracker(wedos.TrackerConfig{}).Handle}
	hook, err := wedos.NewWebhook(hookConfig)
	require.NoError(t, err)
	for _, v := range []any{c, *c, hook, *hook, hookConfig, &hookConfig} {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			var log strings.Builder
			slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
			slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
			asJSON, err := json.Marshal(v)
			shown := fmt.Sprintf("%v %+v %#v %s %s", v, v, v, asJSON, log.String())
			require.NoError(t, err)
			assert.NotContains(t, shown, "hush")
			assert.Equal(t, 6, strings.Count(shown, "REDACTED"), shown)
		})
	}
}
