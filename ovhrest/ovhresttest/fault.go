package ovhresttest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"time"
)

// Fault is what goes wrong with requests. A zero Fault does nothing: choose
// one of the ways below.
type Fault struct {
	Method string // "" is any
	Path   string // a path.Match pattern behind the version, such as "/order/cart/*/checkout"; "" is any
	Skip   int    // how many matching requests go well first
	Times  int    // how many go wrong then; 0 is one, negative all

	Status int           // answer with this status and do nothing
	Body   string        // with Status; default: a body of that status in the API's shape
	Header http.Header   // with Status
	Break  bool          // drop the connection before anything is done
	Lose   bool          // do it, and drop the connection instead of answering
	Late   time.Duration // drop the connection, and do it only after this time on the server's clock

	Hook func(before bool) // called before the work and after it, outside any lock; may end a process or cancel a context
}

// Inject adds a fault. Of several that fit a request, the first one counts.
func (s *Server) Inject(f Fault) {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// ClearFaults takes all faults away, but not the work that is late.
func (s *Server) ClearFaults() {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	s.faults = nil
}

// Requests lists what has arrived, as "POST /order/cart", GET /auth/time left
// out.
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
	s.late = append(s.late, lateWork{s.now.Add(d), work})
}

func pathUnescape(p string) (string, error) { return url.PathUnescape(p) }
