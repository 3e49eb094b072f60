package monitor_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
)

// issuer is a certificate with its key.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// issue makes a certificate; nil signs for itself.
func (i *issuer) issue(t *testing.T, name string, ca bool, from, to time.Time) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(from.Unix() ^ int64(len(name))), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to,
		IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	by, with := form, key
	if i != nil {
		by, with = i.cert, i.key
	}
	der, err := x509.CreateCertificate(rand.Reader, form, by, &key.PublicKey, with)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &issuer{cert, key}
}

// What counts of a certificate is its own life and that of the chain that was
// verified, not what a server sends along.
func TestCertificate_VerifiedChain(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	day := 24 * time.Hour
	var none *issuer
	root := none.issue(t, "root", true, now.Add(-1000*day), now.Add(1000*day))
	for name, c := range map[string]struct {
		leaf, middle [2]time.Duration // from now
		extra        bool             // an expired certificate is sent along
		status       monitor.Status
		detail       string
		ends         time.Duration
	}{
		"all is well":                 {[2]time.Duration{-10 * day, 80 * day}, [2]time.Duration{-100 * day, 900 * day}, false, monitor.StatusUp, "", 80 * day},
		"six days, of which one gone": {[2]time.Duration{-day, 5 * day}, [2]time.Duration{-100 * day, 900 * day}, false, monitor.StatusUp, "", 5 * day},
		"six days, nearly over":       {[2]time.Duration{-5*day - 12*time.Hour, 12 * time.Hour}, [2]time.Duration{-100 * day, 900 * day}, false, monitor.StatusDegraded, "the certificate ends in 0.5 days", 12 * time.Hour},
		"an expired extra":            {[2]time.Duration{-10 * day, 80 * day}, [2]time.Duration{-100 * day, 900 * day}, true, monitor.StatusUp, "", 80 * day},
		"an intermediate ends soon":   {[2]time.Duration{-10 * day, 80 * day}, [2]time.Duration{-100 * day, 7 * day}, false, monitor.StatusDegraded, "a certificate of its chain ends in 7.0 days", 7 * day},
	} {
		t.Run(name, func(t *testing.T) {
			middle := root.issue(t, "middle", true, now.Add(c.middle[0]), now.Add(c.middle[1]))
			leaf := middle.issue(t, "leaf", false, now.Add(c.leaf[0]), now.Add(c.leaf[1]))
			sent := [][]byte{leaf.cert.Raw, middle.cert.Raw}
			if c.extra {
				sent = append(sent, root.issue(t, "old", true, now.Add(-900*day), now.Add(-100*day)).cert.Raw)
			}
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: sent, PrivateKey: leaf.key}}}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			roots := x509.NewCertPool()
			roots.AddCert(root.cert)
			m := newMonitor(t, nil, func(cfg *monitor.Config) {
				cfg.TLS, cfg.Now = map[string]monitor.TLS{"own": monitor.NewTLS(&tls.Config{RootCAs: roots})}, func() time.Time { return now }
			})
			x := target(monitor.KindURL, server.URL, "")
			x.Params = map[string]string{monitor.ParamTLS: "own", monitor.ParamStatus: "404"}
			res := m.Run(t.Context(), x)
			assert.Equal(t, [2]any{c.status, c.detail}, [2]any{res.Status, res.Detail})
			require.NotNil(t, res.Certificate)
			assert.Equal(t, now.Add(c.ends).UTC(), res.Certificate.Ends().UTC())
			assert.Equal(t, c.status, res.Certificate.Health(now))
			if c.extra {
				assert.True(t, res.Certificate.EarliestExpiry.Before(now), "blackbox_exporter's figure stays what it is")
			}
		})
	}
}
