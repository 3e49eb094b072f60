package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// DefaultMaxResponseBytes bounds the answer that a probe reads.
const DefaultMaxResponseBytes = 1 << 20

// Config holds what New needs. The zero value of every field is a good
// default. It prints as REDACTED.
type Config struct {
	// Secrets resolves a Target's Secret reference. An error or an empty
	// secret makes the Result StatusUnknown with ReasonConfig; the error's text
	// is not shown. It must end with ctx. Default: no reference resolves.
	Secrets func(ctx context.Context, reference string) (Secret, error)

	// Targets finds a Target by its ID: the hosting of an instance that has no
	// URL of its own, and the targets that a Receiver takes documents for. It is
	// called from any goroutine. Default: those of the Schedulers whose Runner is
	// this Monitor, which are asked after it as well; see AddTargets.
	Targets func(id string) (Target, bool)

	// OnPush is called after a document for a KindPush target was taken, on the
	// receiver's goroutine. Default: nothing is called.
	OnPush func(id string)

	// Allow names networks that probes may reach although they are not public:
	// a LAN, this machine. Default: none.
	Allow []netip.Prefix

	TLS      map[string]TLS   // settings that Targets choose by name with ParamTLS; default: the system's roots
	Resolver *net.Resolver    // default net.DefaultResolver
	Now      func() time.Time // the clock that hashes are made and certificates judged by; default time.Now

	// OnAttempt is called after each HTTP request of a probe, a redirect that is
	// followed included, on the goroutine of the probe that sent it: one probe's
	// for a listing that several share. It must be safe for concurrent use, and
	// the probe waits for it; its time is no part of the Attempt's. ctx has the
	// probe's values, and may have ended. A KindPush sends nothing, and a Probe of
	// the program's own only what goes through Fetch. Default: none.
	OnAttempt func(ctx context.Context, a Attempt)

	Logger           *slog.Logger // one debug line a probe; default: none
	UserAgent        string       // printable ASCII, sent behind the SDK's own; default: none
	MaxResponseBytes int64        // bound on one answer after inflating; default DefaultMaxResponseBytes
}

// String returns a constant: a Config leads to secrets.
func (Config) String() string { return "monitor.Config{" + redact.Redacted + "}" }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, for encoding/json.
func (c Config) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// setDefaults fills in what is zero and refuses what can't be used.
func (c *Config) setDefaults() error {
	shared := transport.Config{UserAgent: c.UserAgent, MaxResponseBytes: c.MaxResponseBytes}
	if field, ok := errors.AsType[*transport.FieldError](shared.Validate()); ok {
		return invalid("", "", field.Field, field.Reason)
	}
	for i, prefix := range c.Allow {
		if !prefix.IsValid() || prefix.Addr().Is4In6() {
			return invalid("", "", fmt.Sprintf("Allow[%d]", i), "is not an IPv4 or IPv6 network")
		}
	}
	if c.MaxResponseBytes == 0 {
		c.MaxResponseBytes = DefaultMaxResponseBytes
	}
	if c.Secrets == nil {
		c.Secrets = func(context.Context, string) (Secret, error) { return Secret{}, nil }
	}
	if c.Targets == nil {
		c.Targets = func(string) (Target, bool) { return Target{}, false }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

// Monitor carries out probes, each of them once and at once: when and how
// often is a Scheduler's business, or Prometheus's. It is safe for concurrent
// use. It prints as REDACTED.
type Monitor struct {
	Registry // of the kinds that Run knows

	config     Config
	userAgent  []string // a header's value
	guard      guard
	transports map[transportKey]*http.Transport
	patterns   patterns
	listings   listings
	inbox      inbox
	strays     strays
	lookups    lookups
	began      time.Time // in whole seconds, as pushes are signed
	closed     atomic.Bool
}

// New validates cfg and returns a Monitor that knows the package's kinds. It
// does no I/O. Its error is an *Error that names the field.
func New(cfg Config) (*Monitor, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	agent := strings.TrimSpace("hebergo/" + transport.Version + " (monitor) " + cfg.UserAgent)
	m := &Monitor{config: cfg, userAgent: []string{agent}, guard: newGuard(cfg.Allow), began: cfg.Now().Truncate(time.Second)}
	m.transports = newTransports(cfg.TLS, m.guard.dialer(cfg.Resolver))
	m.probes = map[Kind]Probe{
		KindURL:            urlProbe{m},
		KindServerObserver: observerProbe{m},
		KindServerManager:  managerProbe{m},
		KindDolibarr:       dolibarrProbe{m},
		KindPush:           pushProbe{m},
	}
	return m, nil
}

// Check returns what is wrong with a Target without calling it: all that
// Validate sees but the Interval, the Kind, its Params and the name of its TLS
// settings. Its error is an *Error that names the field. It does not resolve
// the Secret.
func (m *Monitor) Check(t Target) error {
	_, err := m.compile(t)
	return err
}

// Close frees the Monitor's idle connections. A probe in flight ends as it
// would, and frees its own; later probes are StatusUnknown with ReasonCanceled,
// and their Err is ErrClosed.
func (m *Monitor) Close() {
	m.closed.Store(true)
	for _, t := range m.transports {
		t.CloseIdleConnections()
	}
}

// String returns a constant: a Monitor leads to secrets.
func (*Monitor) String() string { return "monitor.Monitor{" + redact.Redacted + "}" }

// GoString is String.
func (m *Monitor) GoString() string { return m.String() }

// LogValue is String, for log/slog.
func (m *Monitor) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalJSON is String, for encoding/json.
func (m *Monitor) MarshalJSON() ([]byte, error) { return []byte(`"` + m.String() + `"`), nil }
