package velneo

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/hebergo/hebergo/internal/redact"
)

// maxRedirects is how many redirects in a row are followed.
const maxRedirects = 5

// target is where the next request of a download goes: to the link, or to where
// the last answer sent it.
type target struct {
	client    *Client
	link, now *url.URL
	hide      *redact.Scrubber
	next      *url.URL // of the last answer, if it is to be followed
	redirects int      // since the link
}

// redirect decides about an answer that redirects. Its error names the host,
// which the peer chose and may have put the link into.
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
	return protocol(fmt.Sprintf("redirect to %s refused (HTTP %d): %s", host, hr.StatusCode, problem))
}

// problem returns why a redirect is not followed, or "".
func (t *target) problem(status int, next *url.URL) string {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "it is none to follow"
	}
	switch problem := t.client.badTarget(next); {
	case !t.client.config.DownloadRedirects:
		return "Config.DownloadRedirects does not allow it"
	case problem != "":
		return "it " + problem
	case t.link.Scheme == "https" && next.Scheme != "https":
		return "it is not https"
	case t.redirects >= maxRedirects:
		return "there were too many before"
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
	return true
}

// reset goes back to the link, for what it redirects to may be good for one
// request only.
func (t *target) reset() { t.now, t.redirects = t.link, 0 }

// linkSecrets is what of a link must not be shown.
func linkSecrets(link *url.URL) *redact.Scrubber {
	hide := []string{link.String(), link.RawQuery, link.Path}
	for _, values := range link.Query() {
		hide = append(hide, values...)
	}
	return redact.NewScrubber(hide...)
}
