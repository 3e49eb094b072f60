package monitor_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
)

// What is wrong with a Target is said where a person looks: in Detail, by name.
func TestMisconfigured_DetailNamesTheField(t *testing.T) {
	m := newMonitor(t, newServer(t))
	site := func(params map[string]string) monitor.Target {
		x := target(monitor.KindURL, "http://www.example.com/", "")
		x.Params = params
		return x
	}
	secret := site(nil)
	secret.Secret = "nobody knows it"
	for name, c := range map[string]struct {
		target        monitor.Target
		field, detail string
	}{
		"an option with a slip": {site(map[string]string{"folow": "x"}), "Params[folow]", "Params[folow] is not an option of this kind: folow"},
		"a value":               {site(map[string]string{"slow": "fast"}), "Params[slow]", `Params[slow] is not a duration such as "1m30s"`},
		"a secret":              {secret, "Secret", "Secret could not be resolved"},
		"no address":            {target(monitor.KindURL, "", ""), "URL", "URL is empty"},
		"a kind":                {target("ulr", "http://www.example.com/", ""), "Kind", "Kind is not registered: ulr"},
		"control characters":    {site(map[string]string{"a\nb": "x"}), "Params[a\nb]", "Params[a b] is not an option of this kind: a b"},
	} {
		t.Run(name, func(t *testing.T) {
			res := m.Run(t.Context(), c.target)
			assert.Equal(t, [4]any{monitor.StatusUnknown, monitor.ReasonConfig, c.field, c.detail}, [4]any{res.Status, res.Reason, res.Field, res.Detail})
			assert.ErrorIs(t, res.Err(), monitor.ErrInvalid)
			assert.Equal(t, 1, strings.Count(res.Err().Error(), c.field), "the error names the field once")
		})
	}
}

// A guard that refuses the Target's address knows nothing of the target.
func TestGuarded_IsUnknown(t *testing.T) {
	m := newMonitor(t, nil, func(c *monitor.Config) { c.Allow = nil })
	res := m.Run(t.Context(), target(monitor.KindURL, "http://10.0.0.1/", ""))
	want(t, res, monitor.StatusUnknown, monitor.ReasonBlocked)
	assert.Equal(t, "URL leads to 10.0.0.1, which is not a public address, and Config.Allow does not name it", res.Detail)
	assert.EqualError(t, res.Err(), "monitor: probe t: "+res.Detail+" (blocked)")
	assert.ErrorIs(t, res.Err(), monitor.ErrForbidden)
}

// Of a name with two addresses, one refused by the guard and one that was
// dialled and does not answer, the target is down.
func TestGuarded_BesideAnAddressThatIsDown(t *testing.T) {
	for name, order := range map[string][2][4]byte{
		"refused first": {{127, 0, 0, 2}, {127, 0, 0, 1}},
		"dialled first": {{127, 0, 0, 1}, {127, 0, 0, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMonitor(t, nil, func(c *monitor.Config) {
				c.Resolver, c.Allow = twoAddresses(t, order), []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
			})
			res := m.Run(t.Context(), target(monitor.KindURL, "http://two.example.com:1/", ""))
			want(t, res, monitor.StatusDown, monitor.ReasonConnect)
		})
	}
}

// twoAddresses is a resolver that knows two addresses of every name.
func twoAddresses(t *testing.T, addresses [2][4]byte) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			reply := dnsAnswer(buf[:n], func() [4]byte { return addresses[0] })
			if reply[7] == 1 {
				reply[7] = 2
				second := append([]byte{}, reply[len(reply)-16:]...)
				copy(second[12:], addresses[1][:])
				reply = append(reply, second...)
			}
			_, _ = server.WriteTo(reply, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}
