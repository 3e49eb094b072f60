package monitor

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// Left returns the time until the leaf expires, negative once it has.
func (c *Certificate) Left(now time.Time) time.Duration { return c.NotAfter.Sub(now) }

// newCertificate returns what a handshake showed, nil if that was nothing. The
// peer chose the names, and may have put a secret of the probe there.
func newCertificate(state *tls.ConnectionState, scrubber *redact.Scrubber) *Certificate {
	if state == nil || len(state.PeerCertificates) == 0 {
		return nil
	}
	leaf := state.PeerCertificates[0]
	print := sha256.Sum256(leaf.Raw)
	c := &Certificate{
		NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
		EarliestExpiry: earliest(state.PeerCertificates),
		Subject:        scrubber.Line(leaf.Subject.String(), 200),
		Issuer:         scrubber.Line(leaf.Issuer.String(), 200),
		Serial:         scrubber.Line(leaf.SerialNumber.Text(16), 100),
		DNSNames:       names(leaf.DNSNames, scrubber), FingerprintSHA256: hex.EncodeToString(print[:]),
	}
	for _, chain := range state.VerifiedChains {
		if weakest := first(chain); weakest.NotAfter.After(c.LastChainExpiry) {
			c.LastChainExpiry, c.ChainNotBefore = weakest.NotAfter, weakest.NotBefore
		}
	}
	if state.Version != 0 {
		c.Version, c.Cipher = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	}
	return c
}

func earliest(chain []*x509.Certificate) time.Time { return first(chain).NotAfter }

// first is the certificate that ends first.
func first(chain []*x509.Certificate) *x509.Certificate {
	found := chain[0]
	for _, cert := range chain[1:] {
		if cert.NotAfter.Before(found.NotAfter) {
			found = cert
		}
	}
	return found
}

// names keeps the first hundred of a certificate's names: a Result must stay small.
func names(all []string, scrubber *redact.Scrubber) []string {
	kept := make([]string, 0, min(len(all), 100))
	for _, name := range all[:min(len(all), 100)] {
		kept = append(kept, scrubber.Line(name, 255))
	}
	return kept
}

// Ends returns the time from which clients no longer trust the certificate: the
// expiry of the leaf, or of the verified chain if that is earlier. Other
// certificates that were sent, such as an old cross-signed one, are ignored.
func (c *Certificate) Ends() time.Time {
	switch {
	case c.NotAfter.IsZero(): // one that was not read from a handshake
		return c.EarliestExpiry
	case c.weakChain():
		return c.LastChainExpiry
	}
	return c.NotAfter
}

// weakChain reports whether the verified chain ends before its leaf.
func (c *Certificate) weakChain() bool {
	return !c.LastChainExpiry.IsZero() && c.LastChainExpiry.Before(c.NotAfter)
}

// Health returns StatusUp, StatusDegraded after WarnFrom, or StatusDown once
// the certificate has expired, by the rule of the probe that saw it.
func (c *Certificate) Health(now time.Time) Status {
	switch {
	case now.After(c.Ends()):
		return StatusDown
	case !c.WarnFrom.IsZero() && now.After(c.WarnFrom):
		return StatusDegraded
	}
	return StatusUp
}

// judge degrades a Result whose certificate ends soon. least is what must be
// left of it; if it is negative, the default holds: a sixth of the life of the
// certificate that ends, and at most 14 days, which clients that renew by
// themselves never come near.
func (c *Certificate) judge(res *Result, now time.Time, least time.Duration) {
	if c == nil {
		return
	}
	what := "the certificate"
	c.WarnFrom = warnFrom(c.NotBefore, c.NotAfter, least)
	if c.weakChain() {
		if from := warnFrom(c.ChainNotBefore, c.LastChainExpiry, least); from.Before(c.WarnFrom) {
			what, c.WarnFrom = "a certificate of its chain", from
		}
	}
	switch c.Health(now) {
	case StatusDown:
		res.degrade(ReasonTLS, what+" has ended")
	case StatusDegraded:
		res.degrade(ReasonTLS, fmt.Sprintf("%s ends in %.1f days", what, c.Ends().Sub(now).Hours()/24))
	}
}

// warnFrom is when a certificate begins to need a look.
func warnFrom(begins, ends time.Time, least time.Duration) time.Time {
	if least < 0 {
		least = min(ends.Sub(begins)/6, 14*24*time.Hour)
	}
	return ends.Add(-least)
}
