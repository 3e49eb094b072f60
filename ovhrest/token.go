package ovhrest

import (
	"net/url"
	"strconv"
	"strings"
)

// ContactChangeToken is what a contact change's mail asks its reader to open.
type ContactChangeToken struct {
	TaskID int64
	Token  Secret
}

// tokenLength is how long a contact change's token is.
const tokenLength = 32

// ParseContactChangeURL reads the address in a contact change's mail, which is
// of the shape
//
//	https://www.ovh.com/manager/#/useraccount/contacts/{id}?tab=REQUESTS&token={32 letters and digits}
//
// The host is not looked at: the token goes to the API alone. Addresses of
// another kind, such as those of an owner change's mails, which no API route
// takes, give an *Error with ErrInvalid; it does not repeat the address.
func ParseContactChangeURL(raw string) (ContactChangeToken, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return ContactChangeToken{}, invalid("", "raw", "is not an https address")
	}
	path, query, _ := strings.Cut(u.Fragment, "?")
	before, last, _ := cutLast(strings.TrimRight(path, "/"))
	task, err := strconv.ParseInt(last, 10, 64)
	if err != nil || task <= 0 || !strings.HasSuffix(before, "/contacts") {
		return ContactChangeToken{}, invalid("", "raw", "is not the address of a contact change")
	}
	values, err := url.ParseQuery(query)
	if err != nil || len(values["token"]) != 1 || !isToken(values.Get("token")) {
		return ContactChangeToken{}, invalid("", "raw", "holds no token of a contact change")
	}
	return ContactChangeToken{task, NewSecret(values.Get("token"))}, nil
}

func cutLast(path string) (before, last string, found bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

func isToken(s string) bool {
	return len(s) == tokenLength && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}
