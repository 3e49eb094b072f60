package ovhrest

import (
	"net/url"
	"strconv"
	"strings"
)

// request declares one call.
type request struct {
	route   string     // method and pattern in the API's words: "GET /domain/{serviceName}"
	args    []string   // the values of the pattern's placeholders
	query   url.Values // may be nil
	body    any        // nil for none
	sign    signing
	repeat  bool     // a POST that changes nothing; GET and DELETE are repeatable by themselves
	raw     bool     // the answer's type is the caller's
	secrets []string // what the body holds and no error may show
}

// signing is what the API wants of a caller.
type signing uint8

const (
	always signing = iota // an account's credential
	ifAble                // none, but one is sent where there is one
	never                 // none: the API fails with one
)

// name is the route without its query, for logs and errors.
func (r *request) name() string {
	name, _, _ := strings.Cut(r.route, "?")
	return name
}

// target fills in the placeholders, escaped so that a value can't leave its
// place, and appends the query.
func (r *request) target() (string, error) {
	_, pattern, _ := strings.Cut(r.route, " ")
	var b strings.Builder
	b.Grow(len(pattern) + 64)
	escape, args := url.PathEscape, r.args
	for rest := pattern; rest != ""; {
		text, after, found := strings.Cut(rest, "{")
		b.WriteString(text)
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || len(args) == 0 {
			return "", invalid(r.name(), "args", "are fewer than the path's placeholders")
		}
		if strings.IndexByte(b.String(), '?') >= 0 {
			escape = url.QueryEscape
		} else if reason := badSegment(name, args[0]); reason != "" {
			return "", invalid(r.name(), name, reason)
		}
		if name == "cartId" && len(args[0]) >= 6 { // whoever knows it can use the cart
			r.secrets = append(r.secrets, args[0])
		}
		b.WriteString(escape(args[0]))
		rest, args = tail, args[1:]
	}
	if len(args) > 0 {
		return "", invalid(r.name(), "args", "are more than the path's placeholders")
	}
	if len(r.query) > 0 {
		b.WriteString("?" + r.query.Encode())
	}
	return b.String(), nil
}

// notInURL reports whether a character can't stand in a URL unescaped: net/http
// would escape it, and the signature would be of another URL.
func notInURL(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`|#", r)
}

// badSegment returns why value can't be the path segment called name.
func badSegment(name, value string) string {
	switch {
	case value == "":
		return "is empty"
	case value == "." || value == "..":
		return "must not be . or .."
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\ufffd' }):
		return "has a control character or is not UTF-8"
	case name == "serviceName" || name == "zoneName" || name == "domain":
		return badDomain(value)
	}
	return ""
}

// badDomain returns why value can't be a domain name. Names in any script pass,
// and so does punycode: the API knows which it has.
func badDomain(value string) string {
	switch {
	case value == "":
		return "is empty"
	case len(value) > 1000:
		return "is too long for a domain name"
	case strings.ContainsAny(value, " \t\r\n/\\?#%&@:\"'<>|,;*"), strings.Contains(value, ".."), strings.HasPrefix(value, "."):
		return "is not a domain name"
	}
	return ""
}

// id writes a number for a path.
func id(n int64) string { return strconv.FormatInt(n, 10) }

// filter makes a query of name and value pairs, leaving out empty values.
func filter(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query
}
