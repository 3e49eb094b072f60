package monitor

import (
	"crypto/tls"
	"log/slog"

	"github.com/hebergo/hebergo/internal/redact"
)

// TLS holds TLS settings, which may include the private key of a client
// certificate. Like a Secret it prints as REDACTED with every verb of fmt, in
// JSON and log/slog, and inside other structs, which a *tls.Config would not.
// The zero TLS uses the system's roots and no client certificate.
type TLS struct {
	clone func() *tls.Config // fmt can't look into a function
}

// NewTLS returns a copy of cfg as a TLS. If cfg is nil, it returns the zero
// TLS.
func NewTLS(cfg *tls.Config) TLS {
	if cfg == nil {
		return TLS{}
	}
	return TLS{cfg.Clone().Clone}
}

// config returns the settings as the caller's own copy.
func (t TLS) config() *tls.Config {
	if t.clone == nil {
		return &tls.Config{}
	}
	return t.clone()
}

// String returns a constant.
func (TLS) String() string { return "monitor.TLS{" + redact.Redacted + "}" }

// GoString returns the same as String.
func (t TLS) GoString() string { return t.String() }

// LogValue returns the same as String, for log/slog.
func (t TLS) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText returns the same as String, for encoding/json and others.
func (t TLS) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
