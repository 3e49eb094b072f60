package ovhrest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"time"
)

// memory carries requests to a handler without a network, so that it works in
// a synctest bubble.
type memory struct {
	handler http.Handler
	delay   func(*http.Request) time.Duration // may be nil
}

func (m memory) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil { // the handler hung up
			resp, err = nil, io.ErrUnexpectedEOF
		}
	}()

	if m.delay != nil {
		timer := time.NewTimer(m.delay(req))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	arrived := req.Clone(req.Context())
	arrived.RequestURI, arrived.Host = req.URL.RequestURI(), req.URL.Host
	if arrived.Body == nil {
		arrived.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, arrived)
	return w.Result(), nil
}
