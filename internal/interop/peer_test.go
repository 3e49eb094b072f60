package interop_test

import (
	"fmt"
	"net"
	"strconv"
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

// TestPeersKeepOffPortsOfOthers: a port that the system hands out by itself
// may go to another test between being chosen and being listened on.
func TestPeersKeepOffPortsOfOthers(t *testing.T) {
	_, port, err := net.SplitHostPort(interop.Start(t, echo))
	if n, _ := strconv.Atoi(port); err != nil || n < 1024 || n >= 32768 {
		t.Errorf("port %s, %v", port, err)
	}
}

// witness notes how a test would have ended, and panics with itself to end it.
type witness struct {
	testing.TB
	verdict string
}

func (w *witness) Helper()                   {}
func (w *witness) Skipf(f string, a ...any)  { w.end("skip: " + fmt.Sprintf(f, a...)) }
func (w *witness) Fatalf(f string, a ...any) { w.end("fatal: " + fmt.Sprintf(f, a...)) }
func (w *witness) end(verdict string)        { w.verdict = verdict; panic(w) }

// verdict runs f as a test and returns how it ended, "" for well.
func verdict(t *testing.T, f func(testing.TB)) string {
	w := &witness{TB: t}
	func() {
		defer func() {
			if r := recover(); r != nil && r != w {
				panic(r)
			}
		}()
		f(w)
	}()
	return w.verdict
}

// TestPeerThatEndsAtOnce is told from one that is slow.
func TestPeerThatEndsAtOnce(t *testing.T) {
	interop.Need(t, echo)
	got := verdict(t, func(tb testing.TB) {
		interop.Start(tb, interop.Program{Name: "perl", Args: []string{"-e", "exit 3"}})
	})
	if got != "fatal: perl: it ended before it listened" {
		t.Errorf("got %q", got)
	}
}

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
		got := verdict(t, func(tb testing.TB) { interop.Need(tb, c.program) })
		if !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("HEBERGO_INTEROP=%q, %s: %q, want %q", c.must, c.program.Name, got, c.want)
		}
	}
}
