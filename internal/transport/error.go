package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
)

// Error is an exchange that failed. Its text holds no URL, header or body.
type Error struct {
	Condition  error         // what a caller can act on; nil when a context ended
	Ambiguous  bool          // an unrepeatable operation may have been carried out
	Status     int           // of the answer, 0 if none came
	RetryAfter time.Duration // what the server asked to wait, 0 if it did not

	text  string // what happened, free of anything the peer could have chosen
	cause error  // kept for errors.Is and As where its text is known to be safe
	retry bool   // a repeatable operation may try again
}

// NewError makes an Error of a condition and a text that holds nothing a peer
// could have chosen.
func NewError(cond error, text string) *Error { return &Error{Condition: cond, text: text} }

// Error tells what happened, and whether it may have been done.
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

// Unwrap returns the cause, if it may be shown.
func (e *Error) Unwrap() error { return e.cause }

func (e *Error) orNil() error {
	if e == nil {
		return nil
	}
	return e
}

// classify turns what net/http returned into an Error. Texts are taken over
// only from errors that can't quote the peer: net/http's own parse errors
// repeat what the server sent, which may be our request.
func (c *Client) classify(err error, caller, attempt context.Context) *Error {
	var known *Error
	if errors.As(err, &known) {
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
		return c.classifyNetwork(err)
	case errAttemptTimeout:
		return &Error{Condition: condition.ErrUnavailable, text: errAttemptTimeout.Error(), cause: errAttemptTimeout, retry: true}
	}
	return connectionLost() // and net/http kept from sending the request again
}

func (c *Client) classifyNetwork(err error) *Error {
	var (
		dns     *net.DNSError
		op      *net.OpError
		cert    *tls.CertificateVerificationError
		errno   syscall.Errno
		timeout net.Error
	)
	if status := proxyStatus(err.Error()); status != 0 {
		return proxyRefused(status)
	}
	switch {
	case errors.As(err, &cert):
		return &Error{Condition: condition.ErrProtocol, text: "TLS: " + Clean(cert.Error(), 200), cause: cert}
	case errors.As(err, &dns):
		return &Error{Condition: condition.ErrUnavailable, text: dns.Error(), cause: dns, retry: !dns.IsNotFound}
	case errors.As(err, &op):
		return &Error{Condition: condition.ErrUnavailable, text: op.Error(), cause: op, retry: true}
	case errors.As(err, &errno):
		return &Error{Condition: condition.ErrUnavailable, text: errno.Error(), cause: errno, retry: true}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe), isBrokenOff(err.Error()):
		return connectionLost()
	case errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Condition: condition.ErrUnavailable, text: "timeout", retry: true}
	case !c.standard: // a caller's own RoundTripper: the caller knows the error
		return &Error{Condition: condition.ErrUnavailable, text: transportFailed, cause: hidden{err}, retry: true}
	}
	return &Error{Condition: condition.ErrProtocol, text: "not a valid HTTP answer"}
}

// proxyStatus knows net/http's error for a proxy that does not connect, which
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

const transportFailed = "HTTP transport failed"

// hidden is an error that errors.Is and As find and nobody reads: it may be one
// of net/http's behind a caller's RoundTripper, and quote the peer.
type hidden struct{ err error }

func (hidden) Error() string          { return transportFailed }
func (hidden) GoString() string       { return transportFailed }
func (h hidden) Is(target error) bool { return errors.Is(h.err, target) }
func (h hidden) As(target any) bool   { return errors.As(h.err, target) }

func connectionLost() *Error {
	return &Error{Condition: condition.ErrUnavailable, text: "connection lost before the answer was complete", cause: io.ErrUnexpectedEOF, retry: true}
}

// isBrokenOff knows net/http's unexported errors for a kept connection that the
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
