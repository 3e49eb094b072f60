package interop_test

import (
	"net"
	"testing"

	"github.com/hebergo/hebergo/internal/interop"
)

// echo is a peer that forks a child which outlives it, unless both are ended.
var echo = interop.Program{
	Name: "perl", Install: "apt install perl",
	Args: []string{"-MIO::Socket::INET", "-e",
		`$l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => {port}, Listen => 5) or die; fork; while ($c = $l->accept) { print $c "hello\n"; close $c }`},
}

func TestPeerEndsWithItsChildren(t *testing.T) {
	var addr string
	t.Run("alive", func(t *testing.T) {
		addr = interop.Start(t, echo)
		conn, err := net.Dial("tcp4", addr)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	})
	if addr == "" {
		t.Skip("no peer")
	}
	if conn, err := net.Dial("tcp4", addr); err == nil {
		_ = conn.Close()
		t.Fatal("the peer still listens")
	}
}

func TestMissingPeerSkips(t *testing.T) {
	t.Setenv("HEBERGO_INTEROP", "")
	reached := false
	t.Run("skipped", func(t *testing.T) {
		interop.Need(t, interop.Program{Name: "no-such-peer", Install: "nowhere"})
		reached = true
	})
	if reached {
		t.Fatal("the test ran without its peer")
	}
}

func TestProbeFindsMissingLibrary(t *testing.T) {
	interop.Need(t, interop.Program{Name: "perl", Install: "apt install perl"})
	t.Setenv("HEBERGO_INTEROP", "")
	reached := false
	t.Run("skipped", func(t *testing.T) {
		interop.Need(t, interop.Program{Name: "perl", Install: "nowhere", Probe: []string{"-e", "exit 1"}})
		reached = true
	})
	if reached {
		t.Fatal("the test ran without the library")
	}
}
