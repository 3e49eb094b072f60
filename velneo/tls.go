package velneo

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// Pin returns the pin of a certificate's key for Config.Pins: "sha256/" and the
// base64 of the SHA-256 of its SubjectPublicKeyInfo. It stays valid when the
// certificate is renewed with the same key. Config.Pins also accepts curl's
// form, with two slashes.
//
// A pin is that of the server's own certificate, not of an authority. With Pins
// alone, the dates of the certificate are checked, but not its names and
// issuer. With RootCAs as well, both checks apply, including the names.
func Pin(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
}

func (c *Config) hasTLS() bool {
	return c.RootCAs != nil || len(c.Pins) > 0 || c.InsecureSkipVerify
}

// checkTLS refuses options that contradict one another or that the caller's own
// transport would ignore.
func (c *Config) checkTLS() error {
	if c.InsecureSkipVerify && (c.RootCAs != nil || len(c.Pins) > 0) {
		return invalid("", "InsecureSkipVerify", "contradicts RootCAs and Pins")
	}
	for _, pin := range c.Pins {
		if _, ok := parsePin(pin); !ok {
			return invalid("", "Pins", `has an element that is not "sha256/" and 44 characters of base64`)
		}
	}
	if c.HTTPClient == nil || !c.hasTLS() {
		return nil
	}
	//lint:ignore SA1019 DialTLS is deprecated and still honoured by net/http
	if t, ok := c.HTTPClient.Transport.(*http.Transport); ok && (t.DialTLSContext != nil || t.DialTLS != nil) {
		return invalid("", "HTTPClient", "dials TLS by itself, so RootCAs, Pins and InsecureSkipVerify would not count")
	}
	return nil
}

// parsePin reads a pin with one slash, two, or no prefix at all. The base64 may
// begin with a slash as well, so its length decides.
func parsePin(pin string) (sum [sha256.Size]byte, ok bool) {
	pin = strings.TrimPrefix(pin, "sha256/")
	if len(pin) > base64.StdEncoding.EncodedLen(len(sum)) {
		pin = strings.TrimPrefix(pin, "/")
	}
	raw, err := base64.StdEncoding.DecodeString(pin)
	return sum, err == nil && copy(sum[:], raw) == len(raw) && len(raw) == len(sum)
}

// tune puts the options into a private copy of the transport.
func (c *Config) tune() func(*http.Transport) {
	if !c.hasTLS() {
		return nil
	}
	roots, pins, insecure := c.RootCAs, c.pins(), c.InsecureSkipVerify
	if roots != nil {
		roots = roots.Clone()
	}
	return func(t *http.Transport) {
		conf := &tls.Config{}
		if t.TLSClientConfig != nil {
			conf = t.TLSClientConfig.Clone()
		}
		conf.RootCAs = roots
		conf.InsecureSkipVerify = insecure || roots == nil && len(pins) > 0 // then verifyPin verifies
		if len(pins) > 0 {
			conf.VerifyConnection = verifyPin(pins, conf.VerifyConnection)
		}
		t.TLSClientConfig = conf
	}
}

func (c *Config) pins() [][sha256.Size]byte {
	var pins [][sha256.Size]byte
	for _, pin := range c.Pins {
		sum, _ := parsePin(pin)
		pins = append(pins, sum)
	}
	return pins
}

// tlsPrefix begins the texts of errors of TLS, the transport's as well.
const tlsPrefix = "TLS: "

// verifyPin runs for resumed connections too. Only the leaf's key counts: the
// handshake proves that the server holds it, which it does not for the
// certificates above. The errors are the transport's own, for their text to
// survive its sorting of errors.
func verifyPin(pins [][sha256.Size]byte, next func(tls.ConnectionState) error) func(tls.ConnectionState) error {
	return func(state tls.ConnectionState) error {
		leaf := state.PeerCertificates[0]
		now := time.Now()
		switch {
		case !slices.Contains(pins, sha256.Sum256(leaf.RawSubjectPublicKeyInfo)):
			return transport.NewError(condition.ErrProtocol, tlsPrefix+"the server's key is not one of the pinned keys")
		case now.Before(leaf.NotBefore), now.After(leaf.NotAfter):
			return transport.NewError(condition.ErrProtocol, tlsPrefix+"the pinned certificate has expired or is not valid yet")
		}
		if next != nil {
			return next(state)
		}
		return nil
	}
}
