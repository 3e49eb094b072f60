package velneotest

import (
	"io"
	"net/http"
	"net/http/httptest"
)

// directURL is where a Server without a socket is. It is this machine, so that
// a client which is given the address alone asks nobody else.
const directURL = "http://127.0.0.1/v1"

// direct calls the handler in place of a network.
type direct struct{ handler http.Handler }

// RoundTrip turns the handler's abort into a lost connection, behind what was
// written up to then.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	whole := d.serve(w, r.Clone(r.Context()))
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

// serve tells whether the handler went through to its end.
func (d direct) serve(w http.ResponseWriter, r *http.Request) (whole bool) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		}
	}()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer func() { _ = r.Body.Close() }()
	d.handler.ServeHTTP(w, r)
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
