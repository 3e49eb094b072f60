package monitor

import (
	"crypto/tls"
	"errors"
	"io"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
)

// handshakeError is a TLS handshake that failed.
type handshakeError struct{ cause error }

func (e *handshakeError) Error() string {
	var plain tls.RecordHeaderError
	switch {
	case errors.As(e.cause, &plain):
		return "TLS: the peer does not speak it"
	case errors.Is(e.cause, io.EOF):
		return "TLS: connection lost in the handshake"
	}
	return "TLS: " + strings.TrimPrefix(redact.Clean(e.cause.Error(), 200), "tls: ")
}

func (e *handshakeError) Unwrap() error { return e.cause }

// certificate shows the one that was refused, so that an expired certificate
// can be recognised by its dates.
func (e *handshakeError) certificate() *Certificate {
	var refused *tls.CertificateVerificationError
	if !errors.As(e.cause, &refused) {
		return nil
	}
	return newCertificate(&tls.ConnectionState{PeerCertificates: refused.UnverifiedCertificates})
}
