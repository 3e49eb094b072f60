package velneo_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/conformance"
	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestConformance(t *testing.T) {
	for name, asMethod := range map[string]bool{"form verbs": false, "real verbs": true} {
		t.Run(name, func(t *testing.T) { conformance.Run(t, subject(asMethod)) })
	}
}

// answerAll answers every call as the service does.
func answerAll(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	body := `{"status_code":200,"session":"s-hush","status":"running","vrl":"vatp://vserver.example.com:6676","version":"7.12.0"}`
	_, _ = w.Write([]byte(body))
}

func subject(realVerbs bool) conformance.Subject {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	const key, session, password = "key-hush", "s-hush", `pass"hush'&`
	user := velneo.User{Username: "luis", Password: velneo.NewSecret(password), Group: "agents"}
	return conformance.Subject{
		Answer:        http.HandlerFunc(answerAll),
		ChangeSecrets: []string{password, `pass\"hush\u0027&`},
		Parts:         []string{`hush\u0027&`, velneo.Sign(velneotest.Email, at.Unix(), key)},
		Secrets: []string{
			key, session,
			velneo.Sign(session, at.Unix(), key),
		},
		New: func(t *testing.T, env conformance.Env) conformance.Provider {
			cfg := velneo.Config{
				Email: velneotest.Email, APIKey: velneo.NewSecret(key), URL: env.URL + "/v1", RealVerbs: realVerbs,
				Now: func() time.Time { return at }, HTTPClient: env.HTTPClient, Logger: env.Logger,
				MaxResponseBytes: env.MaxResponseBytes, MaxAttempts: env.MaxAttempts, MaxRetryWait: env.MaxRetryWait,
			}
			c, err := velneo.New(cfg)
			require.NoError(t, err)
			return conformance.Provider{
				Read:     func(ctx context.Context) error { _, err := c.VServer(ctx); return err },
				Change:   func(ctx context.Context) error { return failure(c.PutUser(ctx, user)) },
				IsRead:   func(r *conformance.Request) bool { return strings.HasSuffix(r.URL.Path, "/v1/vserver") },
				IsChange: func(r *conformance.Request) bool { return strings.HasSuffix(r.URL.Path, "/v1/user") },
				Show:     []any{c, cfg, &cfg, velneo.NewSecret(session), user, &user, velneo.RFCCall{Params: velneo.NewSecret(key)}},
				Close:    c.Close,
				Shows:    true,
				Hold: func(ctx context.Context) ([]any, error) {
					session, err := c.Login(ctx)
					alone := cfg
					alone.HTTPClient = nil // is in use, and net/http's to look into
					return []any{
						alone, &alone, session, user, &user, velneo.RFCCall{Params: velneo.NewSecret(key)},
						velneo.AppInstance{Name: "shop"}, velneo.NewSecret(password),
					}, err
				},
			}
		},
	}
}
