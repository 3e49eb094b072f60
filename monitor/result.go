package monitor

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Status is a probe's verdict.
type Status uint8

// The verdicts. The zero value is StatusUnknown: nothing is known, which is
// not the same as down.
const (
	StatusUnknown  Status = iota
	StatusUp              // it answers as it should
	StatusDegraded        // it answers, and something needs a look: a certificate about to end, a locked instance
	StatusDown            // it does not answer, or not as it should
)

var statusNames = [...]string{"unknown", "up", "degraded", "down"}

// String returns the verdict in lower case.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// MarshalText is String, for encoding/json and the like.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes. An empty text is StatusUnknown.
func (s *Status) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = StatusUnknown
		return nil
	}
	for i, name := range statusNames {
		if name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return invalid("result", "", "Status", "is not unknown, up, degraded or down")
}

// Reason says why a Result is not up. It is empty when it is.
type Reason string

// The reasons. A program's own Probe may use others.
const (
	ReasonDNS        Reason = "dns"         // the name does not resolve
	ReasonConnect    Reason = "connect"     // no connection, or it was lost before the answer was complete
	ReasonTLS        Reason = "tls"         // no handshake, or a certificate that can't be trusted or is about to end
	ReasonTimeout    Reason = "timeout"     // no complete answer within Timeout; nothing pushed in time
	ReasonHTTPStatus Reason = "http_status" // a status that is not accepted
	ReasonAuth       Reason = "auth"        // the peer refused token, hash or key
	ReasonBadPayload Reason = "bad_payload" // an answer that is not the document expected
	ReasonAssertion  Reason = "assertion"   // an answer that lacks what Params ask for
	ReasonBlocked    Reason = "blocked"     // an address that the guard refuses (unknown, with Field), or a redirect that is not followed (down); nothing was sent there
	ReasonTooLarge   Reason = "too_large"   // an answer above MaxResponseBytes, a list above MaxInstances
	ReasonCanceled   Reason = "canceled"    // the caller's context ended first; says nothing of the target
	ReasonConfig     Reason = "config"      // the Target can't be probed as it is: see Field
	ReasonPanic      Reason = "panic"       // the Probe panicked
	ReasonLocked     Reason = "locked"      // a Dolibarr that is closed to all but one login (degraded)
	ReasonBlind      Reason = "blind"       // no canary of the Scheduler answers either: the monitor itself is cut off
)

// Result is what one probe found. It is a plain value that survives JSON, and
// it holds no secret: URLs come without their query, and what a peer wrote is
// cleaned and cut.
type Result struct {
	Target     string        `json:"target"`
	Kind       Kind          `json:"kind,omitempty"`
	At         time.Time     `json:"at"`                    // when the probe began
	ObservedAt time.Time     `json:"observed_at,omitzero"`  // when it was observed, if not now: a push, a shared listing
	Duration   time.Duration `json:"duration_ns,omitempty"` // of the whole probe
	Status     Status        `json:"status"`
	Reachable  bool          `json:"reachable"` // something answered, whatever it said
	Reason     Reason        `json:"reason,omitempty"`
	Field      string        `json:"field,omitempty"`    // the Target's field at fault, with ReasonConfig and an address that the guard refused
	Detail     string        `json:"detail,omitempty"`   // one line for a person; it names Field where that is set
	Attempts   int           `json:"attempts,omitempty"` // probes made for this Result: 1 by Monitor.Run, a Runner of the program's own may count others

	HTTP        *HTTP              `json:"http,omitempty"`        // the last answer, nil if none came
	Phases      Phases             `json:"phases,omitzero"`       // summed over redirects
	Certificate *Certificate       `json:"certificate,omitempty"` // of the last hop, nil without TLS
	Disk        *Disk              `json:"disk,omitempty"`        // nil where the kind knows none
	Instance    *Instance          `json:"instance,omitempty"`    // what a Dolibarr reported about itself
	Instances   []Instance         `json:"instances,omitzero"`    // what a server manager reported; nil where it reported no list, which is not an empty one
	Values      map[string]float64 `json:"values,omitempty"`      // figures of a program's own Probe
}

// HTTP is the last answer of a probe.
type HTTP struct {
	Status        int       `json:"status"`
	Proto         string    `json:"proto,omitempty"`           // "HTTP/1.1"
	URL           string    `json:"url,omitempty"`             // where the redirects led, without query
	Redirects     int       `json:"redirects,omitempty"`       // followed
	RemoteAddr    string    `json:"remote_addr,omitempty"`     // address and port that answered
	ContentType   string    `json:"content_type,omitempty"`    // as announced
	ContentLength int64     `json:"content_length"`            // as announced, -1 if it was not
	BodyBytes     int64     `json:"body_bytes,omitempty"`      // read, after inflating
	LastModified  time.Time `json:"last_modified_at,omitzero"` // as announced
	DroppedSecret bool      `json:"dropped_secret,omitempty"`  // a redirect led to another host; the credentials stayed behind
}

// Phases are the parts of a probe's time, summed over redirects.
type Phases struct {
	DNS       time.Duration `json:"dns_ns,omitempty"`
	Connect   time.Duration `json:"connect_ns,omitempty"`    // TCP
	TLS       time.Duration `json:"tls_ns,omitempty"`        // handshake
	FirstByte time.Duration `json:"first_byte_ns,omitempty"` // from a usable connection to the answer's first byte
	Transfer  time.Duration `json:"transfer_ns,omitempty"`   // from there to its last
}

// Certificate is what the last hop's TLS handshake showed, and of a handshake
// that failed for its certificate, that one.
type Certificate struct {
	NotBefore         time.Time `json:"not_before"`
	NotAfter          time.Time `json:"not_after"`                  // of the leaf
	EarliestExpiry    time.Time `json:"earliest_expiry"`            // of all certificates that were sent
	LastChainExpiry   time.Time `json:"last_chain_expiry,omitzero"` // of the verified chain that lives longest; zero if unverified
	ChainNotBefore    time.Time `json:"chain_not_before,omitzero"`  // of that chain's certificate that ends first
	WarnFrom          time.Time `json:"warn_from,omitzero"`         // when it begins to need a look, by ParamCertDays or its default; set by the package's own kinds
	Subject           string    `json:"subject"`                    // of the leaf
	Issuer            string    `json:"issuer"`                     // of the leaf
	Serial            string    `json:"serial"`                     // of the leaf, hexadecimal
	DNSNames          []string  `json:"dns_names,omitempty"`        // of the leaf, the first hundred
	FingerprintSHA256 string    `json:"fingerprint_sha256"`         // of the leaf, hexadecimal
	Version           string    `json:"tls_version,omitempty"`      // "TLS 1.3"
	Cipher            string    `json:"tls_cipher,omitempty"`       // the suite
}

// Err returns nil for a Result that is up, else an *Error that matches the
// conditions: ErrDegraded alone for StatusDegraded, else one by Reason, such as
// ErrUnauthorized for ReasonAuth. A cancelled probe's error is also
// context.Canceled, a timeout's context.DeadlineExceeded.
func (r Result) Err() error {
	if r.Status == StatusUp {
		return nil
	}
	e := newError("probe", r.Target, r.Reason.condition(), r.Detail)
	e.Reason, e.Field = r.Reason, r.Field
	if r.Field != "" { // which the error names by itself
		e.Text = strings.TrimPrefix(e.Text, namedField(r.Field))
	}
	if e.Text == "" {
		e.Text = r.Status.String()
	}
	switch {
	case r.Status == StatusDegraded:
		e.Condition = ErrDegraded
	case r.Detail == closedDetail:
		e.Condition = ErrClosed
	case r.Reason == ReasonCanceled:
		e.cause = context.Canceled
	case r.Reason == ReasonTimeout:
		e.cause = context.DeadlineExceeded
	}
	return e
}

func (r Reason) condition() error {
	switch r {
	case ReasonAuth:
		return ErrUnauthorized
	case ReasonBlocked:
		return ErrForbidden
	case ReasonTooLarge:
		return ErrTooLarge
	case ReasonBadPayload:
		return ErrProtocol
	case ReasonConfig:
		return ErrInvalid
	}
	return ErrUnavailable
}
