package ovhresttest

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"time"
)

// Fault makes requests fail in one way. A Fault with none of Status, Break,
// Lose, Late and Hook set does nothing.
type Fault struct {
	Method string // HTTP method to match; "" matches all
	Path   string // path.Match pattern for the path after the version, such as "/order/cart/*/checkout"; "" matches all
	Skip   int    // number of matching requests that succeed first
	Times  int    // number of requests that fail after that; 0 means 1, negative means all

	Status int           // HTTP status of the response; the request is not carried out
	Body   string        // response body, with Status; default: a body for that status in the API's format
	Header http.Header   // response header, with Status
	Break  bool          // the connection is lost before the request is carried out
	Lose   bool          // the request is carried out, but the connection is lost before the response is sent
	Late   time.Duration // the connection is lost, and the request is carried out only after this time on the server's clock

	Hook func(before bool) // called before and after the request is carried out, without a lock held; it may end a process or cancel a context
}

// fails reports whether the fault does anything.
func (f *Fault) fails() bool {
	return f.Status != 0 || f.Break || f.Lose || f.Late > 0 || f.Hook != nil
}

// Inject makes later requests fail. If several faults match a request, the
// first one applies.
func (s *Server) Inject(f Fault) {
	if !f.fails() {
		return
	}
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	f.Times = cmp.Or(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// ClearFaults removes all faults. Requests already delayed by Late are still
// carried out.
func (s *Server) ClearFaults() {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	s.faults = nil
}

// Requests returns the requests received so far, such as "POST /order/cart",
// without GET /auth/time.
func (s *Server) Requests() []string {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	return append([]string(nil), s.requests...)
}

func (s *Server) noteRequest(method, path string) *Fault {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	if path == "/auth/time" {
		return nil
	}
	s.requests = append(s.requests, method+" "+path)
	for _, f := range s.faults {
		if !f.fits(method, path) || f.Times == 0 {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.Times--
		return f
	}
	return nil
}

func (f *Fault) fits(method, p string) bool {
	if f.Method != "" && f.Method != method {
		return false
	}
	ok, err := path.Match(f.Path, p)
	return f.Path == "" || err == nil && ok
}

func (s *Server) withFaults(w http.ResponseWriter, method, path string, work func(http.ResponseWriter)) {
	f := s.noteRequest(method, path)
	if f == nil {
		work(w)
		return
	}
	if f.Hook != nil {
		f.Hook(true)
	}
	switch {
	case f.Break:
		panic(http.ErrAbortHandler)
	case f.Status != 0:
		f.refuse(w)
	case f.Late > 0:
		s.postpone(f.Late, func() { work(httptest.NewRecorder()) })
		panic(http.ErrAbortHandler)
	case f.Lose:
		work(httptest.NewRecorder())
		if f.Hook != nil {
			f.Hook(false)
		}
		panic(http.ErrAbortHandler)
	default:
		work(w)
	}
	if f.Hook != nil {
		f.Hook(false)
	}
}

func (f *Fault) refuse(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(f.Status)
	body := f.Body
	if body == "" {
		body = fmt.Sprintf(`{"message":%q}`, http.StatusText(f.Status))
	}
	_, _ = w.Write([]byte(body))
}

// postpone keeps work for later. A signature that is good now has to be good
// then: the request did arrive in time.
func (s *Server) postpone(d time.Duration, work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = append(s.late, lateWork{s.clock().Add(d), work})
}

func pathUnescape(p string) (string, error) { return url.PathUnescape(p) }
