package transport_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// A status that no final answer has would be one without a condition.
func TestStatusOutsideTheProtocol(t *testing.T) {
	for _, status := range []int{-1, 0, http.StatusSwitchingProtocols} {
		c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: silent{&http.Response{StatusCode: status, Body: http.NoBody}}}})
		_, err := c.Do(t.Context(), transport.Op{Name: "change"}, get("http://127.0.0.1/"))
		if !errors.Is(err, condition.ErrProtocol) || !errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%d: %v, want ErrProtocol and ErrAmbiguous", status, err)
		}
	}
}

// net/http repeats in its errors what the peer sent, which may be our own
// request. A RoundTripper around it must not let a secret through.
func TestForeignCause_IsShownWithoutSecrets(t *testing.T) {
	kept := errors.New("no responder for https://api.example/?key=unknown with a secret\n" + strings.Repeat("x", 300))
	rt := roundTripper(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("around: %w", kept) })
	for name, client := range map[string]*http.Client{"plain": {Transport: rt}, "with cookies": {Transport: rt, Jar: new(jar)}} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, transport.Config{HTTPClient: client, MaxAttempts: 1})
			_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true, Scrub: redact.NewScrubber("secret").Scrub}, get("http://127.0.0.1/"))
			require.ErrorIs(t, err, kept)
			var texts []string
			for ; err != nil; err = errors.Unwrap(err) {
				text := err.Error()
				assert.Less(t, len(text), 250)
				texts = append(texts, text[:strings.Index(text, " xxx")], fmt.Sprintf("%#v", err))
			}
			require.Len(t, texts, 6)
			assert.Equal(t, "HTTP transport failed: around: no responder for https://api.example/ with a REDACTED", texts[0])
			assert.Equal(t, "around: no responder for https://api.example/ with a REDACTED", texts[2])
			assert.Equal(t, "no responder for https://api.example/ with a REDACTED", texts[4])
			assert.NotContains(t, strings.Join(texts, ""), "secret")
		})
	}
}

type ownError struct{ text string }

func (e *ownError) Error() string { return e.text }

func TestForeignCause_IsFoundByItsType(t *testing.T) {
	c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("around: %w", &ownError{"broken"})
	})}})
	_, err := c.Do(t.Context(), transport.Op{Name: "read"}, get("http://127.0.0.1/"))
	var own *ownError
	require.ErrorAs(t, err, &own)
	assert.Equal(t, "broken", own.text)
}

// What net/http can't read it quotes; the error says which part it was.
func TestInvalidAnswer_SaysWhichPart(t *testing.T) {
	for raw, want := range map[string]string{
		"SSH-2.0-secret\r\n\r\n":                                                               "its first line",
		"HTTP/1.1 secret\r\n\r\n":                                                              "its status",
		"HTTP/secret 200 OK\r\n\r\n":                                                           "its version",
		"HTTP/1.1 200 OK\r\nsecret\r\n\r\n":                                                    "its header",
		"HTTP/1.1 200 OK\r\nContent-Length: secret\r\n\r\n":                                    "its length",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: secret\r\n\r\n":                                 "its transfer encoding",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n":                      "its chunks",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 13\r\n\r\nsecret-secret": "its compression",
		"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("secret", 100000) + "\r\n\r\n":               "its header is too long",
	} {
		t.Run(want, func(t *testing.T) {
			server := rawServer(t, raw)
			plain := &http.Transport{MaxResponseHeaderBytes: 100 << 10}
			defer plain.CloseIdleConnections()
			for name, rt := range map[string]http.RoundTripper{"net/http's": plain, "around it": roundTripper(plain.RoundTrip)} {
				c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: rt}, MaxAttempts: 1})
				_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get(server))
				require.ErrorIs(t, err, condition.ErrProtocol, name)
				for ; err != nil; err = errors.Unwrap(err) {
					assert.EqualError(t, err, "not a valid HTTP answer: "+want, name)
				}
			}
		})
	}
}

// rawServer answers each connection with raw and returns its URL.
func rawServer(t *testing.T, raw string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, raw)
			_ = conn.Close()
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// The names in a certificate are the peer's words.
func TestCertificateNames_AreScrubbedAndBounded(t *testing.T) {
	cert := &x509.Certificate{DNSNames: []string{"a-secret\r\n.example", strings.Repeat("x", 500) + ".example"}}
	failure := &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: cert, Host: "api.example"}}
	c := newClient(t, transport.Config{HTTPClient: &http.Client{
		Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, failure }),
	}})
	for want, scrub := range map[string]func(string) string{
		"TLS: tls: failed to verify certificate: x509: certificate is valid for a-REDACTED  .example, xxx": redact.NewScrubber("secret").Scrub,
		"TLS: the certificate is not valid for api.example":                                                nil,
	} {
		t.Run(want, func(t *testing.T) {
			_, err := c.Do(t.Context(), transport.Op{Name: "read", Scrub: scrub}, get("http://127.0.0.1/"))
			require.ErrorIs(t, err, condition.ErrProtocol)
			assert.True(t, strings.HasPrefix(err.Error(), want), err)
			var found *tls.CertificateVerificationError
			require.ErrorAs(t, err, &found)
			for ; err != nil; err = errors.Unwrap(err) {
				assert.NotContains(t, err.Error(), "secret")
				assert.NotContains(t, err.Error(), "\n")
				assert.Less(t, len(err.Error()), 250)
			}
		})
	}
}

func TestCertificateProblem_WithoutThePeersWords(t *testing.T) {
	for want, cause := range map[string]error{
		"TLS: the certificate is signed by an unknown authority; it may have been done": x509.UnknownAuthorityError{},
		"TLS: the certificate has expired or is not yet valid; it may have been done":   x509.CertificateInvalidError{Reason: x509.Expired, Detail: "secret"},
		"TLS: the certificate is not accepted; it may have been done":                   errors.New("secret"),
	} {
		t.Run(want, func(t *testing.T) {
			c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
				return nil, &tls.CertificateVerificationError{Err: cause}
			})}})
			_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
			assert.EqualError(t, err, want)
		})
	}
}

func TestForeignCause_IsNotShownWithoutAScrubber(t *testing.T) {
	kept := errors.New("a secret")
	c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("around: %w", kept)
	})}, MaxAttempts: 1})
	_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/"))
	require.ErrorIs(t, err, kept)
	for ; err != nil; err = errors.Unwrap(err) {
		assert.Equal(t, "HTTP transport failed", fmt.Sprint(err))
		assert.NotContains(t, fmt.Sprintf("%#v", err), "secret")
	}
}

type jar struct{ kept []*http.Cookie }

func (j *jar) SetCookies(_ *url.URL, cookies []*http.Cookie) { j.kept = cookies }
func (j *jar) Cookies(*url.URL) []*http.Cookie               { return j.kept }

// http.Client reads the Location of a redirect, though it does not follow it,
// and repeats one that it can't read.
func TestRedirectWithCookieJar(t *testing.T) {
	around := roundTripper(func(r *http.Request) (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "%zz-secret")
		w.WriteHeader(http.StatusFound)
	}))
	defer server.Close()
	c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: around, Jar: new(jar)}})
	_, err := c.Do(t.Context(), transport.Op{Name: "change"}, get(server.URL))
	var failure *transport.Error
	if !errors.As(err, &failure) || failure.Status != http.StatusFound || !errors.Is(err, condition.ErrProtocol) {
		t.Errorf("%v, want the redirect refused", err)
	}
}

type silent struct{ answer *http.Response }

func (s silent) RoundTrip(*http.Request) (*http.Response, error) { return s.answer, nil }

func TestRoundTripperThatGivesNoAnswer(t *testing.T) {
	for _, hc := range []*http.Client{
		{Transport: silent{nil}}, {Transport: silent{&http.Response{StatusCode: http.StatusOK}}}, {Transport: silent{nil}, Jar: new(jar)},
	} {
		c := newClient(t, transport.Config{Package: "probe", HTTPClient: hc})
		_, err := c.Do(t.Context(), transport.Op{Name: "change"}, get("http://127.0.0.1/"))
		if !errors.Is(err, condition.ErrProtocol) || !errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%v, want ErrProtocol and ErrAmbiguous", err)
		}
	}
}

func TestCookieJarIsServed(t *testing.T) {
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header.Get("Cookie")
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
	}))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, transport.Config{Package: "probe", HTTPClient: &http.Client{Jar: jar}})
	for range 2 {
		if _, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get(server.URL)); err != nil {
			t.Fatal(err)
		}
	}
	if sent != "a=b" {
		t.Errorf("the second request's cookie is %q", sent)
	}
}
