package velneotest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
)

// Fault is one way for a call to fail. Without Status, Code, Body or Hang the
// connection is dropped before an answer.
type Fault struct {
	Verb, Resource, Action string // which calls; an empty field matches all. A download is "GET", "backup", ""
	Times                  int    // how many of them; 0 is one

	Done    bool        // the call is carried out before it fails
	Status  int         // the HTTP status, 200 where Code or Body is set alone
	Code    int         // the status_code, in a body of the service's form
	Message string      // beside Code
	Header  http.Header // sent with the answer
	Body    string      // sent as it is, in place of Code
	Hang    bool        // no answer until the client gives up
	Cut     int64       // of a download: the connection breaks after that many bytes of the body
	Before  func()      // called before the call fails, on the server's goroutine; may be nil
	left    int         // how many calls it still applies to
}

// Inject makes later calls fail. If several faults match a call, the first one
// applies.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.left = max(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// takeFault returns the fault that a call meets, if any. The lock is held.
func (s *Server) takeFault(c Call) *Fault {
	fits := func(want, is string) bool { return want == "" || want == is }
	for _, f := range s.faults {
		if f.left > 0 && fits(f.Verb, c.Verb) && fits(f.Resource, c.Resource) && fits(f.Action, c.Action) {
			f.left--
			return f
		}
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
	case f.Hang:
		<-r.Context().Done()
	case f.Code != 0:
		w.WriteHeader(f.status())
		_ = json.NewEncoder(w).Encode(fields{"status_code": f.Code, "message": f.Message})
	case f.Status != 0 || f.Body != "":
		w.WriteHeader(f.status())
		_, _ = io.WriteString(w, f.Body)
	default:
		panic(http.ErrAbortHandler)
	}
}

func (f *Fault) status() int {
	if f.Status == 0 {
		return http.StatusOK
	}
	return f.Status
}
