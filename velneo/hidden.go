package velneo

import (
	"sync"

	"github.com/hebergo/hebergo/internal/redact"
)

// hidden is what the service's words about a call must not show: its secrets and
// the account's.
type hidden struct {
	key  string
	call request
	by   stamp

	once     sync.Once
	scrubber *redact.Scrubber
}

func (c *Client) hidden(r request, by stamp) *hidden {
	return &hidden{key: c.config.APIKey.Reveal(), call: r, by: by}
}

func (h *hidden) secrets() []string {
	all := append(h.call.secrets(), h.key, h.by.signed)
	if h.by.kind == "session" {
		all = append(all, h.by.who)
	}
	return all
}

// scrub takes the secrets out of a text.
func (h *hidden) scrub(text string) string {
	if redact.Absent(text, h.secrets()...) {
		return text
	}
	return h.all().Scrub(text)
}

// line makes one line of a text, without the secrets.
func (h *hidden) line(text string, limit int) string {
	if len(text) <= limit && redact.Absent(text, h.secrets()...) {
		return redact.Clean(text, limit)
	}
	return h.all().Line(text, limit)
}

// all is made when there are words to look through: it takes longer than all
// else in a call.
func (h *hidden) all() *redact.Scrubber {
	h.once.Do(func() { h.scrubber = redact.NewScrubber(h.secrets()...) })
	return h.scrubber
}
