package velneo_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// selfSigned makes a certificate for 127.0.0.1 whose dates lie around now, or
// before it.
func selfSigned(t *testing.T, key *ecdsa.PrivateKey, over bool) tls.Certificate {
	t.Helper()
	if over {
		return signedFor(t, key, -2*time.Hour, -time.Hour)
	}
	return signedFor(t, key, -2*time.Hour, time.Hour)
}

// signedFor makes one whose dates are that far from now.
func signedFor(t *testing.T, key *ecdsa.PrivateKey, from, to time.Duration) tls.Certificate {
	t.Helper()
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "cloudapi.example.com"},
		NotBefore: now.Add(from), NotAfter: now.Add(to),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// serveTLS serves a fake with a certificate; it counts the requests that got
// through.
func serveTLS(t *testing.T, cert tls.Certificate) (velneo.Config, *atomic.Int32) {
	t.Helper()
	fake, requests := velneotest.New(velneotest.Options{}), new(atomic.Int32)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		fake.ServeHTTP(w, r)
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return velneo.Config{URL: server.URL + "/v1", Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond}, requests
}

func poolOf(certs ...*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool
}

func TestTLS_CertificatesAndPins(t *testing.T) {
	key := newKey(t)
	cert := selfSigned(t, key, false)
	renewed := selfSigned(t, key, false)
	rotated := selfSigned(t, newKey(t), false)
	over := selfSigned(t, key, true)
	early := signedFor(t, key, time.Hour, 2*time.Hour)
	pin := []string{velneo.Pin(cert.Leaf)}
	other := []string{velneo.Pin(rotated.Leaf)}
	for name, c := range map[string]struct {
		serve    tls.Certificate
		roots    *x509.CertPool
		pins     []string
		insecure bool
		want     string // in the error's text; empty: it passes
	}{
		"self-signed":               {serve: cert, want: "TLS: "},
		"CA":                        {serve: cert, roots: poolOf(cert.Leaf)},
		"another CA":                {serve: cert, roots: poolOf(rotated.Leaf), want: "TLS: "},
		"no CA":                     {serve: cert, roots: poolOf(), want: "TLS: "},
		"pin":                       {serve: cert, pins: pin},
		"one of two pins":           {serve: cert, pins: append(other, pin...)},
		"pin, renewed":              {serve: renewed, pins: pin},
		"pin, rotated key":          {serve: rotated, pins: pin, want: "TLS: the server's key is not one of the pinned keys"},
		"pin, over":                 {serve: over, pins: pin, want: "TLS: the pinned certificate has expired or is not valid yet"},
		"pin, early":                {serve: early, pins: pin, want: "TLS: the pinned certificate has expired or is not valid yet"},
		"CA, over":                  {serve: over, roots: poolOf(over.Leaf), want: "TLS: "},
		"CA and pin":                {serve: cert, roots: poolOf(cert.Leaf), pins: pin},
		"CA and pin, rotated key":   {serve: rotated, roots: poolOf(rotated.Leaf), pins: pin, want: "not one of the pinned keys"},
		"CA and pin, CA of another": {serve: cert, roots: poolOf(rotated.Leaf), pins: pin, want: "TLS: "},
		"insecure":                  {serve: over, insecure: true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, requests := serveTLS(t, c.serve)
			cfg.RootCAs, cfg.Pins, cfg.InsecureSkipVerify = c.roots, c.pins, c.insecure
			client := newClient(t, cfg)
			link := velneo.NewSecret(strings.TrimSuffix(cfg.URL, "/v1") + "/backups/1?token=open-sesame")
			for range 2 { // the second connection may be a resumed session
				err := client.Stop(t.Context())
				_, downloadErr := client.DownloadBackup(t.Context(), link, filepath.Join(t.TempDir(), "b"), nil)
				if c.want == "" {
					require.NoError(t, err)
					require.NoError(t, downloadErr)
					continue
				}
				require.ErrorIs(t, err, velneo.ErrProtocol)
				assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
				assert.ErrorContains(t, err, c.want)
				assert.ErrorContains(t, downloadErr, c.want)
				assert.Zero(t, requests.Load())
			}
		})
	}
}

// A server that presents the pinned certificate above its own proves nothing
// by it.
func TestPin_OfTheLeafOnly(t *testing.T) {
	pinned := selfSigned(t, newKey(t), false)
	impostor := selfSigned(t, newKey(t), false)
	impostor.Certificate = append(impostor.Certificate, pinned.Certificate...)
	cfg, requests := serveTLS(t, impostor)
	cfg.Pins = []string{velneo.Pin(pinned.Leaf)}
	_, err := newClient(t, cfg).VServer(t.Context())
	require.ErrorIs(t, err, velneo.ErrProtocol)
	assert.Zero(t, requests.Load())
}

// A session that was resumed is checked as well, and what the caller's own
// transport checks goes on being checked.
func TestPin_BesideTheCallersOwnCheck(t *testing.T) {
	cert := selfSigned(t, newKey(t), false)
	cfg, _ := serveTLS(t, cert)
	asked, refuse := 0, errors.New("refused by the caller")
	cfg.Pins = []string{velneo.Pin(cert.Leaf)}
	cfg.HTTPClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
		ClientSessionCache: tls.NewLRUClientSessionCache(1),
		VerifyConnection: func(state tls.ConnectionState) error {
			if asked++; asked > 2 {
				return refuse
			}
			return nil
		},
	}}}
	c := newClient(t, cfg)
	_, err := c.VServer(t.Context()) // and a login
	require.NoError(t, err)
	_, err = c.VServer(t.Context())
	require.Error(t, err)
	assert.GreaterOrEqual(t, asked, 3)
}

// The download has its own TLS configuration.
func TestDownloadBackup_DownloadClient(t *testing.T) {
	cert := selfSigned(t, newKey(t), false)
	cfg, _ := serveTLS(t, cert)
	fake := velneotest.NewTLSServer(velneotest.Options{})
	defer fake.Close()
	link := fake.BackupLink()
	cfg.Pins = []string{velneo.Pin(cert.Leaf)}
	_, err := newClient(t, cfg).DownloadBackup(t.Context(), link, filepath.Join(t.TempDir(), "b"), nil)
	require.ErrorIs(t, err, velneo.ErrProtocol, "the other host has another key")
	jar := cookies{}
	cfg.DownloadClient = &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	_, err = newClient(t, cfg).DownloadBackup(t.Context(), link, filepath.Join(t.TempDir(), "b"), nil)
	require.NoError(t, err)
	assert.NotNil(t, cfg.DownloadClient.Jar, "the caller's client is not changed")
	assert.Nil(t, cfg.DownloadClient.CheckRedirect)
}

func TestDownloadBackup_FromTheFakeOverTLS(t *testing.T) {
	fake := velneotest.NewTLSServer(velneotest.Options{})
	defer fake.Close()
	c := newClient(t, fake.Config())
	link, err := c.Backup(t.Context())
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(link.Reveal(), "https://"))
	_, err = c.DownloadBackup(t.Context(), link, filepath.Join(t.TempDir(), "b"), nil)
	require.NoError(t, err)
}

// cookies is a jar that must not be asked.
type cookies struct{}

func (cookies) SetCookies(*url.URL, []*http.Cookie) {}
func (cookies) Cookies(*url.URL) []*http.Cookie     { panic("asked for cookies") }
