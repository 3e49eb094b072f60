package wedos

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// accountScrubber takes an account's own secrets out of texts: the password,
// its hash, and the hashes of this hour, the last and the next.
type accountScrubber struct {
	login          string
	password, hash Secret

	mu   sync.Mutex
	hour string
	now  *hourScrubber
}

// at returns what knows the secrets of an hour.
func (s *accountScrubber) at(now time.Time) *hourScrubber {
	hour := now.In(prague()).Format("15")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil && s.hour == hour {
		return s.now
	}
	secrets := []Secret{s.password, s.hash}
	for _, off := range []time.Duration{-time.Hour, 0, time.Hour} {
		secrets = append(secrets, NewSecret(authHash(s.login, s.hash, now.Add(off))))
	}
	s.hour, s.now = hour, &hourScrubber{secrets: secrets}
	return s.now
}

// hourScrubber looks for every spelling of the secrets only where there may be
// another than the plain one: that takes longer than a call.
type hourScrubber struct {
	secrets []Secret
	once    sync.Once
	full    *redact.Scrubber
}

func (s *hourScrubber) scrub(text string) string {
	holds := func(secret Secret) bool {
		plain := secret.Reveal()
		return strings.Contains(text, plain[:min(len(plain), 8)])
	}
	if isPlain(text) && !slices.ContainsFunc(s.secrets, holds) {
		return text
	}
	s.once.Do(func() {
		texts := make([]string, len(s.secrets))
		for i, secret := range s.secrets {
			texts[i] = secret.Reveal()
		}
		s.full = redact.NewScrubber(texts...)
	})
	return s.full.Scrub(text)
}

// isPlain reports whether a text has no character that spells another.
func isPlain(text string) bool {
	return strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._- ") == ""
}
