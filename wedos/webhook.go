package wedos

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/hebergo/hebergo/internal/transport"
)

// WebhookConfig holds what NewWebhook needs. It prints as REDACTED.
type WebhookConfig struct {
	// Token is a secret of your choice, at least 16 bytes, which must be the
	// last element of the path of the address that you give to WEDOS:
	// https://you.example/wapi/<token>. WAPI does not sign what it sends.
	Token string
	// Handle is called for each notification. When it returns nil, WEDOS is
	// told 200; an error means that WEDOS sends it again some minutes later.
	Handle func(context.Context, *Notification) error
	// MaxBytes bounds a request's body; default 64 KiB.
	MaxBytes int64
	// Remember is how many ids of handled notifications are kept to tell
	// duplicates by; default 10000. They do not survive the process.
	Remember int
}

// String returns a constant: a WebhookConfig holds a token.
func (WebhookConfig) String() string { return "wedos.WebhookConfig{" + transport.Redacted + "}" }

// GoString is String.
func (c WebhookConfig) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c WebhookConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, for encoding/json.
func (c WebhookConfig) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// Webhook receives notifications by HTTP. It is an http.Handler, safe for
// concurrent use.
type Webhook struct {
	config WebhookConfig
	token  [sha256.Size]byte
	seen   *seen
}

// NewWebhook validates the configuration. Its error is an *Error with the Field.
func NewWebhook(config WebhookConfig) (*Webhook, error) {
	switch {
	case len(config.Token) < 16:
		return nil, invalid("", "Token", "is shorter than 16 bytes")
	case strings.Contains(config.Token, "/"):
		return nil, invalid("", "Token", "has a slash")
	case config.Handle == nil:
		return nil, invalid("", "Handle", "is nil")
	case config.MaxBytes < 0 || config.Remember < 0:
		return nil, invalid("", "MaxBytes or Remember", "is negative")
	}
	if config.MaxBytes == 0 {
		config.MaxBytes = 64 << 10
	}
	if config.Remember == 0 {
		config.Remember = 10_000
	}
	return &Webhook{config: config, token: sha256.Sum256([]byte(config.Token)), seen: newSeen(config.Remember)}, nil
}

// String returns a constant: a Webhook holds a token, and so does a copy.
func (Webhook) String() string { return "wedos.Webhook{" + transport.Redacted + "}" }

// GoString is String.
func (w Webhook) GoString() string { return w.String() }

// LogValue is String, for log/slog.
func (w Webhook) LogValue() slog.Value { return slog.StringValue(w.String()) }

// MarshalJSON is String, for encoding/json.
func (w Webhook) MarshalJSON() ([]byte, error) { return []byte(`"` + w.String() + `"`), nil }

// ServeHTTP answers 200 when the notification was handled, now or before;
// 404 for a wrong token, 405, 413 and 400 for what is no notification, 503
// while the same one is being handled, and 500 after Handle failed. WEDOS
// sends again whatever was not answered 200.
func (w *Webhook) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	rw.WriteHeader(w.receive(rw, r))
}

func (w *Webhook) receive(rw http.ResponseWriter, r *http.Request) int {
	given := sha256.Sum256([]byte(path.Base(r.URL.Path)))
	if subtle.ConstantTimeCompare(given[:], w.token[:]) != 1 {
		return http.StatusNotFound
	}
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed
	}
	r.Body = http.MaxBytesReader(rw, r.Body, w.config.MaxBytes)
	text, err := requestText(r)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	n, parseErr := ParseNotification(text)
	if err != nil || parseErr != nil {
		return http.StatusBadRequest
	}
	return w.handle(r.Context(), n)
}

// handle calls Handle unless the same notification was handled before or is
// being handled now.
func (w *Webhook) handle(ctx context.Context, n *Notification) int {
	switch w.seen.begin(n.ID) {
	case seenDone:
		return http.StatusOK
	case seenUnderWay:
		return http.StatusServiceUnavailable
	}
	handled := false
	defer func() { w.seen.end(n.ID, handled) }() // also after a panic
	if err := w.config.Handle(ctx, n); err != nil {
		return http.StatusInternalServerError
	}
	handled = true
	return http.StatusOK
}

// requestText returns the field "request" of a POST, however it is encoded.
func requestText(r *http.Request) (string, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		err := r.ParseMultipartForm(1 << 20)
		return r.PostFormValue("request"), err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", err
	}
	return formText(string(body)), nil
}

// formText reads the field from a form body. A document that follows
// "request=" as it is was never encoded, as in the vendor's sample: decoding
// it would turn + into spaces, and net/http drops it whole at a semicolon.
func formText(body string) string {
	_, raw, found := strings.Cut("&"+body, "&request=")
	if !found {
		return body
	}
	if start := strings.TrimSpace(raw); strings.HasPrefix(start, "{") || strings.HasPrefix(start, "<") {
		return raw
	}
	values, _ := url.ParseQuery(body) // holds what could be read, whatever its error
	if text := values.Get("request"); text != "" {
		return text
	}
	return raw
}

// seenState is what is known of an id.
type seenState int

const (
	seenNever seenState = iota
	seenUnderWay
	seenDone
)

// seen remembers the last ids that were handled.
type seen struct {
	mu    sync.Mutex
	state map[string]seenState
	order []string // of the handled ones, as a ring
	next  int
}

func newSeen(size int) *seen {
	return &seen{state: map[string]seenState{}, order: make([]string, size)}
}

// begin tells what is known of id, and marks an unknown one as under way. A
// notification without an id is always new.
func (s *seen) begin(id string) seenState {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.state[id]
	if known == seenNever && id != "" {
		s.state[id] = seenUnderWay
	}
	return known
}

// end forgets id, or remembers it as handled in the place of the oldest.
func (s *seen) end(id string, handled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.state, id)
	if !handled || id == "" {
		return
	}
	delete(s.state, s.order[s.next])
	s.order[s.next] = id
	s.next = (s.next + 1) % len(s.order)
	s.state[id] = seenDone
}
