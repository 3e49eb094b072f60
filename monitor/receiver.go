package monitor

import (
	"context"
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Receiver returns a handler for documents from observers that can't be called,
// for instance behind a NAT:
//
//	POST …?target=ID&hash=<ObserverHash>&time=<Unix seconds>
//
// The body is a WebObserver document (this request format is the package's own;
// no observer that pushes is public). A {target} wildcard in the pattern works
// as well. The target must be a KindPush target that a Scheduler has or
// Config.Targets returns, and the hash is made with its Secret. The handler
// responds with 204 and keeps the last document, which KindPush judges. A wrong
// hash, a time more than HashWindow off or not after the last one, and an
// unknown target are all 401; a body that is not a document is 422, one above
// MaxResponseBytes 413, an incomplete one 400. In these cases nothing is kept.
//
// Cheap checks come first, and the secret is resolved last: never for a request
// that announces too large a body, or lacks a known target, a well-formed hash
// or an acceptable time. The body is read only after the hash was verified.
//
// A hash is valid for one document. Documents are kept in memory only, so after
// a restart the last hash is not known: documents signed before New was called
// are refused. An observer whose clock is behind is accepted again once its
// clock has passed that moment, at most HashWindow later. The hash does not
// cover the body, so serve the handler over TLS.
func (m *Monitor) Receiver() http.Handler { return receiver{m} }

type receiver struct{ m *Monitor }

// delivery is a request whose address has the right form. Nothing of it is
// proven.
type delivery struct {
	target Target
	hash   string
	at     time.Time
}

func (h receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := h.receive(w, r)
	switch status {
	case http.StatusNoContent:
		w.WriteHeader(status)
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", "POST, PUT")
		http.Error(w, "only POST and PUT", status)
	case http.StatusUnauthorized:
		http.Error(w, "not authenticated", status)
	default:
		http.Error(w, http.StatusText(status), status)
	}
}

// receive takes a document and returns the status to answer with.
func (h receiver) receive(w http.ResponseWriter, r *http.Request) (status int) {
	switch {
	case r.Method != http.MethodPost && r.Method != http.MethodPut:
		return http.StatusMethodNotAllowed
	case r.ContentLength > h.m.config.MaxResponseBytes:
		return http.StatusRequestEntityTooLarge
	}
	d, ok := h.delivery(r)
	if !ok || h.m.closed.Load() || !h.authentic(r.Context(), d) {
		return http.StatusUnauthorized
	}
	doc, status := h.document(w, r)
	if status != http.StatusNoContent {
		return status
	}
	if !h.m.inbox.put(d.target.ID, &push{d.at, doc}) {
		return http.StatusUnauthorized
	}
	if h.m.config.OnPush != nil {
		h.m.config.OnPush(d.target.ID)
	}
	return status
}

// delivery reads the address of a request. Whether the target exists does not
// show.
func (h receiver) delivery(r *http.Request) (d delivery, ok bool) {
	query := r.URL.Query()
	id := r.PathValue("target")
	if id == "" {
		id = query.Get("target")
	}
	d.hash = strings.ToLower(query.Get("hash"))
	seconds, err := strconv.ParseInt(query.Get("time"), 10, 64)
	d.at = time.Unix(seconds, 0)
	switch {
	case err != nil || !isHash(d.hash) || (Target{ID: id}).checkName() != nil:
		return d, false
	case h.m.config.Now().Sub(d.at).Abs() > HashWindow || d.at.Before(h.m.began):
		return d, false
	}
	t, known := h.m.target(id)
	if !known || t.Kind != KindPush || t.Secret == "" {
		return d, false
	}
	t.ID, d.target = id, t
	return d, h.m.inbox.wants(id, d.at)
}

// isHash reports whether a text could be an ObserverHash.
func isHash(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == md5.Size
}

// authentic reports whether a delivery was signed with its target's secret.
func (h receiver) authentic(ctx context.Context, d delivery) bool {
	token, err := h.m.resolve(ctx, d.target.Secret)
	if err != nil || token == "" {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(d.hash), []byte(ObserverHash(token, d.at))) == 1
}

// document reads the body of a request that is authentic.
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
