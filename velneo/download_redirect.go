package velneo

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/hebergo/hebergo/internal/redact"
)

// maxRedirects is how many redirects in a row are followed.
const maxRedirects = 5

// target is the URL of the next request of a download: the link, or that of the
// last redirect.
type target struct {
	client    *Client
	link, now *url.URL
	hide      *redact.Scrubber
	next      *url.URL // from the last answer, if it is to be followed
	redirects int      // since the link
}

// redirect decides whether to follow an answer that redirects. Its error names
// the host, without secrets: the peer may have put the link into it.
func (t *target) redirect(hr *http.Response) error {
	location := hr.Header.Get("Location")
	next, err := t.now.Parse(location)
	if location == "" || err != nil || next.Host == "" {
		return nil
	}
	next.Fragment, next.RawFragment = "", ""
	problem := t.problem(hr.StatusCode, next)
	if problem == "" {
		t.next = next
	}
	host := t.hide.Line(next.Host, 100)
	if problem == "" { // for the log
		return protocol(fmt.Sprintf("redirect to %s (HTTP %d)", host, hr.StatusCode))
	}
	return protocol(fmt.Sprintf("redirect to %s refused (HTTP %d): %s", host, hr.StatusCode, problem))
}

// problem returns why a redirect is not followed, or "".
func (t *target) problem(status int, next *url.URL) string {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "only 301, 302, 303, 307 and 308 are followed"
	}
	switch problem := t.client.badTarget(next); {
	case !t.client.config.DownloadRedirects:
		return "Config.DownloadRedirects does not allow it"
	case problem != "":
		return "it " + problem
	case t.link.Scheme == "https" && next.Scheme != "https":
		return "it is not https"
	case t.redirects >= maxRedirects:
		return "too many redirects"
	}
	return ""
}

// followed reports whether the last answer was a redirect to follow, and makes
// it the target.
func (t *target) followed() bool {
	if t.next == nil {
		return false
	}
	t.now, t.next = t.next, nil
	t.redirects++
	t.hide = linkSecrets(t.link, t.now)
	return true
}

func (t *target) scrub(text string) string { return t.hide.Scrub(text) }

// reset returns to the link, because the URL of a redirect may be valid for one
// request only.
func (t *target) reset() { t.now, t.redirects = t.link, 0 }

// linkSecrets finds the parts of links that must not be shown.
func linkSecrets(links ...*url.URL) *redact.Scrubber {
	var hide []string
	for _, link := range links {
		hide = append(hide, link.String(), link.RawQuery, link.Path)
		for _, values := range link.Query() {
			hide = append(hide, values...)
		}
	}
	return redact.NewScrubber(hide...)
}
