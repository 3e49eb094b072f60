package monitor

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Receiver returns a handler that takes documents from observers that can't be
// called, behind a NAT for instance:
//
//	POST …?target=ID&hash=<ObserverHash>&time=<Unix seconds>
//
// with WebObserver's document as the body (the shape is this package's; no
// observer that pushes is public). A pattern's {target} works as well. The
// target is one of KindPush that Config.Targets finds, the hash is made with
// its Secret. It answers 204, and keeps the last document for KindPush to
// judge. A wrong hash, a time more than HashWindow off or not after the last
// one, and an unknown target are all 401; a body that is no document is 422,
// one above MaxResponseBytes 413, one that breaks off 400. Nothing is kept then.
//
// The hash does not cover the body, so serve it over TLS.
func (m *Monitor) Receiver() http.Handler { return receiver{m} }

type receiver struct{ m *Monitor }

func (h receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		w.Header().Set("Allow", "POST, PUT")
		http.Error(w, "only POST and PUT", http.StatusMethodNotAllowed)
		return
	}
	id, at, ok := h.authenticate(r)
	if !ok || h.m.closed.Load() {
		http.Error(w, "not authenticated", http.StatusUnauthorized)
		return
	}
	d, status := h.document(w, r)
	if status != http.StatusNoContent {
		http.Error(w, http.StatusText(status), status)
		return
	}
	if !h.m.inbox.put(id, &push{at, d}) {
		http.Error(w, "not authenticated", http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusNoContent)
	if h.m.config.OnPush != nil {
		h.m.config.OnPush(id)
	}
}

// authenticate tells who pushes. Whether the target exists does not show.
func (h receiver) authenticate(r *http.Request) (id string, at time.Time, ok bool) {
	query := r.URL.Query()
	if id = r.PathValue("target"); id == "" {
		id = query.Get("target")
	}
	seconds, err := strconv.ParseInt(query.Get("time"), 10, 64)
	if err != nil {
		return "", at, false
	}
	at = time.Unix(seconds, 0)
	token, known := h.token(r.Context(), id)
	given := strings.ToLower(query.Get("hash"))
	right := subtle.ConstantTimeCompare([]byte(given), []byte(ObserverHash(token, at))) == 1
	fresh := h.m.config.Now().Sub(at).Abs() <= HashWindow
	return id, at, known && right && fresh
}

func (h receiver) token(ctx context.Context, id string) (token string, known bool) {
	t, ok := h.m.config.Targets(id)
	if !ok || t.Kind != KindPush || t.Secret == "" {
		return "", false
	}
	token, err := h.m.resolve(ctx, t.Secret)
	return token, err == nil && token != ""
}

func (h receiver) document(w http.ResponseWriter, r *http.Request) (*document, int) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.m.config.MaxResponseBytes))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, http.StatusBadRequest
	}
	d, ok := parseDocument(body)
	if !ok || d.Dolibarr.Version == "" {
		return nil, http.StatusUnprocessableEntity
	}
	return d, http.StatusNoContent
}
