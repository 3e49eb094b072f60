package wedos

import (
	"cmp"
	"slices"
	"strconv"
)

// Code is a WAPI return code. It implements error, so that errors.Is can match
// a single code: errors.Is(err, wedos.Code(2316)). The meaning of a code can
// depend on the command (3217).
type Code int

// The codes that this package handles itself; the vendor's list has 232.
const (
	CodeOK             Code = 1000
	CodePending        Code = 1001 // accepted; the outcome comes as a notification
	CodeAcked          Code = 1002
	CodeQueueEmpty     Code = 1003
	CodeTransferredOut Code = 1200 // only in a system notification
	CodeLimit          Code = 2006 // 1000 requests per hour and account
	CodeAuth           Code = 2050
	CodeAddress        Code = 2051 // the caller's address is not on the account's list
	CodeBlocked        Code = 2052 // too many invalid requests from the address
	CodePollDisabled   Code = 2150
	CodeNoNotification Code = 2151
	CodeCheckLimit     Code = 2250 // 100 availability requests per hour
	CodeTransferLimit  Code = 2252 // the same budget, for domain-transfer-check
)

// Error implements error, so that a Code can be a target of errors.Is.
func (c Code) Error() string { return "WAPI code " + c.digits() }

func (c Code) digits() string { return strconv.Itoa(int(c)) }

// Class is the group that a code belongs to by its first digit (vendor).
type Class string

// The vendor's classes.
const (
	ClassDone      Class = "done"      // 1xxx
	ClassNotice    Class = "notice"    // 12xx, a system notification
	ClassRequest   Class = "request"   // 2xxx, an invalid request
	ClassObject    Class = "object"    // 3xxx, the target object does not allow the command
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

// codeRanges holds each code of the vendor's list once, in order. What is not
// in it matches no condition: a code that nobody has described is not guessed
// at. The grouping is ours, from the vendor's texts; ErrConflict stands only
// for what exists, is taken, or is in no state for the command.
var codeRanges = []codeRange{
	{2000, 2005, ErrInvalid},
	{2006, 2006, ErrRateLimited},
	{2007, 2010, ErrInvalid},
	{2011, 2011, ErrForbidden},
	{2050, 2050, ErrUnauthorized},
	{2051, 2051, ErrForbidden},
	{2052, 2052, ErrBlocked},
	{2100, 2102, ErrInvalid},
	{2150, 2150, ErrForbidden},
	{2151, 2151, ErrNotFound},
	{2201, 2205, ErrInvalid},
	{2206, 2206, ErrUnavailable},
	{2207, 2249, ErrInvalid},
	{2250, 2250, ErrRateLimited},
	{2251, 2251, ErrUnavailable},
	{2252, 2252, ErrRateLimited},
	{2253, 2253, ErrInvalid},
	{2264, 2267, ErrInvalid},
	{2269, 2269, ErrConflict}, // an unpaid period exists
	{2272, 2273, ErrInvalid},
	{2274, 2275, ErrUnavailable},
	{2276, 2277, ErrInvalid},
	{2278, 2278, ErrConflict},
	{2279, 2286, ErrCredit},
	{2290, 2290, ErrCredit},
	{2291, 2291, ErrConflict},
	{2293, 2293, ErrCredit},
	{2295, 2295, ErrFailed},
	{2301, 2306, ErrInvalid},
	{2308, 2315, ErrInvalid},
	{2316, 2316, ErrConflict}, // this row exists
	{2317, 2322, ErrInvalid},
	{3001, 3002, ErrCredit},
	{3003, 3005, ErrInvalid},
	{3201, 3206, ErrConflict}, // a domain is registered or kept back
	{3207, 3208, ErrConflict}, // it is here already, or expires too soon to be moved
	{3209, 3209, ErrFailed},
	{3210, 3214, ErrNotFound},
	{3215, 3217, ErrFailed},
	{3218, 3220, ErrConflict}, // a transfer is impossible, under way, or over
	{3221, 3221, ErrFailed},
	{3222, 3222, ErrNotFound}, // "Domain open failed": not this account's (inferred)
	{3223, 3223, ErrForbidden},
	{3224, 3226, ErrFailed},
	{3227, 3227, ErrForbidden},
	{3228, 3228, ErrInvalid},
	{3229, 3229, ErrNotFound},
	{3230, 3230, ErrFailed},
	{3231, 3237, ErrConflict}, // a contact is registered or kept back
	{3238, 3238, ErrForbidden},
	{3239, 3239, ErrFailed},
	{3240, 3240, ErrForbidden},
	{3241, 3241, ErrFailed},
	{3242, 3242, ErrInvalid},
	{3243, 3243, ErrNotFound},
	{3244, 3244, ErrFailed},
	{3245, 3251, ErrConflict}, // an NSSET is registered or kept back
	{3252, 3252, ErrForbidden},
	{3254, 3254, ErrFailed},
	{3255, 3255, ErrForbidden},
	{3256, 3256, ErrFailed},
	{3257, 3257, ErrNotFound},
	{3258, 3258, ErrUnavailable},
	{3259, 3259, ErrNotFound},
	{3260, 3260, ErrConflict}, // a DNSSEC order is under way
	{3262, 3262, ErrFailed},
	{3263, 3264, ErrConflict}, // not on WEDOS's DNS; the KEYSET is blocked
	{3301, 3302, ErrFailed},
	{3303, 3303, ErrConflict},
	{3304, 3304, ErrFailed},
	{3305, 3305, ErrBusy},
	{3306, 3306, ErrNotFound},
	{3307, 3308, ErrFailed},
	{3309, 3309, ErrNotFound},
	{3310, 3311, ErrFailed},
	{3312, 3312, ErrConflict},
	{4000, 4001, ErrUnavailable},
	{4002, 4003, ErrCredit},
	{4201, 4222, ErrUnavailable},
	{5000, 5003, ErrUnavailable},
}

// conditions returns what a code stands for when this command answers it; none
// where the code is not in the vendor's list.
func (c Code) conditions(command string) []error {
	if c == 3217 && command == "domain-transfer-check" {
		return []error{ErrUnavailable} // there: the registry did not answer
	}
	r, known := c.listed()
	switch {
	case !known:
		return nil
	case r.condition == ErrBlocked:
		return []error{ErrBlocked, ErrRateLimited}
	}
	return []error{r.condition}
}

// listed finds an error code in the vendor's list.
func (c Code) listed() (codeRange, bool) {
	at, _ := slices.BinarySearchFunc(codeRanges, c, func(r codeRange, c Code) int { return cmp.Compare(r.last, c) })
	if at == len(codeRanges) || c < codeRanges[at].first {
		return codeRange{}, false
	}
	return codeRanges[at], true
}

// unclear reports whether a code leaves open that a changing command was
// carried out: internal errors, wherever the vendor's list has put them, a
// billing that failed half-way, and codes about the execution that the list
// lacks. Which those are is inferred.
func (c Code) unclear() bool {
	switch c {
	case 2206, 2286, 2290, 4000, 4001, 4003:
		return true
	}
	_, known := c.listed()
	class := c.Class()
	return class == ClassInternal || class == ClassUnknown || class == ClassExecution && !known
}
