package monitor

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Status is the verdict of a probe.
type Status uint8

// The verdicts. The zero value is StatusUnknown: nothing is known, which is
// not the same as down.
const (
	StatusUnknown  Status = iota
	StatusUp              // it responds as expected
	StatusDegraded        // it responds but needs attention: a certificate about to expire, a locked instance
	StatusDown            // it does not respond, or not as expected
)

var statusNames = [...]string{"unknown", "up", "degraded", "down"}

// String returns the verdict in lower case.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// MarshalText returns the same as String, for encoding/json and others.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses the output of MarshalText. An empty text is
// StatusUnknown.
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

// Reason says why a Result is not up. It is empty if it is up.
type Reason string

// The reasons. A program's own Probe may use others.
const (
	ReasonDNS        Reason = "dns"         // the name does not resolve
	ReasonConnect    Reason = "connect"     // no connection, or it was lost before the response was complete
	ReasonTLS        Reason = "tls"         // no handshake, or a certificate that can't be trusted or is about to expire
	ReasonTimeout    Reason = "timeout"     // no complete response within Timeout; nothing pushed in time
	ReasonHTTPStatus Reason = "http_status" // a status that is not accepted
	ReasonAuth       Reason = "auth"        // the peer refused the token, hash or key
	ReasonBadPayload Reason = "bad_payload" // a response that is not the expected document
	ReasonAssertion  Reason = "assertion"   // a response that does not satisfy the Params
	ReasonBlocked    Reason = "blocked"     // an address that the guard refuses (unknown, with Field), or a redirect that is not followed (down); nothing was sent there
	ReasonTooLarge   Reason = "too_large"   // a response above MaxResponseBytes, a list above MaxInstances
	ReasonCanceled   Reason = "canceled"    // the caller's context ended first; says nothing about the target
	ReasonConfig     Reason = "config"      // the Target can't be probed as configured: see Field
	ReasonPanic      Reason = "panic"       // the Probe panicked
	ReasonLocked     Reason = "locked"      // a Dolibarr locked to a single login (degraded)
	ReasonBlind      Reason = "blind"       // no canary of the Scheduler responds either: the monitor itself is cut off
)

// Result is the result of one probe. It is a plain value that can be encoded as
// JSON and decoded again. It holds no secret: URLs have no query, and text from
// a peer is cleaned and truncated.
type Result struct {
	Target     string        `json:"target"`
	Kind       Kind          `json:"kind,omitempty"`
	At         time.Time     `json:"at"`                    // when the probe began
	ObservedAt time.Time     `json:"observed_at,omitzero"`  // when the facts were observed, if earlier: a push, a shared listing
	Duration   time.Duration `json:"duration_ns,omitempty"` // of the whole probe
	Status     Status        `json:"status"`
	Reachable  bool          `json:"reachable"` // something responded, whatever the response
	Reason     Reason        `json:"reason,omitempty"`
	Field      string        `json:"field,omitempty"`    // the invalid field of the Target, with ReasonConfig and an address that the guard refused
	Detail     string        `json:"detail,omitempty"`   // one line for people; it names Field if that is set
	Attempts   int           `json:"attempts,omitempty"` // number of probes made for this Result: 1 by Monitor.Run, a program's own Runner may count others

	HTTP        *HTTP              `json:"http,omitempty"`        // the last response, nil if there was none
	Phases      Phases             `json:"phases,omitzero"`       // summed over redirects
	Certificate *Certificate       `json:"certificate,omitempty"` // of the last hop, nil without TLS
	Disk        *Disk              `json:"disk,omitempty"`        // nil if the kind does not report it
	Instance    *Instance          `json:"instance,omitempty"`    // what a Dolibarr reported about itself
	Instances   []Instance         `json:"instances,omitzero"`    // what a server manager reported; nil if it reported no list, which is not an empty one
	Values      map[string]float64 `json:"values,omitempty"`      // numbers reported by a program's own Probe
}

// HTTP describes the last response of a probe.
type HTTP struct {
	Status        int       `json:"status"`
	Proto         string    `json:"proto,omitempty"`           // "HTTP/1.1"
	URL           string    `json:"url,omitempty"`             // the final address after redirects, without query
	Redirects     int       `json:"redirects,omitempty"`       // number of redirects followed
	RemoteAddr    string    `json:"remote_addr,omitempty"`     // address and port of the server
	ContentType   string    `json:"content_type,omitempty"`    // from the header
	ContentLength int64     `json:"content_length"`            // from the header, -1 if absent
	BodyBytes     int64     `json:"body_bytes,omitempty"`      // bytes read, after decompression
	LastModified  time.Time `json:"last_modified_at,omitzero"` // from the header
	DroppedSecret bool      `json:"dropped_secret,omitempty"`  // a redirect led to another host, and the credentials were not sent there
}

// Phases are the durations of the parts of a probe, summed over redirects.
type Phases struct {
	DNS       time.Duration `json:"dns_ns,omitempty"`
	Connect   time.Duration `json:"connect_ns,omitempty"`    // TCP
	TLS       time.Duration `json:"tls_ns,omitempty"`        // handshake
	FirstByte time.Duration `json:"first_byte_ns,omitempty"` // from a usable connection to the first byte of the response
	Transfer  time.Duration `json:"transfer_ns,omitempty"`   // from the first byte to the last
}

// Certificate describes the certificates of the last hop's TLS handshake,
// including a handshake that failed because of its certificate.
type Certificate struct {
	NotBefore         time.Time `json:"not_before"`
	NotAfter          time.Time `json:"not_after"`                  // of the leaf
	EarliestExpiry    time.Time `json:"earliest_expiry"`            // of all certificates that were sent
	LastChainExpiry   time.Time `json:"last_chain_expiry,omitzero"` // of the verified chain that is valid longest; zero if unverified
	ChainNotBefore    time.Time `json:"chain_not_before,omitzero"`  // of the certificate in that chain that expires first
	WarnFrom          time.Time `json:"warn_from,omitzero"`         // when it becomes degraded, by ParamCertDays or its default; set by the package's own kinds
	Subject           string    `json:"subject"`                    // of the leaf
	Issuer            string    `json:"issuer"`                     // of the leaf
	Serial            string    `json:"serial"`                     // of the leaf, hexadecimal
	DNSNames          []string  `json:"dns_names,omitempty"`        // of the leaf, the first hundred
	FingerprintSHA256 string    `json:"fingerprint_sha256"`         // of the leaf, hexadecimal
	Version           string    `json:"tls_version,omitempty"`      // "TLS 1.3"
	Cipher            string    `json:"tls_cipher,omitempty"`       // the cipher suite
}

// Err returns nil if the Result is up, and otherwise an *Error that matches the
// conditions: only ErrDegraded for StatusDegraded, else one according to
// Reason, such as ErrUnauthorized for ReasonAuth. The error of a cancelled
// probe also matches context.Canceled, that of a timeout
// context.DeadlineExceeded.
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
