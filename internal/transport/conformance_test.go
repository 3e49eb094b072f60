package transport_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/conformance"
	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// probe is the smallest provider there can be: an answer is the word "done".
type probe struct {
	tc  *transport.Client
	url string
}

func (p *probe) do(ctx context.Context, op transport.Op) error {
	op.Scrub = hush.Scrub
	resp, err := p.tc.Do(ctx, op, func(ctx context.Context) (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/"+op.Name, strings.NewReader("key=hush"))
	})
	if err != nil {
		return err
	}
	if resp.Status != http.StatusOK {
		return resp.StatusError(op)
	}
	if string(resp.Body) != "done" {
		e := transport.NewError(condition.ErrProtocol, "not the word")
		e.Ambiguous = !op.Repeatable
		return e
	}
	return nil
}

var hush = redact.NewScrubber("hush")

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.Subject{
		Secrets: []string{"hush"},
		Answer:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "done") }),
		New: func(t *testing.T, env conformance.Env) conformance.Provider {
			tc, err := transport.New(transport.Config{
				Package: "probe", HTTPClient: env.HTTPClient, Logger: env.Logger, RequestIDHeader: "X-Request-Id",
				Scrub:            hush.Scrub,
				MaxResponseBytes: env.MaxResponseBytes, MaxAttempts: env.MaxAttempts, MaxRetryWait: env.MaxRetryWait,
			})
			if err != nil {
				t.Fatal(err)
			}
			p := &probe{tc, env.URL}
			return conformance.Provider{
				Read:     func(ctx context.Context) error { return p.do(ctx, transport.Op{Name: "read", Repeatable: true}) },
				Change:   func(ctx context.Context) error { return p.do(ctx, transport.Op{Name: "change"}) },
				IsRead:   func(r *conformance.Request) bool { return r.URL.Path == "/read" },
				IsChange: func(r *conformance.Request) bool { return r.URL.Path == "/change" },
				Close:    tc.Close,
				Shows:    true,
				Hold: func(context.Context) ([]any, error) {
					return []any{redact.New("hush"), struct{ Key redact.Secret }{redact.New("hush")}}, nil
				},
			}
		},
	})
}
