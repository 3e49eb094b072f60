package wedos

import "strconv"

// Code is a WAPI return code. It is an error value, so that one code can be
// matched: errors.Is(err, wedos.Code(2316)). What a code means can depend on
// the command (3217).
type Code int

// The codes that this package itself acts on; the vendor's list has 232.
const (
	CodeOK             Code = 1000
	CodePending        Code = 1001 // accepted; the outcome comes as a notification
	CodeAcked          Code = 1002
	CodeQueueEmpty     Code = 1003
	CodeTransferredOut Code = 1200 // only in a system notification
	CodeLimit          Code = 2006 // 1000 requests an hour an account
	CodeAuth           Code = 2050
	CodeAddress        Code = 2051 // the caller's address is not on the account's list
	CodeBlocked        Code = 2052 // too many invalid requests from the address
	CodePollDisabled   Code = 2150
	CodeNoNotification Code = 2151
	CodeCheckLimit     Code = 2250 // 100 availability requests an hour
	CodeTransferLimit  Code = 2252 // the same budget, for domain-transfer-check
)

// Error makes a Code a target of errors.Is.
func (c Code) Error() string { return "WAPI code " + strconv.Itoa(int(c)) }

// Class is the vendor's grouping of codes by their first digit.
type Class string

// The vendor's classes.
const (
	ClassDone      Class = "done"      // 1xxx
	ClassNotice    Class = "notice"    // 12xx, a system notification
	ClassRequest   Class = "request"   // 2xxx, an invalid request
	ClassObject    Class = "object"    // 3xxx, the target object is not so
	ClassExecution Class = "execution" // 4xxx, mostly the registry
	ClassInternal  Class = "internal"  // 5xxx
	ClassUnknown   Class = "unknown"
)

// Class returns the code's class.
func (c Code) Class() Class {
	switch {
	case c >= 1200 && c < 1300:
		return ClassNotice
	case c < 1000 || c >= 6000:
		return ClassUnknown
	}
	return [...]Class{ClassDone, ClassRequest, ClassObject, ClassExecution, ClassInternal}[c/1000-1]
}

// codeRange gives the condition of the codes from first to last.
type codeRange struct {
	first, last Code
	condition   error
}

// codeRanges is read from the top; the first range that holds the code wins.
// The grouping is ours, from the vendor's texts.
var codeRanges = []codeRange{
	{2006, 2006, ErrRateLimited},
	{2011, 2011, ErrForbidden},
	{2050, 2050, ErrUnauthorized},
	{2051, 2051, ErrForbidden},
	{2052, 2052, ErrBlocked},
	{2150, 2150, ErrForbidden},
	{2151, 2151, ErrNotFound},
	{2206, 2206, ErrUnavailable},
	{2250, 2250, ErrRateLimited},
	{2251, 2251, ErrUnavailable},
	{2252, 2252, ErrRateLimited},
	{2269, 2269, ErrConflict},
	{2274, 2275, ErrUnavailable},
	{2278, 2278, ErrConflict},
	{2279, 2286, ErrCredit},
	{2290, 2290, ErrCredit},
	{2291, 2291, ErrConflict},
	{2293, 2293, ErrCredit},
	{2316, 2316, ErrConflict},
	{2000, 2999, ErrInvalid},
	{3001, 3002, ErrCredit},
	{3003, 3005, ErrInvalid},
	{3201, 3208, ErrConflict},
	{3211, 3214, ErrNotFound},
	{3216, 3216, ErrNotFound},
	{3219, 3220, ErrConflict},
	{3222, 3222, ErrNotFound},
	{3223, 3223, ErrForbidden},
	{3227, 3227, ErrForbidden},
	{3229, 3229, ErrNotFound},
	{3231, 3237, ErrConflict},
	{3238, 3238, ErrForbidden},
	{3240, 3240, ErrForbidden},
	{3243, 3243, ErrNotFound},
	{3245, 3251, ErrConflict},
	{3252, 3252, ErrForbidden},
	{3255, 3255, ErrForbidden},
	{3257, 3257, ErrNotFound},
	{3258, 3258, ErrUnavailable},
	{3259, 3259, ErrNotFound},
	{3260, 3260, ErrConflict},
	{3303, 3303, ErrConflict},
	{3305, 3305, ErrBusy},
	{3306, 3306, ErrNotFound},
	{3309, 3309, ErrNotFound},
	{3312, 3312, ErrConflict},
	{4002, 4003, ErrCredit},
	{4000, 5999, ErrUnavailable},
}

// conditions tells what a code stands for when this command answers it.
func (c Code) conditions(command string) []error {
	if c == 3217 && command == "domain-transfer-check" {
		return []error{ErrUnavailable} // there: the registry did not answer
	}
	for _, r := range codeRanges {
		if c < r.first || c > r.last {
			continue
		}
		if r.condition == ErrBlocked {
			return []error{ErrBlocked, ErrRateLimited}
		}
		return []error{r.condition}
	}
	if c.Class() == ClassObject {
		return []error{ErrConflict} // "… failed": the object's state does not allow it
	}
	return nil
}

// unclear tells whether a code leaves open that a changing command was
// carried out: internal errors, wherever the vendor's list has put them, and a
// billing that failed half-way. Which those are is our inference.
func (c Code) unclear() bool {
	switch c {
	case 2206, 2286, 2290, 4000, 4001, 4003:
		return true
	}
	return c.Class() == ClassInternal || c.Class() == ClassUnknown
}
