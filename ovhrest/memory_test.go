package ovhrest

import (
	"net/http"
	"time"

	"github.com/hebergo/hebergo/internal/direct"
)

// memory carries requests to a handler without a network, so that it works in
// a synctest bubble.
type memory struct {
	handler http.Handler
	delay   func(*http.Request) time.Duration // may be nil
}

func (m memory) RoundTrip(req *http.Request) (*http.Response, error) {
	if m.delay != nil {
		timer := time.NewTimer(m.delay(req))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	return direct.Transport{Handler: m.handler}.RoundTrip(req)
}
