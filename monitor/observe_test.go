package monitor_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// attempts collects what OnAttempt gets.
type attempts struct {
	mu         sync.Mutex
	all        []monitor.Attempt
	operations []string // of the contexts
}

func (a *attempts) add(ctx context.Context, one monitor.Attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one.Start, one.Duration = time.Time{}, 0
	a.all, a.operations = append(a.all, one), append(a.operations, monitor.OperationFrom(ctx))
}

func TestOnAttempt_EachRequest(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("one"))
	s.Always("/moved", monitortest.Redirect("/"))
	s.Always("/away", monitortest.Redirect("ftp://example.com/"))
	s.Always("/loop", monitortest.Redirect("/loop"))
	s.Always("/denied", monitortest.Status(403))
	s.Always("/broken", monitortest.Status(503))
	s.Always("/dropped", monitortest.Drop())
	s.Always("/cut", raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
	s.Always("/endless", monitortest.Endless())
	s.Always("/hang", monitortest.Hang())
	const lost = "connection lost before the answer was complete"
	one := func(status int, condition error, failure string) []monitor.Attempt {
		return []monitor.Attempt{{Operation: "probe url", Number: 1, Status: status, Condition: condition, Failure: failure}}
	}
	for path, want := range map[string][]monitor.Attempt{
		"/": one(200, nil, ""),
		"/moved": {
			{Operation: "probe url", Number: 1, Status: 302},
			{Operation: "probe url", Number: 2, Status: 200},
		},
		"/away": one(302, monitor.ErrForbidden, "redirect to something other than http or https"),
		"/loop": {
			{Operation: "probe url", Number: 1, Status: 302},
			{Operation: "probe url", Number: 2, Status: 302},
			{Operation: "probe url", Number: 3, Status: 302, Condition: monitor.ErrUnavailable, Failure: "more than 2 redirects"},
		},
		"/denied":  one(403, monitor.ErrUnauthorized, ""),
		"/broken":  one(503, monitor.ErrUnavailable, ""),
		"/dropped": one(0, monitor.ErrUnavailable, lost),
		"/cut":     one(200, monitor.ErrUnavailable, lost),
		"/endless": one(200, monitor.ErrTooLarge, "answer longer than 1048576 bytes"),
		"/hang":    one(0, context.DeadlineExceeded, "timeout waiting for the answer"),
	} {
		t.Run(path, func(t *testing.T) {
			var seen attempts
			m := newMonitor(t, s, func(c *monitor.Config) { c.OnAttempt = seen.add })
			x := target(monitor.KindURL, s.URL+path, "")
			x.Params = map[string]string{monitor.ParamRedirects: "2"}
			if path == "/hang" {
				x.Timeout = 50 * time.Millisecond
			}
			m.Run(t.Context(), x)
			assert.Equal(t, want, seen.all)
		})
	}
}

func TestOnAttempt_Kinds(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("one"))
	ok := func(operation string) monitor.Attempt {
		return monitor.Attempt{Operation: operation, Number: 1, Status: 200}
	}
	var seen attempts
	m := newMonitor(t, s, func(c *monitor.Config) { c.OnAttempt = seen.add })
	require.NoError(t, m.Register("own", monitor.ProbeFunc(func(ctx context.Context, t monitor.Target) monitor.Result {
		res, _ := m.Fetch(ctx, t, monitor.Request{})
		return res
	})))
	accepting := target(monitor.KindURL, s.URL+"/none", "")
	accepting.Params = map[string]string{monitor.ParamStatus: "404"}
	instance := target(monitor.KindServerManager, s.ActionsURL(), "token")
	instance.Instance = "one"
	for name, c := range map[string]struct {
		target monitor.Target
		want   []monitor.Attempt
	}{
		"observer": {target(monitor.KindServerObserver, s.ObserverURL(), "token"), []monitor.Attempt{ok("probe server_observer")}},
		"dolibarr": {target(monitor.KindDolibarr, s.DolibarrURL(), "key"), []monitor.Attempt{ok("probe dolibarr")}},
		"actions":  {instance, []monitor.Attempt{ok("probe server_manager"), ok("probe server_manager"), ok("probe server_manager")}},
		"own":      {target("own", s.SiteURL(), ""), []monitor.Attempt{ok("probe own")}},
		"accepted": {accepting, []monitor.Attempt{{Operation: "probe url", Number: 1, Status: 404}}},
		"no host":  {target(monitor.KindURL, "http://10.0.0.1/", ""), []monitor.Attempt{{Operation: "probe url", Number: 1, Condition: monitor.ErrForbidden, Failure: "URL leads to 10.0.0.1, which is not a public address, and Config.Allow does not name it"}}},
		"refused":  {target(monitor.KindURL, "", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			seen.all, seen.operations = nil, nil
			m.Run(t.Context(), c.target)
			assert.Equal(t, c.want, seen.all)
			for i, operation := range seen.operations {
				assert.Equal(t, c.want[i].Operation, operation)
			}
		})
	}
	assert.Empty(t, monitor.OperationFrom(t.Context()))
}

func TestOnAttempt_Canceled(t *testing.T) {
	s := newServer(t)
	s.Always("/", monitortest.Hang())
	var seen attempts
	m := newMonitor(t, s, func(c *monitor.Config) { c.OnAttempt = seen.add })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(s.Requests()) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	m.Run(ctx, target(monitor.KindURL, s.SiteURL(), ""))
	assert.Equal(t, []monitor.Attempt{{Operation: "probe url", Number: 1, Condition: context.Canceled, Failure: "cancelled waiting for the answer"}}, seen.all)
}

// The name of a host is all that a resolver is asked, so the operation is what
// it can tell one probe from another by.
func TestOperationFrom_InAResolver(t *testing.T) {
	operations := make(chan string, 10)
	m := newMonitor(t, nil, func(c *monitor.Config) {
		c.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			select {
			case operations <- monitor.OperationFrom(ctx):
			default:
			}
			return nil, errors.New("no resolver")
		}}
	})
	m.Run(t.Context(), target(monitor.KindURL, "http://erp.example.com/", ""))
	assert.Equal(t, "probe url", <-operations)
}

// A peer repeats what it was sent wherever it has a say in a text: in headers
// and body, in the host that it redirects to, and in the names of its
// certificate.
func TestOnAttempt_HoldsNoSecret(t *testing.T) {
	s := newServer(t)
	const secret, key = "hush-0123456789", "query-hush-01"
	var presented sync.Map // the names of its certificate
	other := listenTLS(t, &presented)
	echo := func(w http.ResponseWriter, r *http.Request) (said string) {
		said = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + r.Header.Get("Dolapikey") + r.URL.Query().Get("hash")
		w.Header().Set("X-Request-Id", said)
		w.Header().Set("X-Ovh-Queryid", said)
		return said
	}
	answers := map[string]monitortest.Answer{
		"in the answer": func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
			http.Error(w, echo(w, r)+secret, http.StatusInternalServerError)
		},
		"as the line of the status": raw("HTTP/1.1 200 " + secret + "\r\nContent-Length: 9\r\n\r\n"),
		"as a line that is none":    raw("HTTP/1.1 " + secret + "\r\n\r\n"),
		"as a host to redirect to": func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
			w.Header().Set("Location", "http://"+echo(w, r)+"x"+secret+"."+key+".invalid/"+secret)
			w.WriteHeader(http.StatusFound)
		},
		"in the path of its own redirect": func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
			w.Header().Set("Location", "/gone/"+echo(w, r)+"/"+secret)
			w.WriteHeader(http.StatusFound)
		},
		"as a host, where the text is cut": func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
			long := strings.Repeat("x", 60) + "."
			w.Header().Set("Location", "http://"+long+long+long[:50]+"."+secret+".invalid/")
			w.WriteHeader(http.StatusFound)
		},
		"as a name in a certificate": func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
			presented.Store("names", []string{echo(w, r) + ".example.com", secret + ".example.com", key + ".example.com"})
			w.Header().Set("Location", other+"/")
			w.WriteHeader(http.StatusFound)
		},
	}
	for name, answer := range answers {
		for kind, address := range map[monitor.Kind]string{
			monitor.KindURL: s.URL + "/echo?key=" + key, monitor.KindDolibarr: s.URL + "/echo/status?key=" + key, monitor.KindServerObserver: s.URL + "/echo?key=" + key,
		} {
			t.Run(name+" "+string(kind), func(t *testing.T) {
				var seen attempts
				var log bytes.Buffer
				m := newMonitor(t, s, func(c *monitor.Config) {
					c.OnAttempt = seen.add
					c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
					c.Secrets = func(context.Context, string) (monitor.Secret, error) { return monitor.NewSecret(secret), nil }
					c.Resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
						return nil, errors.New("no resolver")
					}}
				})
				s.Always("/echo", answer)
				s.Always("/echo/status", answer)
				res := m.Run(t.Context(), target(kind, address, "s"))
				require.Error(t, res.Err())
				require.NotEmpty(t, seen.all)
				asJSON, err := json.Marshal(res)
				require.NoError(t, err)
				assert.NotContains(t, string(asJSON), "hush")
				shown := fmt.Sprintf("%+v %s %s", seen.all, log.String(), res.Err())
				hash := ""
				for _, r := range s.Requests() {
					_, rest, _ := strings.Cut(r.Query, "hash=")
					if hash, _, _ = strings.Cut(rest, "&"); hash != "" {
						assert.NotContains(t, shown, hash)
					}
				}
				assert.NotContains(t, shown, "hush")
				assert.NotContains(t, shown, "127.0.0.1:"+strings.Split(s.URL, ":")[2]+"/")
			})
		}
	}
}

// listenTLS is a server whose certificate has the names that are stored.
func listenTLS(t *testing.T, names *sync.Map) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	secured := tls.NewListener(listener, &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		stored, _ := names.Load("names")
		return certificateFor(stored.([]string))
	}})
	go func() {
		for {
			conn, err := secured.Accept()
			if err != nil {
				return
			}
			_ = conn.(*tls.Conn).Handshake()
			_ = conn.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return "https://localhost:" + port
}

// certificateFor makes one that signs itself.
func certificateFor(names []string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
