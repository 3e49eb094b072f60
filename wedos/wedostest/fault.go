package wedostest

import (
	"io"
	"net/http"
	"strings"
)

// FaultKind is a kind of failure.
type FaultKind int

// The faults.
const (
	// LoseAnswer runs the command and drops the connection.
	LoseAnswer FaultKind = iota + 1
	// LoseRequest drops the connection and does nothing.
	LoseRequest
	// Hang runs the command and never answers.
	Hang
	// AnswerCode refuses with Fault.Code.
	AnswerCode
	// AnswerText runs the command and answers Fault.Text in place of WAPI, with
	// status 200.
	AnswerText
	// Redirect does nothing and answers 302 to a web page, as WAPI does to IPv6
	// callers.
	Redirect
	// Truncate runs the command and cuts the answer in half.
	Truncate
	// NoEffect answers as if the command had been carried out, and does nothing.
	NoEffect
)

// Fault makes the next matching requests fail.
type Fault struct {
	Command string // "" for every command
	Kind    FaultKind
	Code    int    // for AnswerCode
	Text    string // for AnswerText; default "User-Agent Rate Limit"
	Times   int    // how many requests; default 1
}

// Inject arms a fault. Faults for the same command take effect one after the
// other. One without a Kind does nothing.
func (s *Server) Inject(f Fault) {
	if f.Kind == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(f.Times, 1)
	s.faults = append(s.faults, f)
}

// fault takes the first armed fault for a command. s.mu is held.
func (s *Server) fault(command string) Fault {
	for i := range s.faults {
		f := &s.faults[i]
		if f.Times > 0 && (f.Command == "" || f.Command == command) {
			f.Times--
			return *f
		}
	}
	return Fault{}
}

// fail carries out a fault in place of writing body.
func (f Fault) fail(w http.ResponseWriter, r *http.Request, body string) {
	switch f.Kind {
	case LoseAnswer, LoseRequest:
		panic(http.ErrAbortHandler)
	case Hang:
		<-r.Context().Done()
	case AnswerText:
		text := f.Text
		if text == "" {
			text = "User-Agent Rate Limit"
		}
		_, _ = io.WriteString(w, text)
	case Redirect:
		w.Header().Set("Location", "https://wedos.com/404.html")
		w.WriteHeader(http.StatusFound)
	case Truncate:
		_, _ = io.Copy(w, strings.NewReader(body[:len(body)/2]))
	default:
		_, _ = io.WriteString(w, body)
	}
}
