package wedos

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/hebergo/hebergo/internal/redact"
)

// WebhookConfig holds what NewWebhook needs. It prints as REDACTED.
type WebhookConfig struct {
	// Token is a secret of your choice, 16 to 256 bytes. It must be the last path
	// element of the URL that you register with WEDOS,
	// https://you.example/wapi/<token>, so it may contain only what needs no
	// escaping there: letters, digits and -._~$&+=:@. WAPI does not sign webhook
	// requests.
	Token Secret
	// Handle is called for each notification, including those that can't be
	// decoded (see Notification.Err). If it returns nil, the response to WEDOS is
	// 200; if it returns an error, WEDOS sends the notification again some minutes
	// later.
	Handle func(context.Context, *Notification) error
	// MaxBytes is the maximum size of a request body; default 64 KiB.
	MaxBytes int64
	// Remember is the number of handled notifications remembered to detect
	// duplicates; default 10000, at 40 bytes each. They are lost when the process
	// ends: after a restart a notification can arrive again, from WEDOS or from
	// anyone who knows the URL. Handle must be idempotent, like the body of a loop
	// over Client.Notifications.
	Remember int
}

// String returns a constant: a WebhookConfig holds a token.
func (WebhookConfig) String() string { return "wedos.WebhookConfig{" + redact.Redacted + "}" }

// GoString implements fmt.GoStringer with the text of String.
func (c WebhookConfig) GoString() string { return c.String() }

// LogValue implements slog.LogValuer with the text of String.
func (c WebhookConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON implements json.Marshaler with the text of String.
func (c WebhookConfig) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// Webhook receives notifications by HTTP. It is an http.Handler, safe for
// concurrent use.
type Webhook struct {
	config WebhookConfig
	seen   *seen
}

const (
	minToken = 16
	maxToken = 256
)

// NewWebhook validates the configuration and returns a Webhook. Its error is an
// *Error that names the Field.
func NewWebhook(config WebhookConfig) (*Webhook, error) {
	token := config.Token.Reveal()
	switch {
	case len(token) < minToken:
		return nil, invalid("", "Token", "is shorter than 16 bytes")
	case len(token) > maxToken:
		return nil, invalid("", "Token", "is longer than 256 bytes")
	case url.PathEscape(token) != token || strings.Trim(token, ".") == "":
		return nil, invalid("", "Token", "has a character that can't stand in a path element")
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
	return &Webhook{config: config, seen: newSeen(config.Remember)}, nil
}

// String returns a constant, because a Webhook and its copies hold a token.
func (Webhook) String() string { return "wedos.Webhook{" + redact.Redacted + "}" }

// GoString implements fmt.GoStringer with the text of String.
func (w Webhook) GoString() string { return w.String() }

// LogValue implements slog.LogValuer with the text of String.
func (w Webhook) LogValue() slog.Value { return slog.StringValue(w.String()) }

// MarshalJSON implements json.Marshaler with the text of String.
func (w Webhook) MarshalJSON() ([]byte, error) { return []byte(`"` + w.String() + `"`), nil }

// ServeHTTP responds with 200 when the notification is handled, now or earlier.
// Before it reads the body it checks, in this order, the method (405), the
// Content-Length against MaxBytes (413) and the token (404). A body that is too
// long is 413, one that is not a notification 400, a notification that is still
// being handled 503, and an error of Handle 500. WEDOS sends again every
// notification that did not get a 200.
//
// A notification that can't be decoded is handled like any other, because WEDOS
// would otherwise send it forever: its Notification.Err matches ErrProtocol.
//
// Two notifications are the same if they have the same notification id, svTRID,
// clTRID and command: the notification id alone is not enough, because accounts
// use the same numbers.
func (w *Webhook) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	rw.WriteHeader(w.receive(rw, r))
}

func (w *Webhook) receive(rw http.ResponseWriter, r *http.Request) int {
	switch {
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	case r.ContentLength > w.config.MaxBytes:
		return http.StatusRequestEntityTooLarge
	case !w.knows(path.Base(r.URL.Path)):
		return http.StatusNotFound
	}
	r.Body = http.MaxBytesReader(rw, r.Body, w.config.MaxBytes)
	text, err := requestText(r)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return http.StatusBadRequest
	}
	n, err := findNotification(text)
	if n == nil {
		return http.StatusBadRequest
	}
	if err != nil {
		n.malformed = err.Error()
	}
	return w.handle(r.Context(), n)
}

// knows compares the last element of a path with the token, in a time that depends on
// neither.
func (w *Webhook) knows(word string) bool {
	if len(word) < minToken || len(word) > maxToken {
		return false
	}
	given, token := sha256.Sum256([]byte(word)), sha256.Sum256([]byte(w.config.Token.Reveal()))
	return subtle.ConstantTimeCompare(given[:], token[:]) == 1
}

// handle calls Handle unless the same notification was handled before or is
// being handled now.
func (w *Webhook) handle(ctx context.Context, n *Notification) int {
	if n.ID == "" && n.malformed == "" { // always new
		if w.config.Handle(ctx, n) != nil {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	}
	key := keyOf(n)
	switch w.seen.begin(key) {
	case seenDone:
		return http.StatusOK
	case seenUnderWay:
		return http.StatusServiceUnavailable
	}
	handled := false
	defer func() { w.seen.end(key, handled) }() // also after a panic
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

// seenKey stands for a notification: of one size, however long its ids are.
type seenKey [sha256.Size]byte

// keyOf is a notification's key. The text itself is one that can't be read.
func keyOf(n *Notification) seenKey {
	if n.malformed != "" {
		return sha256.Sum256([]byte(n.Raw.Text()))
	}
	return sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", n.ID, n.SvTRID, n.ClTRID, n.Command))
}

// seenState is what is known of a notification.
type seenState int8

const (
	seenNever seenState = iota
	seenUnderWay
	seenDone
)

// seen remembers the last notifications that were handled.
type seen struct {
	mu    sync.Mutex
	state map[seenKey]seenState
	order []seenKey // of the handled ones, as a ring once it is full
	size  int
	next  int
}

func newSeen(size int) *seen { return &seen{state: map[seenKey]seenState{}, size: size} }

// begin returns what is known, and marks what is not as under way.
func (s *seen) begin(key seenKey) seenState {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.state[key]
	if known == seenNever {
		s.state[key] = seenUnderWay
	}
	return known
}

// end forgets a notification, or remembers it as handled in the place of the
// oldest.
func (s *seen) end(key seenKey, handled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !handled {
		delete(s.state, key)
		return
	}
	s.state[key] = seenDone
	if len(s.order) < s.size {
		s.order = append(s.order, key)
		return
	}
	delete(s.state, s.order[s.next])
	s.order[s.next] = key
	s.next = (s.next + 1) % s.size
}
