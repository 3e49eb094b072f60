package monitor

import (
	"context"
	"net"
	"net/netip"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard decides which addresses a probe may reach. It looks at the address
// that is about to be dialled, after resolving and on every hop, so no name,
// redirect or change of mind of a resolver gets around it.
type guard struct {
	public *ssrf.Guardian // knows IANA's special-purpose registries
	allow  []netip.Prefix
}

func newGuard(allow []netip.Prefix) guard {
	return guard{ssrf.New(ssrf.WithAnyPort(), ssrf.WithAnyNetwork()), allow}
}

// nat64 is the well-known prefix whose last four bytes are an IPv4 address.
// It is not public; where it is allowed, the address inside is judged too.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// platform are addresses that clouds answer on for their own machines although
// the registries call them public (from the vendors' guides). Those that are
// link-local, CGNAT or unique local, such as 169.254.169.254, 100.100.100.200
// and fd00:ec2::254, are refused anyway.
var platform = []netip.Prefix{
	netip.MustParsePrefix("168.63.129.16/32"),      // Azure: WireServer, metadata, DNS
	netip.MustParsePrefix("161.26.0.0/16"),         // IBM Cloud: infrastructure services
	netip.MustParsePrefix("166.8.0.0/14"),          // IBM Cloud: service endpoints
	netip.MustParsePrefix("199.36.153.4/30"),       // Google Cloud: restricted.googleapis.com
	netip.MustParsePrefix("199.36.153.8/30"),       // Google Cloud: private.googleapis.com
	netip.MustParsePrefix("2600:2d00:2:1000::/56"), // and both over IPv6
	netip.MustParsePrefix("2600:2d00:2:2000::/56"),
}

func (g guard) check(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	if nat64.Contains(addr) && g.allowed(addr) {
		inner := addr.As16()
		return g.check(netip.AddrFrom4([4]byte(inner[12:])))
	}
	if g.allowed(addr) {
		return nil
	}
	for _, p := range platform {
		if p.Contains(addr) {
			return &blockedError{addr}
		}
	}
	if g.public.SafeAddr(addr) == nil {
		return nil
	}
	return &blockedError{addr}
}

func (g guard) allowed(addr netip.Addr) bool {
	for _, prefix := range g.allow {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// dialer returns one that asks the guard about every socket.
func (g guard) dialer(resolver *net.Resolver) *net.Dialer {
	return &net.Dialer{
		Resolver:        resolver,
		KeepAliveConfig: net.KeepAliveConfig{Enable: false}, // no connection lives long enough
		KeepAlive:       -1,
		ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
			target, err := netip.ParseAddrPort(address)
			if err != nil {
				return &blockedError{}
			}
			if err := g.check(target.Addr()); err != nil {
				return err
			}
			if f := flightOf(ctx); f != nil {
				f.dials()
			}
			return nil
		},
	}
}

// blockedError is an address that the guard refused.
type blockedError struct{ addr netip.Addr }

func (e *blockedError) Error() string {
	if !e.addr.IsValid() {
		return "an address that can't be judged"
	}
	return e.addr.String() + ", which is not a public address, and Config.Allow does not name it"
}
