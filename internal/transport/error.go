package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/redact"
)

// Error is a failed exchange. Its text contains no URL, header or body.
type Error struct {
	Condition  error         // what a caller can act on; nil when a context ended
	Ambiguous  bool          // the outcome is unknown: an unrepeatable operation may have been carried out
	Status     int           // of the response, 0 if there was none
	RetryAfter time.Duration // the wait that the server asked for, or 0

	text  string // what happened, free of anything the peer could have chosen
	cause error  // kept for errors.Is and As where its text is known to be safe
	retry bool   // a repeatable operation may try again
}

// NewError returns an Error with a condition and a text, which must contain
// nothing that a peer can choose.
func NewError(cond error, text string) *Error { return &Error{Condition: cond, text: text} }

// Error says what happened, and whether the operation may have been carried
// out.
func (e *Error) Error() string {
	text := e.text
	if text == "" && e.cause != nil {
		text = e.cause.Error()
	}
	if e.Ambiguous {
		text += "; " + condition.ErrAmbiguous.Error()
	}
	return text
}

// Is matches the conditions.
func (e *Error) Is(target error) bool {
	return target != nil && target == e.Condition || e.Ambiguous && target == condition.ErrAmbiguous
}

// Unwrap returns the cause, unless its text must not be shown.
func (e *Error) Unwrap() error { return e.cause }

func (e *Error) orNil() error {
	if e == nil {
		return nil
	}
	return e
}

// classify turns an error of net/http into an Error. It uses texts only from
// errors that can't quote the peer: the parse errors of net/http repeat what
// the server sent, which may be our request.
func (op Op) classify(by *carrier, err error, caller, attempt context.Context) *Error {
	if known, ok := err.(*Error); ok { // one within the error of a caller's RoundTripper is another call's
		return known
	}
	var wrapper *url.Error // its text holds the URL
	if errors.As(err, &wrapper) {
		err = wrapper.Err
	}
	cause := context.Cause(attempt) // before the caller's context is asked, which may end at any moment
	if caller.Err() != nil {
		return &Error{cause: caller.Err()}
	}
	switch cause {
	case nil:
		return op.shownCause(by, err, op.classifyNetwork(by, err))
	case errAttemptTimeout:
		return &Error{Condition: condition.ErrUnavailable, text: errAttemptTimeout.Error(), cause: errAttemptTimeout, retry: true}
	}
	return connectionLost() // and net/http kept from sending the request again
}

func (op Op) classifyNetwork(by *carrier, err error) *Error {
	var (
		dns     *net.DNSError
		network *net.OpError
		cert    *tls.CertificateVerificationError
		errno   syscall.Errno
		timeout net.Error
	)
	text := err.Error()
	if status := proxyStatus(text); status != 0 {
		return proxyRefused(status)
	}
	switch {
	case errors.As(err, &cert):
		return op.shownError(cert, condition.ErrProtocol, "TLS", certificateProblem(cert))
	case errors.As(err, &dns):
		return &Error{Condition: condition.ErrUnavailable, text: redact.Clean(dns.Error(), maxText), cause: dns, retry: !dns.IsNotFound}
	case errors.As(err, &network):
		return &Error{Condition: condition.ErrUnavailable, text: redact.Clean(network.Error(), maxText), cause: network, retry: true}
	case errors.As(err, &errno):
		return &Error{Condition: condition.ErrUnavailable, text: errno.Error(), cause: errno, retry: true}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe), isBrokenOff(text):
		return connectionLost()
	case errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Condition: condition.ErrUnavailable, text: "timeout", retry: true}
	}
	what := invalidPart(text)
	if !by.standard && what == "" { // a caller's own RoundTripper: the caller knows the error
		e := op.shownError(err, condition.ErrUnavailable, "HTTP transport failed", "")
		e.retry = true
		return e
	}
	return &Error{Condition: condition.ErrProtocol, text: strings.TrimSuffix("not a valid HTTP answer: "+what, ": ")}
}

// shownCause makes the error of a caller's own RoundTripper reachable from e,
// whatever it was taken for. Even one of a network's types may quote anything.
func (op Op) shownCause(by *carrier, err error, e *Error) *Error {
	if _, done := e.cause.(*shown); done || by.standard {
		return e
	}
	all := err
	switch cause := e.cause.(type) {
	case nil:
	case *net.DNSError, *net.OpError:
		e.text = "network error"
		if errno, ok := errors.AsType[syscall.Errno](err); ok {
			e.text += ": " + errno.Error()
		}
		if op.Scrub != nil {
			e.text = op.line(cause.Error())
		}
	default:
		if !errors.Is(err, cause) {
			all = errors.Join(err, cause)
		}
	}
	e.cause = &shown{err: all, text: e.text}
	return e
}

// certificateProblem says why a certificate was refused, in words that hold
// nothing of the peer's.
func certificateProblem(err *tls.CertificateVerificationError) string {
	var (
		host    x509.HostnameError
		issuer  x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &host):
		return "the certificate is not valid for " + redact.Clean(host.Host, maxText)
	case errors.As(err, &issuer):
		return "the certificate is signed by an unknown authority"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired or is not yet valid"
	}
	return "the certificate is not accepted"
}

// invalidPart says what net/http could not read, by the words of its errors,
// which then quote it. It is empty for other errors.
func invalidPart(text string) string {
	for _, part := range []struct{ words, what string }{
		{"malformed HTTP response", "its first line"},
		{"malformed HTTP status code", "its status"},
		{"malformed HTTP version", "its version"},
		{"malformed MIME header", "its header"},
		{"response headers exceeded", "its header is too long"},
		{"Content-Length", "its length"},
		{"transfer encoding", "its transfer encoding"},
		{"Transfer-Encoding", "its transfer encoding"},
		{"chunk length", "its chunks"},
		{"chunked encoding", "its chunks"},
		{"chunked line", "its chunks"},
		{"header line too long", "its chunks"},
		{"gzip: ", "its compression"},
		{"flate: ", "its compression"},
		{"server gave HTTP response to HTTPS client", "it is not TLS"},
		{"first record does not look like a TLS handshake", "it is not TLS"},
		{"stream error: ", "its HTTP/2"},
		{"connection error: ", "its HTTP/2"},
		{"http2: ", "its HTTP/2"},
		{"tls: ", "its TLS"},
	} {
		if strings.Contains(text, part.words) {
			return part.what
		}
	}
	return ""
}

// proxyStatus recognises net/http's error for a proxy that does not connect, which
// is no more than the text of the proxy's status line: 0 if it is not one that
// the standard has.
func proxyStatus(text string) int {
	for status := 300; status < 600; status++ {
		if text != "" && http.StatusText(status) == text {
			return status
		}
	}
	return 0
}

func proxyRefused(status int) *Error {
	e := &Error{Condition: condition.ErrProtocol, text: "the proxy does not connect (HTTP " + statusText(status) + ")"}
	if status >= 500 {
		e.Condition, e.retry = condition.ErrUnavailable, true
	}
	return e
}

// maxText bounds what is shown of a text that is not ours.
const maxText = 200

// line makes one line of what may quote a peer. Secrets go first: what is cut
// out of a URL may end within one.
func (op Op) line(text string) string { return redact.Clean(withoutQueries(op.Scrub(text)), maxText) }

// shownError is an Error whose text begins with prefix and continues with that of
// its cause, or with plain where the operation can't take its secrets out of it.
func (op Op) shownError(cause error, cond error, prefix, plain string) *Error {
	s := &shown{err: cause, text: plain}
	if op.Scrub != nil {
		s.text, s.line = op.line(cause.Error()), op.line
	}
	text := strings.TrimSuffix(prefix+": "+s.text, ": ")
	if s.line == nil {
		s.text = text
	}
	return &Error{Condition: cond, text: text, cause: s}
}

// shown is an error whose text is shown scrubbed and cut, however deep one
// unwraps it, and that errors.Is and As find as it is: it may be one of
// net/http's behind a caller's RoundTripper, and quote the peer.
type shown struct {
	err  error
	text string
	line func(string) string // nil: what it wraps is not shown
}

func (s *shown) Error() string        { return s.text }
func (s *shown) GoString() string     { return strconv.Quote(s.text) }
func (s *shown) Is(target error) bool { return errors.Is(s.err, target) }
func (s *shown) As(target any) bool   { return errors.As(s.err, target) }

func (s *shown) Unwrap() error {
	inner := errors.Unwrap(s.err)
	if inner == nil || s.line == nil {
		return nil
	}
	return &shown{inner, s.line(inner.Error()), s.line}
}

// withoutQueries takes the queries and the credentials out of the URLs in a
// text: signatures and keys stand there, and the passwords of proxies.
func withoutQueries(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "://")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexAny(rest, " \t\r\n\"'<>")
		if end < 0 {
			end = len(rest)
		}
		path, _, _ := strings.Cut(rest[:end], "?")
		b.WriteString("://" + path[strings.LastIndexByte(path, '@')+1:])
		text = rest[end:]
	}
}

func connectionLost() *Error {
	return &Error{Condition: condition.ErrUnavailable, text: "connection lost before the answer was complete", cause: io.ErrUnexpectedEOF, retry: true}
}

// isBrokenOff recognises net/http's unexported errors for a kept connection that the
// server closed, and for an HTTP/2 stream or connection that it ended.
func isBrokenOff(text string) bool {
	switch {
	case text == "http: server closed idle connection":
		return true
	case strings.HasPrefix(text, "stream error: "):
		return strings.HasSuffix(text, "; received from peer")
	case strings.HasPrefix(text, "http2: "):
		return strings.Contains(text, " GOAWAY") || strings.HasPrefix(text, "http2: client conn") || strings.HasPrefix(text, "http2: Transport: cannot retry")
	}
	return false
}
