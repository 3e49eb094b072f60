// Package direct carries a client's requests to a fake's handler without a
// socket, so that both work inside a testing/synctest bubble, whose clock stands
// still while a real socket is open.
package direct

import (
	"io"
	"net/http"
	"net/http/httptest"
)

// Transport calls its handler in place of a network, in the caller's
// goroutine. A whole answer is held in memory.
type Transport struct{ Handler http.Handler }

// RoundTrip makes of a handler's abort a lost connection, behind what was
// flushed up to then.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	whole := t.serve(w, received(r))
	switch err := r.Context().Err(); {
	case err != nil:
		return nil, err
	case whole:
		return w.Result(), nil
	case !w.Flushed:
		return nil, io.ErrUnexpectedEOF
	}
	resp := w.Result()
	resp.Body = broken{resp.Body}
	return resp, nil
}

// received is r as a server sees it.
func received(r *http.Request) *http.Request {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// serve reports whether the handler ran to its end.
func (t Transport) serve(w http.ResponseWriter, r *http.Request) (whole bool) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		}
	}()
	defer func() { _ = r.Body.Close() }()
	t.Handler.ServeHTTP(w, r)
	return true
}

// broken is a body whose connection is lost at its end.
type broken struct{ io.ReadCloser }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
