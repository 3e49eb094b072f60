package velneotest

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
)

// Fault describes how calls fail. A Fault that sets none of Break, Lose, Hang,
// Status, Code, Body and Cut does nothing.
type Fault struct {
	Verb, Resource, Action string // the calls that fail; an empty field matches all. A download is "GET", "backup", ""
	Skip                   int    // number of matching calls that succeed first
	Times                  int    // number of calls that then fail; 0 means one, negative means all

	Break   bool        // the connection is lost before the call is carried out
	Lose    bool        // the call is carried out, and the connection is lost before the answer
	Done    bool        // the call is carried out before it fails by one of the following
	Status  int         // the HTTP status; default 200 if only Code or Body is set
	Code    int         // the status_code, in a body as the service sends it
	Message string      // the message sent with Code
	Header  http.Header // sent with the answer
	Body    string      // sent as given, instead of Code
	Hang    bool        // no answer until the client gives up
	Cut     int64       // of a download: the connection breaks after that many bytes of the body
	Before  func()      // called before the call fails, on the server's goroutine; may be nil
}

// fails reports whether the fault says how.
func (f *Fault) fails() bool {
	return f.Break || f.Lose || f.Hang || f.Status != 0 || f.Code != 0 || f.Body != "" || f.Cut != 0
}

// done reports whether the call is carried out.
func (f *Fault) done() bool { return f.Done || f.Lose }

// Inject makes later calls fail. If several faults match a call, the first one
// applies.
func (s *Server) Inject(f Fault) {
	if !f.fails() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = cmp.Or(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// takeFault returns the fault that a call meets, if any. The lock is held.
func (s *Server) takeFault(c Call) *Fault {
	fits := func(want, is string) bool { return want == "" || want == is }
	for _, f := range s.faults {
		if f.Times == 0 || !fits(f.Verb, c.Verb) || !fits(f.Resource, c.Resource) || !fits(f.Action, c.Action) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		return f
	}
	return nil
}

// show fails a call.
func (f *Fault) show(w http.ResponseWriter, r *http.Request) {
	if f.Before != nil {
		f.Before()
	}
	maps.Copy(w.Header(), f.Header)
	switch {
	case f.Break, f.Lose:
		panic(http.ErrAbortHandler)
	case f.Hang:
		<-r.Context().Done()
	case f.Code != 0:
		w.WriteHeader(f.status())
		_ = json.NewEncoder(w).Encode(fields{"status_code": f.Code, "message": f.Message})
	default:
		w.WriteHeader(f.status())
		_, _ = io.WriteString(w, f.Body)
	}
}

func (f *Fault) status() int { return cmp.Or(f.Status, http.StatusOK) }
