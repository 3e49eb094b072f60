package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"crypto/tls"

	"github.com/hebergo/hebergo/internal/transport"
)

// DefaultMaxResponseBytes bounds the answer that a probe reads.
const DefaultMaxResponseBytes = 1 << 20

// Config holds what New needs. The zero value of every field is a good
// default. It prints as REDACTED.
type Config struct {
	// Secrets resolves a Target's Secret reference. Its errors and an empty
	// secret make the Result StatusUnknown with ReasonConfig. Default: no
	// reference resolves.
	Secrets func(ctx context.Context, reference string) (string, error)

	// Allow names networks that probes may reach although they are not public:
	// a LAN, this machine. Default: none.
	Allow []netip.Prefix

	TLS      map[string]*tls.Config // TLS settings that Targets choose with ParamTLS; default: the system's roots
	Resolver *net.Resolver          // default net.DefaultResolver
	Now      func() time.Time       // the clock that hashes are made and certificates judged by; default time.Now

	Logger           *slog.Logger // one debug line a probe; default: none
	UserAgent        string       // printable ASCII, sent behind the SDK's own; default: none
	MaxResponseBytes int64        // bound on one answer after inflating; default 1 MiB
}

// String returns a constant: a Config leads to secrets.
func (Config) String() string { return "monitor.Config{" + transport.Redacted + "}" }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, for encoding/json.
func (c Config) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// Monitor carries out probes. It is safe for concurrent use.
type Monitor struct {
	Registry
	config Config
}

// New validates cfg and returns a Monitor that knows the package's kinds. It
// does no I/O.
func New(cfg Config) (*Monitor, error) {
	if cfg.MaxResponseBytes < 0 {
		return nil, invalid("", "", "MaxResponseBytes", "is negative")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Monitor{config: cfg}, nil
}

// Run probes t once and always returns a Result: what is wrong with the Target
// or the Probe is in it as ReasonConfig or ReasonPanic. It asks neither
// Disabled nor Interval, and ends within t's timeout even where the Probe
// ignores its context.
func (m *Monitor) Run(ctx context.Context, t Target) (result Result) {
	start := m.config.Now()
	p, err := m.Lookup(t.Kind)
	if err != nil {
		return Result{Target: t.ID, Kind: t.Kind, At: start, Reason: ReasonConfig, Field: fieldOf(err), Detail: err.Error(), Attempts: 1}
	}
	defer func() {
		if r := recover(); r != nil {
			result = Result{Reason: ReasonPanic, Detail: transport.Clean(fmt.Sprint("the probe panicked: ", r), 200)}
		}
		result.Target, result.Kind, result.At, result.Duration, result.Attempts = t.ID, t.Kind, start, m.config.Now().Sub(start), 1
	}()
	ctx, cancel := context.WithTimeout(ctx, t.EffectiveTimeout())
	defer cancel()
	return p.Probe(ctx, t)
}

// Close frees the Monitor's connections. Later probes give ReasonCanceled.
func (m *Monitor) Close() {}
