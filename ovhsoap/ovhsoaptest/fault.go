package ovhsoaptest

import (
	"slices"
	"time"

	"github.com/hebergo/hebergo/ovhsoap"
)

// Fault makes calls fail. One that specifies no failure, such as the zero value,
// does nothing.
type Fault struct {
	Function string // which calls; "" is any, login and logout among them
	Skip     int    // how many of them go well first
	Times    int    // how many go wrong then; 0 is one, negative all

	// With Status, the response is the fault "soap:<Status>"; with Message alone,
	// "soap:Client". The call is not carried out.
	Status  ovhsoap.Status
	Message string // in any language

	Break bool          // the connection is lost before the call arrives
	Lose  bool          // the call is carried out, and the connection lost in place of an answer
	Hang  bool          // the call is carried out, and there is no answer until the client gives up
	Delay time.Duration // the call is carried out, and its answer held back that long
}

// does reports whether the fault says how a call goes wrong.
func (f Fault) does() bool {
	return f.Status != 0 || f.Message != "" || f.Break || f.Lose || f.Hang || f.Delay > 0
}

// refuses reports whether the call is answered with a SOAP fault.
func (f Fault) refuses() bool { return f.Status != 0 || f.Message != "" }

// Inject makes subsequent calls fail. Faults for the same calls take effect one
// after the other. Calls that are refused anyway, because of their session or
// their arguments, are counted only by a fault with Break.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	if f.does() {
		s.faults = append(s.faults, f)
	}
}

// ClearFaults removes all injected faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// take returns the fault that a call meets, the zero value if none: one that
// breaks the connection, or one of the others. The lock is held.
func (s *Server) take(function string, breaks bool) Fault {
	for i := range s.faults {
		f := &s.faults[i]
		switch {
		case f.Break != breaks || f.Function != "" && f.Function != function:
			continue
		case f.Skip > 0:
			f.Skip--
			continue
		}
		taken := *f
		if f.Times--; f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return taken
	}
	return Fault{}
}

// fault is how the server answers a call that it does not carry out.
type fault struct {
	status  ovhsoap.Status // 0 is written as "soap:Client"
	message string
}
