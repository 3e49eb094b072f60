package wedostest

import (
	"cmp"
	"io"
	"net/http"
	"time"
)

// RateLimitText is the response of WEDOS's firewall, sent in place of an answer
// from WAPI.
const RateLimitText = "User-Agent Rate Limit"

// Fault describes how requests fail. A Fault that sets no kind of failure, such
// as the zero value, does nothing.
type Fault struct {
	Command string // the command that fails; "" matches all
	Skip    int    // number of matching requests that succeed first
	Times   int    // number of requests that then fail; 0 means one, negative means all

	Code  int           // the request is refused with this code, and not carried out
	Break bool          // the connection is lost before the request is carried out
	Lose  bool          // the request is carried out, and the connection is lost before the answer
	Hang  bool          // the request is carried out, and no answer is sent until the client gives up
	Delay time.Duration // the request is carried out, and its answer is delayed by this long

	Text     string // the request is carried out, and this text is sent in place of the answer, with status 200
	Redirect bool   // the answer is a 302 to a web page, as WAPI sends to IPv6 callers; the request is not carried out
	Truncate bool   // the request is carried out, and only half of the answer is sent
	NoEffect bool   // the request is not carried out, but is answered as if it had been
}

// fails reports whether the fault says how.
func (f Fault) fails() bool {
	f.Command, f.Skip, f.Times = "", 0, 0
	return f != Fault{}
}

// Inject makes later requests fail. If several faults match a request, the
// first one applies.
func (s *Server) Inject(f Fault) {
	if !f.fails() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = cmp.Or(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault returns the fault that a request of a command meets, the zero value
// if none. s.mu is held.
func (s *Server) takeFault(command string) Fault {
	for _, f := range s.faults {
		if f.Times == 0 || f.Command != "" && f.Command != command {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		return *f
	}
	return Fault{}
}

// show answers a request that meets the fault; body is what it would be
// answered otherwise.
func (f Fault) show(w http.ResponseWriter, r *http.Request, body string) {
	switch {
	case f.Break, f.Lose:
		panic(http.ErrAbortHandler)
	case f.Hang:
		<-r.Context().Done()
		return
	case f.Redirect:
		w.Header().Set("Location", "https://wedos.com/404.html")
		w.WriteHeader(http.StatusFound)
		return
	case f.Delay > 0 && !f.wait(r):
		return
	}
	body = cmp.Or(f.Text, body)
	if f.Truncate {
		body = body[:len(body)/2]
	}
	_, _ = io.WriteString(w, body)
}

// wait reports whether the client still waits after the delay.
func (f Fault) wait(r *http.Request) bool {
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
