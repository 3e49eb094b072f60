package interop_test

import (
	"fmt"
	"net"
	"strings"
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

// witness notes how Need judges, and goes on.
type witness struct {
	testing.TB
	verdict string
}

func (w *witness) Helper()                   {}
func (w *witness) Skipf(f string, a ...any)  { w.verdict = "skip: " + fmt.Sprintf(f, a...) }
func (w *witness) Fatalf(f string, a ...any) { w.verdict = "fatal: " + fmt.Sprintf(f, a...) }

func TestMissingPeer(t *testing.T) {
	interop.Need(t, echo)
	absent := interop.Program{Name: "no-such-peer", Install: "apt install it"}
	library := interop.Program{Name: "perl", Install: "apt install it", Probe: []string{"-e", "exit 1"}}
	for _, c := range []struct {
		must    string
		program interop.Program
		want    string
	}{
		{"", absent, "skip: needs no-such-peer: apt install it"},
		{"", library, "skip: needs perl: apt install it"},
		{"", echo, ""},
		{"1", absent, "fatal: no-such-peer is missing"},
		{"1", library, "fatal: perl is missing"},
		{"1", echo, ""},
	} {
		t.Setenv("HEBERGO_INTEROP", c.must)
		w := &witness{}
		interop.Need(w, c.program)
		if !strings.HasPrefix(w.verdict, c.want) || (c.want == "") != (w.verdict == "") {
			t.Errorf("HEBERGO_INTEROP=%q, %s: %q, want %q", c.must, c.program.Name, w.verdict, c.want)
		}
	}
}
