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

// Left is the time until the leaf ends, negative once it has.
func (c *Certificate) Left(now time.Time) time.Duration { return c.NotAfter.Sub(now) }

// newCertificate tells what a handshake showed, nil if that was nothing.
func newCertificate(state *tls.ConnectionState) *Certificate {
	if state == nil || len(state.PeerCertificates) == 0 {
		return nil
	}
	leaf := state.PeerCertificates[0]
	print := sha256.Sum256(leaf.Raw)
	c := &Certificate{
		NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
		EarliestExpiry: earliest(state.PeerCertificates),
		Subject:        redact.Clean(leaf.Subject.String(), 200),
		Issuer:         redact.Clean(leaf.Issuer.String(), 200),
		Serial:         redact.Clean(leaf.SerialNumber.Text(16), 100),
		DNSNames:       names(leaf.DNSNames), FingerprintSHA256: hex.EncodeToString(print[:]),
	}
	for _, chain := range state.VerifiedChains {
		if end := earliest(chain); end.After(c.LastChainExpiry) {
			c.LastChainExpiry = end
		}
	}
	if state.Version != 0 {
		c.Version, c.Cipher = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	}
	return c
}

func earliest(chain []*x509.Certificate) time.Time {
	end := chain[0].NotAfter
	for _, cert := range chain[1:] {
		if cert.NotAfter.Before(end) {
			end = cert.NotAfter
		}
	}
	return end
}

// names keeps the first hundred of a certificate's names: a Result must stay small.
func names(all []string) []string {
	kept := make([]string, 0, min(len(all), 100))
	for _, name := range all[:min(len(all), 100)] {
		kept = append(kept, redact.Clean(name, 255))
	}
	return kept
}

// judge degrades a Result whose certificate ends soon. least is what must be
// left of it; if it is negative, the default holds: a sixth of the
// certificate's life and at most 14 days, which clients that renew by
// themselves never come near.
func (c *Certificate) judge(res *Result, now time.Time, least time.Duration) {
	if c == nil {
		return
	}
	if least < 0 {
		least = min(c.NotAfter.Sub(c.NotBefore)/6, 14*24*time.Hour)
	}
	switch left := c.Left(now); {
	case left < 0:
		res.degrade(ReasonTLS, "the certificate has ended")
	case left < least:
		res.degrade(ReasonTLS, fmt.Sprintf("the certificate ends in %.1f days", left.Hours()/24))
	}
}
