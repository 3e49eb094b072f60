package monitor

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// Bounds on what the answers of one probe may leave with us: what browsers
// keep of a site.
const (
	maxCookies     = 50
	maxCookieBytes = 4096
)

// cookies are those that the hops of one probe have set. A site that sets one
// and redirects to itself to see it come back is up in every browser. They
// end with the probe. The zero value is empty and ready.
type cookies struct {
	jar  http.CookieJar // nil until the first one
	kept int
}

// take stores the cookies set by a redirect.
func (c *cookies) take(from *url.URL, resp *http.Response) {
	if len(resp.Header["Set-Cookie"]) == 0 {
		return
	}
	var fit []*http.Cookie
	for _, cookie := range resp.Cookies() {
		if len(cookie.Name)+len(cookie.Value) <= maxCookieBytes && c.kept < maxCookies {
			fit = append(fit, cookie)
			c.kept++
		}
	}
	if c.jar == nil {
		c.jar, _ = cookiejar.New(&cookiejar.Options{PublicSuffixList: suffixes{}}) // it never fails
	}
	c.jar.SetCookies(from, fit)
}

// header is the value of the Cookie header for an address: those that belong
// there, behind what the program itself sends. It is empty if there are none.
func (c *cookies) header(to *url.URL, own []string) []string {
	if c.jar == nil {
		return own
	}
	pairs := append([]string(nil), own...)
	for _, cookie := range c.jar.Cookies(to) {
		pairs = append(pairs, (&http.Cookie{Name: cookie.Name, Value: cookie.Value, Quoted: cookie.Quoted}).String())
	}
	if len(pairs) == 0 {
		return nil
	}
	return []string{strings.Join(pairs, "; ")}
}

// suffixes is what the jar has to know of names under which unrelated people
// register theirs: no cookie is for all of them. The second level of countries
// that register at the third is recognised by its usual words (inferred; the
// full list changes every week). It matters little here: who sets a cookie also
// chooses where the redirect leads.
type suffixes struct{}

var secondLevel = map[string]bool{
	"ac": true, "asso": true, "co": true, "com": true, "edu": true, "go": true, "gob": true, "gouv": true, "gov": true,
	"mil": true, "ne": true, "net": true, "nom": true, "or": true, "org": true,
}

func (suffixes) PublicSuffix(domain string) string {
	rest, top := cutLast(domain)
	if _, second := cutLast(rest); len(top) == 2 && secondLevel[second] {
		return second + "." + top
	}
	return top
}

func (suffixes) String() string { return "hebergo" }

// cutLast parts a name's last label from the others.
func cutLast(name string) (rest, last string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}
