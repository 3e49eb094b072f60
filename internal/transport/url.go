package transport

import (
	"net"
	"net/url"
	"strings"
)

// CheckURL parses a service's base URL for the Config field named field. It
// must be https, or plain http if it is loopback or plain is allowed, without
// credentials, query or fragment. Its error is a *FieldError and does not
// contain the URL.
func CheckURL(field, raw string, plain bool) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" { // ":443" would lead to this machine
		return nil, &FieldError{field, "is not an absolute URL"}
	}
	switch {
	case u.User != nil:
		return nil, &FieldError{field, "holds credentials"}
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, &FieldError{field, "has a query or a fragment"}
	case u.Scheme == "https", u.Scheme == "http" && (plain || IsLoopback(u.Hostname())):
		u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
		return u, nil
	case u.Scheme == "http":
		return nil, &FieldError{field, "is plain http to another machine"}
	}
	return nil, &FieldError{field, "is neither https nor http"}
}

// IsLoopback reports whether a host name refers to this machine, without using
// a resolver.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
