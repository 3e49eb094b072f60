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

// DefaultMaxResponseBytes is the default maximum size of a response, in bytes.
const DefaultMaxResponseBytes = 1 << 20

// Config holds the configuration of a Monitor. The zero value of every field is
// a good default. It prints as REDACTED.
type Config struct {
	// Secrets resolves a Target's Secret reference. If it returns an error or
	// an empty secret, the Result is StatusUnknown with ReasonConfig, and the
	// error's text is not shown. It must return when ctx ends. Default: no
	// reference resolves.
	Secrets func(ctx context.Context, reference string) (Secret, error)

	// Targets returns the Target with an ID: the hosting of an instance that
	// has no URL of its own, or the target of a document sent to a Receiver. It
	// is called from any goroutine. The targets of Schedulers whose Runner is
	// this Monitor are asked after it: see AddTargets. Default: only those.
	Targets func(id string) (Target, bool)

	// OnPush is called on the goroutine of the Receiver after a document for a
	// KindPush target was accepted. Default: none.
	OnPush func(id string)

	// Allow lists networks that probes may reach although they are not public,
	// such as a LAN or this machine. Default: none.
	Allow []netip.Prefix

	TLS      map[string]TLS   // settings that Targets choose by name with ParamTLS; default: the system's roots
	Resolver *net.Resolver    // default net.DefaultResolver
	Now      func() time.Time // the clock used for hashes and to judge certificates; default time.Now

	// OnAttempt is called after each HTTP request of a probe, including
	// redirects that are followed, on the goroutine of the probe that sent it;
	// a listing shared by several probes is reported for one of them. It must
	// be safe for concurrent use. The probe waits for it, but its time is not
	// part of the Attempt's Duration. ctx has the values of the probe's context
	// and may have ended. KindPush sends no requests, and a Probe of the
	// program's own reports only those sent with Fetch. Default: none.
	OnAttempt func(ctx context.Context, a Attempt)

	Logger           *slog.Logger // one debug line per probe; default: none
	UserAgent        string       // printable ASCII, appended to the SDK's own; default: none
	MaxResponseBytes int64        // maximum size of a response after decompression; default DefaultMaxResponseBytes
}

// String returns a constant, because a Config gives access to secrets.
func (Config) String() string { return "monitor.Config{" + redact.Redacted + "}" }

// GoString returns the same as String.
func (c Config) GoString() string { return c.String() }

// LogValue returns the same as String, for log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON returns String as a JSON string.
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

// Monitor carries out probes, each of them once and immediately; scheduling is
// left to a Scheduler or to Prometheus. It is safe for concurrent use. It
// prints as REDACTED.
type Monitor struct {
	Registry // the kinds that Run supports

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

// New validates cfg and returns a Monitor with the package's kinds registered.
// It does no I/O. Its error is an *Error that names the field.
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

// Check reports what is wrong with a Target without making a request: it checks
// everything that Validate does except the Interval, and also the Kind, its
// Params and the name of its TLS settings. Its error is an *Error that names
// the field. It does not resolve the Secret.
func (m *Monitor) Check(t Target) error {
	_, err := m.compile(t)
	return err
}

// Close closes the Monitor's idle connections. A probe in flight is not
// interrupted and closes its own connection; later probes are StatusUnknown
// with ReasonCanceled, and their Err is ErrClosed.
func (m *Monitor) Close() {
	m.closed.Store(true)
	for _, t := range m.transports {
		t.CloseIdleConnections()
	}
}

// String returns a constant, because a Monitor gives access to secrets.
func (*Monitor) String() string { return "monitor.Monitor{" + redact.Redacted + "}" }

// GoString returns the same as String.
func (m *Monitor) GoString() string { return m.String() }

// LogValue returns the same as String, for log/slog.
func (m *Monitor) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalJSON returns String as a JSON string.
func (m *Monitor) MarshalJSON() ([]byte, error) { return []byte(`"` + m.String() + `"`), nil }
