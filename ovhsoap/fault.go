package ovhsoap

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hooklift/gowsdl/soap"

	"github.com/hebergo/hebergo/internal/redact"
)

// Status is the number in the code of a SoAPI fault: "soap:301" has Status 301.
// It is 0 for a code without one, such as "soap:Client".
type Status int

// Statuses that programs act on. The complete table is the vendor's
// ManagerV3Status.
const (
	StatusUnknownData     Status = 210
	StatusExists          Status = 211
	StatusProcessing      Status = 220
	StatusInProgress      Status = 240
	StatusSessionExpired  Status = 301
	StatusSessionUnknown  Status = 302
	StatusSessionCorrupt  Status = 303
	StatusTooManySessions Status = 304
	StatusLogin           Status = 310
	StatusBurst           Status = 320
	StatusNoRight         Status = 401
	StatusQuota           Status = 451
	StatusLocked          Status = 706
)

// sessionLost reports whether a new login may help. Nothing was done.
func (s Status) sessionLost() bool { return s >= StatusSessionExpired && s <= StatusSessionCorrupt }

// Fault is a SOAP fault: the service's reason for not carrying out the call, or
// not completely. Secrets that the call contained are removed from its texts.
type Fault struct {
	Function string // as SoAPI names it
	Code     string // faultcode as received: "soap:301", "soap:Client"
	Status   Status // the number in Code, 0 if it has none
	Message  string // faultstring, in the session's language, at most 1000 bytes
	Actor    string // faultactor, mostly empty
}

// Unwrap returns the fault as gowsdl's type, with the same texts, for programs
// that look for it with errors.As.
func (f *Fault) Unwrap() error {
	return &soap.SOAPFault{Code: f.Code, String: f.Message, Actor: f.Actor}
}

// Error returns the text in the format of Error.Error.
func (f *Fault) Error() string { return "ovhsoap: " + f.Function + ": " + f.text() }

// GoString is Error.
func (f *Fault) GoString() string { return f.Error() }

func (f *Fault) text() string { return f.Message + " (code " + f.Code + ")" }

// Is reports whether the fault matches a condition.
func (f *Fault) Is(target error) bool { return slices.Contains(f.conditions(), target) }

// newFault takes over what gowsdl decoded.
func newFault(function string, f *soap.SOAPFault, secrets []string) *Fault {
	line := faultLine(secrets)
	fault := &Fault{Function: function, Code: line(f.Code, 80), Message: line(f.String, 1000), Actor: line(f.Actor, 200)}
	if fault.Code == "" {
		fault.Code = "none"
	}
	// Out of the code as it came: a password may look like a status.
	digits := strings.TrimSpace(f.Code[strings.LastIndexAny(f.Code, ":.")+1:])
	if n, err := strconv.Atoi(digits); err == nil && n > 0 && n < 1000 {
		fault.Status = Status(n)
	}
	return fault
}

// maxFaultText is how much of a fault's text is searched for secrets. What is
// shown of it is far less.
const maxFaultText = 64 << 10

// faultLine returns what makes one line of a fault's text: secrets are taken out
// before anything is cut, and where a text is too long to be searched, its end
// goes, which may begin with a secret that it doesn't end.
func faultLine(secrets []string) func(text string, limit int) string {
	scrubber, longest := redact.NewScrubber(secrets...), 0
	for _, s := range secrets {
		longest = max(longest, len(s))
	}
	return func(text string, limit int) string {
		if len(text) <= maxFaultText {
			return scrubber.Line(text, limit)
		}
		text = scrubber.Scrub(text[:maxFaultText])
		return redact.Clean(text[:max(0, len(text)-longestSpelling*longest)], limit)
	}
}

// longestSpelling is how many bytes stand for one of a secret in the longest
// spelling that was seen: an entity whose & is an entity.
const longestSpelling = 12

// statusConditions sorts the vendor's statuses.
var statusConditions = []struct {
	condition error
	statuses  []Status
}{
	{ErrInvalid, []Status{201, 202, 203, 299}},
	{ErrUnauthorized, []Status{301, 302, 303, 304, 310}},
	{ErrSession, []Status{301, 302, 303}},
	{ErrTooManySessions, []Status{304}},
	{ErrForbidden, []Status{401, 402, 403}},
	{ErrNotFound, []Status{210, 510}},
	{ErrConflict, []Status{211, 213, 241, 461, 701, 703}},
	{ErrBusy, []Status{220, 240, 704, 706}},
	{ErrRateLimited, []Status{320}},
	{ErrUnavailable, []Status{267, 280, 281, 501, 502, 503, 504, 505, 506}},
	{ErrQuota, []Status{451}},
	{ErrUnsupported, []Status{230, 250, 251, 252, 702}},
	{ErrNoEffect, []Status{212, 705}},
}

// conditions are those of the status, or of the words where there is none.
func (f *Fault) conditions() []error {
	var all []error
	for _, row := range statusConditions {
		if slices.Contains(row.statuses, f.Status) {
			all = append(all, row.condition)
		}
	}
	switch {
	case f.Status != 0:
	case strings.Contains(strings.ToLower(f.Message), "still in progress"):
		all = append(all, ErrBusy) // "A mailing list task is still in progress" comes as soap:Client
	case strings.HasPrefix(f.local(), "Server"):
		all = append(all, ErrUnavailable) // by SOAP 1.1 the same call may succeed later
	}
	return all
}

// local is Code without its prefix.
func (f *Fault) local() string { return f.Code[strings.LastIndexByte(f.Code, ':')+1:] }

// inner reports whether the fault blames the service itself: its inner failures,
// its "no more information" and codes of the server's (inferred from the
// table).
func (f *Fault) inner() bool {
	switch s := f.Status; s {
	case 0:
		return !strings.HasPrefix(f.local(), "Client") && !slices.Contains(f.conditions(), ErrBusy)
	case 214, 601, 777:
		return true
	default:
		return s >= 260 && s <= 281 || s >= 501 && s <= 506
	}
}

// unclear reports whether a changing call that met this fault may have been
// carried out, wholly or in part: inner failures, the table's warnings (100 to
// 199) and statuses that the table does not have.
func (f *Fault) unclear() bool { return f.inner() || f.Status != 0 && len(f.conditions()) == 0 }

// attempt is what OnAttempt and the log get to know of the fault: its code in
// words that no peer chose, and one condition. The conditions of faults that
// match none by themselves are inferred.
func (f *Fault) attempt(repeatable bool) (code string, cond error) {
	code = "unknown"
	class, _, _ := strings.Cut(f.local(), ".")
	switch {
	case f.Status != 0:
		code = "soap:" + strconv.Itoa(int(f.Status))
	case slices.Contains([]string{"Client", "Server", "VersionMismatch", "MustUnderstand"}, class):
		code = "soap:" + class
	}
	switch all := f.conditions(); {
	case len(all) > 0:
		return code, all[0]
	case !repeatable && f.unclear():
		return code, ErrAmbiguous
	case f.inner():
		return code, ErrUnavailable
	case f.Status != 0:
		return code, ErrProtocol // not in the table
	}
	return code, ErrInvalid // by SOAP 1.1 the client's fault
}

// failure wraps the fault for a call that changes something or not.
func (f *Fault) failure(repeatable bool) *Error {
	e := &Error{Function: f.Function, Fault: f, conditions: f.conditions()}
	if !repeatable && f.unclear() {
		e.add(ErrAmbiguous)
	}
	return e
}
