package monitor_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// A Config, a Monitor and a Target in somebody's unexported field print nothing
// secret, under whatever verb.
func TestHeldValues_PrintNothingSecret(t *testing.T) {
	const hush = "hush-hush"
	cfg := monitor.Config{
		Secrets: func(context.Context, string) (monitor.Secret, error) { return monitor.NewSecret(hush), nil },
	}
	m, err := monitor.New(cfg)
	assert.NoError(t, err)
	defer m.Close()
	held := struct {
		config  monitor.Config
		monitor *monitor.Monitor
		secret  monitor.Secret
		target  monitor.Target
	}{cfg, m, monitor.NewSecret(hush), target(monitor.KindURL, "http://www.example.com/", "NAME")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		text := fmt.Sprintf(verb, held)
		assert.NotContains(t, text, hush, verb)
		assert.NotContains(t, text, fmt.Sprintf("%x", hush), verb)
	}
}

// The key of a client certificate is not printed either: fmt prints what a
// pointer leads to where it has no other way to refuse a verb.
func TestConfig_PrintsNoPrivateKey(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	settings := &tls.Config{Certificates: []tls.Certificate{{PrivateKey: key}}}
	cfg := monitor.Config{TLS: map[string]monitor.TLS{"own": monitor.NewTLS(settings)}}
	m, err := monitor.New(cfg)
	require.NoError(t, err)
	defer m.Close()
	held := struct {
		config  monitor.Config
		tls     monitor.TLS
		monitor *monitor.Monitor
	}{cfg, cfg.TLS["own"], m}
	number := fmt.Sprint([]byte(key))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%X", "%q", "%t", "%p"} {
		text := fmt.Sprintf(verb, held) + fmt.Sprintf(verb, &held)
		assert.NotContains(t, text, number[1:20], verb)
		assert.NotContains(t, strings.ToLower(text), hex.EncodeToString(key[:8]), verb)
		assert.NotContains(t, text, "PrivateKey", verb)
	}
	text, err := json.Marshal(cfg.TLS)
	require.NoError(t, err)
	assert.JSONEq(t, `{"own":"monitor.TLS{REDACTED}"}`, string(text))
}

// What becomes of the *tls.Config afterwards is its owner's business.
func TestNewTLS_Copies(t *testing.T) {
	s := monitortest.NewTLSServer(monitortest.Options{NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(365 * 24 * time.Hour)})
	defer s.Close()
	settings := s.TLSConfig()
	own := monitor.NewTLS(settings)
	settings.RootCAs = nil
	m := newMonitor(t, s, func(c *monitor.Config) {
		c.TLS = map[string]monitor.TLS{"own": own, "zero": {}, "nil": monitor.NewTLS(nil)}
	})
	for name, reason := range map[string]monitor.Reason{"own": "", "zero": monitor.ReasonTLS, "nil": monitor.ReasonTLS} {
		x := target(monitor.KindURL, s.SiteURL(), "")
		x.Params = map[string]string{monitor.ParamTLS: name}
		assert.Equal(t, reason, m.Run(t.Context(), x).Reason, name)
	}
}
