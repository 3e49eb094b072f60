package monitor

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// redirect returns the address that a response redirects to, or nil.
func redirect(resp *http.Response, from *url.URL) *url.URL {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	location := resp.Header.Get("Location")
	if location == "" {
		return nil
	}
	to, err := from.Parse(location)
	if err != nil {
		return &url.URL{} // refused by follow
	}
	to.Fragment, to.RawFragment = "", ""
	return to
}

// follow moves q on to another address. Credentials are sent only to their own
// host: whatever a server writes into a Location, even the hash, is not sent to
// another one. It returns the reason if the address is refused.
func (q *query) follow(to *url.URL, res *Result) string {
	switch {
	case to.Scheme != "http" && to.Scheme != "https", to.Hostname() == "":
		return "redirect to something other than http or https"
	case to.User != nil:
		return "redirect to a URL with credentials"
	}
	if !sameHost(q.url, to) && q.hasCredentials() {
		if !q.leaveBehind(to) {
			return "redirect to another host with the hash in its address"
		}
		res.HTTP.DroppedSecret = true
	}
	q.url = to
	return ""
}

// leaveBehind takes the credentials out of the question. It is false when the
// new address holds the hash somewhere other than as a parameter of its own.
func (q *query) leaveBehind(to *url.URL) bool {
	q.left = q.secrets()
	if q.hash != "" {
		dropParams(to, "hash", "time")
		if holds(to.String(), q.hash) {
			return false
		}
	}
	q.header, q.hash = nil, ""
	return true
}

// dropParams takes parameters out of a query and leaves the rest as it is.
func dropParams(u *url.URL, names ...string) {
	kept := ""
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if part == "" || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			continue
		}
		if kept != "" {
			kept += "&"
		}
		kept += part
	}
	u.RawQuery = kept
}

// holds reports whether an address holds a hash, however often it was put
// through percent-encoding: an address may hold another address.
func holds(address, hash string) bool {
	for range 5 {
		if strings.Contains(strings.ToLower(address), hash) {
			return true
		}
		plain := unescape(address)
		if plain == address {
			return false
		}
		address = plain
	}
	return true // nobody encodes that often in good faith
}

// unescape undoes one layer of percent-encoding, and leaves alone what is none.
func unescape(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if code, err := strconv.ParseUint(after[:min(2, len(after))], 16, 8); err == nil && len(after) >= 2 {
			b.WriteByte(byte(code))
			text = after[2:]
			continue
		}
		b.WriteByte('%')
		text = after
	}
}
