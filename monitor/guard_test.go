package monitor

import (
	"net/netip"
	"testing"
)

func TestGuard(t *testing.T) {
	lan := newGuard([]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00:1::/32"), nat64})
	none := newGuard(nil)
	for address, c := range map[string]struct{ public, allowed bool }{
		"93.184.215.14":          {true, true},
		"2606:2800:21f::1":       {true, true},
		"::ffff:93.184.215.14":   {true, true},
		"127.0.0.1":              {false, false},
		"0.0.0.0":                {false, false},
		"10.1.2.3":               {false, true},
		"10.2.2.3":               {false, false},
		"::ffff:10.1.2.3":        {false, true},
		"172.16.0.1":             {false, false},
		"192.168.1.1":            {false, false},
		"100.64.0.1":             {false, false}, // CGNAT
		"169.254.169.254":        {false, false}, // link-local, cloud metadata
		"::ffff:169.254.169.254": {false, false},
		"224.0.0.1":              {false, false},
		"255.255.255.255":        {false, false},
		"::":                     {false, false},
		"::1":                    {false, false},
		"fe80::1%eth0":           {false, false},
		"fd00:1::5":              {false, true},
		"fd00:2::5":              {false, false},
		"2002:7f00:1::1":         {false, false}, // 6to4 of 127.0.0.1
		"2002:5db8:d70e::1":      {false, false},
		"64:ff9b::7f00:1":        {false, false}, // NAT64 of 127.0.0.1
		"64:ff9b::a9fe:a9fe":     {false, false}, // and of 169.254.169.254
		"64:ff9b::5db8:d70e":     {false, true},  // and of a public address
		"64:ff9b:1::7f00:1":      {false, false},
		"2001:0:4136::1":         {false, false}, // Teredo
		"ff02::1":                {false, false},
		"::127.0.0.1":            {false, false},
		"168.63.129.16":          {false, false}, // Azure's own, a public address
		"::ffff:168.63.129.16":   {false, false},
		"168.63.129.17":          {true, true},
		"100.100.100.200":        {false, false}, // Alibaba Cloud
		"192.0.0.192":            {false, false}, // Oracle Cloud
		"fd00:ec2::254":          {false, false}, // AWS
		"fd20:ce::254":           {false, false}, // Google Cloud
		"161.26.0.10":            {false, false}, // IBM Cloud
		"166.9.250.1":            {false, false},
		"199.36.153.10":          {false, false}, // Google's private access
		"199.36.153.5":           {false, false},
		"2600:2d00:2:2000::1":    {false, false},
		"2600:2d00:2:3000::1":    {true, true},
	} {
		addr := netip.MustParseAddr(address)
		if err := none.check(addr); (err == nil) != c.public {
			t.Errorf("%s: %v, public %v", address, err, c.public)
		}
		if err := lan.check(addr); (err == nil) != c.allowed {
			t.Errorf("%s with an allow list: %v, want %v", address, err, c.allowed)
		}
	}
}

// A proxy would dial in the guard's place, so none is taken from the
// environment, whatever the TLS settings.
func TestNoProxy(t *testing.T) {
	m, err := New(Config{TLS: map[string]TLS{"own": {}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.transports) != 4 {
		t.Errorf("%d transports", len(m.transports))
	}
	for key, rt := range m.transports {
		if rt.Proxy != nil || rt.DialContext == nil || rt.DialTLSContext == nil {
			t.Errorf("%+v has a way around the guard", key)
		}
	}
}

func FuzzGuard(f *testing.F) {
	f.Add([]byte{127, 0, 0, 1})
	f.Add(netip.MustParseAddr("::ffff:169.254.169.254").AsSlice())
	g := newGuard(nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		addr, ok := netip.AddrFromSlice(raw)
		if !ok || g.check(addr) != nil {
			return
		}
		if plain := addr.Unmap(); plain.IsPrivate() || plain.IsLoopback() || plain.IsLinkLocalUnicast() || plain.IsUnspecified() || plain.IsMulticast() {
			t.Errorf("%v passes", addr)
		}
	})
}
