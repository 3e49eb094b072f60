package monitor

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Host returns the host name in the Target's URL as used in DNS: lower case,
// Unicode as punycode, without the port. It is empty if there is no URL or it
// can't be parsed. If the name appears in the URL in this form, the result is a
// substring of the URL and takes no memory of its own.
func (t Target) Host() string {
	u, err := url.Parse(t.URL)
	if err != nil {
		return ""
	}
	name := u.Hostname()
	if at := strings.Index(t.URL, name); at >= 0 {
		name = t.URL[at : at+len(name)]
	}
	return plainHost(name)
}

// plainHost is a host's name as DNS has it: lower case, Unicode as punycode.
// net/http, which will dial it, is asked: it shows in a request's Host.
func plainHost(name string) string {
	name = strings.ToLower(name)
	if !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return name
	}
	var written bytes.Buffer
	asked := http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: name, Path: "/"}, Host: name}
	if err := asked.Write(&written); err != nil {
		return name
	}
	read, err := http.ReadRequest(bufio.NewReader(&written))
	if err != nil {
		return name
	}
	return read.Host
}

// sameHost reports whether a credential for one address may go to the other:
// the same origin, or its move from plain http to https on the usual ports. A
// Unicode name and its punycode are the same.
func sameHost(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) && plainHost(a.Hostname()) != plainHost(b.Hostname()) {
		return false
	}
	upgrade := a.Scheme == "http" && port(a) == "80" && b.Scheme == "https" && port(b) == "443"
	return upgrade || a.Scheme == b.Scheme && port(a) == port(b)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
