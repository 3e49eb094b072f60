package transport

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// Version is the version of the SDK in the User-Agent.
const Version = "0.1.0"

// maxHeaderBytes bounds what an answer's header may take in memory.
const maxHeaderBytes = 256 << 10

// FieldError is an invalid field of a configuration.
type FieldError struct {
	Field  string
	Reason string
}

// Error returns the field and the reason.
func (e *FieldError) Error() string { return e.Field + " " + e.Reason }

// Validate returns a *FieldError if a field has a value that can't be used.
func (c Config) Validate() error {
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

// adoptHTTPClient takes over what a client of the caller's holds: its timeout
// turned into one for each attempt, its cookies and its transport, of which a
// copy is tuned. Redirects don't come up: it is only asked for its parts.
func (c *Client) adoptHTTPClient(cfg Config) error {
	c.timeout = DefaultTimeout
	if hc := cfg.HTTPClient; hc != nil {
		c.jar, c.given = hc.Jar, hc.Transport
		if hc.Timeout > 0 {
			c.timeout = hc.Timeout
		}
	}
	_, standard := c.given.(*http.Transport)
	switch {
	case c.given != nil && cfg.Tune != nil && !standard:
		return &FieldError{"HTTPClient", "has a transport other than *http.Transport, which can't take the TLS or dial options"}
	case c.given != nil && cfg.Tune == nil:
		c.current.Store(newCarrier(c.given, false))
		return nil
	}
	if c.given == nil && cfg.Tune != nil {
		if replaced := replacedDefault(); replaced != nil {
			if _, standard := replaced.(*http.Transport); !standard {
				return &FieldError{"HTTPClient", untunable}
			}
		}
	}
	c.current.Store(c.ownCarrier(false))
	return nil
}

func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return strconv.Itoa(status)
}
