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

func (g guard) check(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	if nat64.Contains(addr) && g.allowed(addr) {
		inner := addr.As16()
		return g.check(netip.AddrFrom4([4]byte(inner[12:])))
	}
	if g.allowed(addr) || g.public.SafeAddr(addr) == nil {
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
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			target, err := netip.ParseAddrPort(address)
			if err != nil {
				return &blockedError{}
			}
			return g.check(target.Addr())
		},
	}
}

// blockedError is an address that the guard refused.
type blockedError struct{ addr netip.Addr }

func (e *blockedError) Error() string {
	if !e.addr.IsValid() {
		return "the address can't be judged"
	}
	return e.addr.String() + " is not a public address, and Config.Allow does not name it"
}
