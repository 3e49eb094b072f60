package transport

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Version is the SDK's, as the User-Agent gives it.
const Version = "0.1.0"

// maxHeaderBytes bounds what an answer's header may take in memory.
const maxHeaderBytes = 256 << 10

// FieldError names a field of a configuration that can't be used.
type FieldError struct {
	Field  string
	Reason string
}

// Error returns the field and the reason.
func (e *FieldError) Error() string { return e.Field + " " + e.Reason }

func (c Config) validate() error {
	switch {
	case c.MaxResponseBytes < 0:
		return &FieldError{"MaxResponseBytes", "is negative"}
	case c.MaxAttempts < 0:
		return &FieldError{"MaxAttempts", "is negative"}
	case c.MaxRetryWait < 0:
		return &FieldError{"MaxRetryWait", "is negative"}
	case strings.ContainsFunc(c.UserAgent, func(r rune) bool { return r < ' ' || r > '~' }):
		return &FieldError{"UserAgent", "has a character other than printable ASCII"}
	}
	return nil
}

func (c *Config) setDefaults() {
	if c.MaxResponseBytes == 0 {
		c.MaxResponseBytes = DefaultMaxResponseBytes
	}
	c.MaxResponseBytes = min(c.MaxResponseBytes, math.MaxInt64-1) // one more is read
	if c.MaxAttempts == 0 {
		c.MaxAttempts = DefaultMaxAttempts
	}
	if c.MaxRetryWait == 0 {
		c.MaxRetryWait = DefaultMaxRetryWait
	}
	if c.Scrub == nil {
		c.Scrub = func(s string) string { return s }
	}
}

func userAgent(cfg Config) string {
	ua := fmt.Sprintf("hebergo/%s (%s)", Version, cfg.Package)
	if cfg.UserAgent != "" {
		ua += " " + cfg.UserAgent
	}
	return ua
}

// adoptHTTPClient makes the private copy: the caller's timeout turned into one
// for each attempt, and a transport of its own where the caller gave none or
// wants it tuned. Redirects don't come up: it is only asked for its parts.
func (c *Client) adoptHTTPClient(cfg Config) error {
	private := http.Client{}
	if cfg.HTTPClient != nil {
		private = *cfg.HTTPClient
	}
	c.timeout = DefaultTimeout
	if private.Timeout > 0 {
		c.timeout = private.Timeout
	}
	private.Timeout = 0
	if private.Transport == nil {
		private.Transport = ownTransport()
		c.owned = true
	}
	c.http = &private
	t, standard := private.Transport.(*http.Transport)
	c.standard, c.plainHTTP2 = standard, standard && t.Protocols != nil && t.Protocols.UnencryptedHTTP2()
	return c.tune(cfg)
}

func (c *Client) tune(cfg Config) error {
	if cfg.Tune == nil {
		return nil
	}
	t, ok := c.http.Transport.(*http.Transport)
	if !ok {
		return &FieldError{"HTTPClient", "has a transport other than *http.Transport, which can't take the TLS or dial options"}
	}
	if !c.owned {
		t = t.Clone()
		c.http.Transport, c.owned = t, true
	}
	cfg.Tune(t)
	return nil
}

// ownTransport is net/http's default with room for idle connections of
// concurrent callers and a bound on headers. A connection of HTTP/2 that fell
// silent is asked whether it lives: all calls share it, so a dead one would
// fail them all until TCP gives up, a quarter of an hour later.
func ownTransport() *http.Transport {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: 90 * time.Second}
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = 16
	t.MaxResponseHeaderBytes = maxHeaderBytes
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second}
	return t
}

func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return strconv.Itoa(status)
}
