// Package interop starts real peers for tests: servers and clients that other
// people wrote, on this machine's loopback and ended by the test.
//
// A test without its peer is skipped with a line saying how to get it, unless
// HEBERGO_INTEROP=1 says that all peers must be there.
package interop

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Program is a peer and how to get it.
type Program struct {
	Name    string   // the executable: "php"
	Install string   // "apt install php-cli php-soap"
	Probe   []string // arguments under which it exits with 0 if its libraries are there; nil: no probe
	Args    []string // {addr} and {port} stand for the address to listen on
	Env     []string // added to this process's own
}

// Need skips the test, or fails it under HEBERGO_INTEROP=1, unless p is
// installed.
func Need(t testing.TB, p Program) {
	t.Helper()
	err := p.missing()
	switch {
	case err == nil:
	case os.Getenv("HEBERGO_INTEROP") == "1":
		t.Fatalf("%s is missing (%v): %s", p.Name, err, p.Install)
	default:
		t.Skipf("needs %s: %s", p.Name, p.Install)
	}
}

func (p Program) missing() error {
	if _, err := exec.LookPath(p.Name); err != nil || p.Probe == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return exec.CommandContext(ctx, p.Name, p.Probe...).Run()
}

// Start starts p, waits until it listens, and returns its address. When the
// test ends so do p and its children; what p printed is shown if the test
// failed.
func Start(t testing.TB, p Program) string {
	t.Helper()
	Need(t, p)
	for attempt := 1; ; attempt++ {
		addr := freeAddr(t)
		err := p.start(t, addr)
		if err == nil {
			return addr
		}
		if attempt == 3 { // somebody else may take the port first, but hardly three times
			t.Fatalf("%s: %v", p.Name, err)
		}
	}
}

func (p Program) start(t testing.TB, addr string) error {
	cmd := p.command(addr)
	output := &safeBuffer{}
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		killGroup(cmd)
		<-ended
		if t.Failed() {
			t.Logf("%s printed:\n%s", p.Name, output)
		}
	})
	return awaitListener(addr, ended)
}

// command fills the address in.
func (p Program) command(addr string) *exec.Cmd {
	_, port, _ := net.SplitHostPort(addr)
	fill := strings.NewReplacer("{addr}", addr, "{port}", port)
	args := make([]string, len(p.Args))
	for i, a := range p.Args {
		args[i] = fill.Replace(a)
	}
	cmd := exec.Command(p.Name, args...)
	cmd.Env = append(os.Environ(), p.Env...)
	cmd.WaitDelay = 5 * time.Second // a child may hold the output open
	ownGroup(cmd)
	return cmd
}

// freeAddr finds a port that nobody listens on now. It looks below those that
// systems hand out by themselves: somebody else may get one of these before
// the peer listens, and awaitListener would take that one for the peer.
func freeAddr(t testing.TB) string {
	t.Helper()
	for attempt := 1; ; attempt++ {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(lowestPort+rand.IntN(highestPort-lowestPort)))
		l, err := net.Listen("tcp4", addr)
		if err == nil {
			_ = l.Close()
			return addr
		}
		if attempt == 100 {
			t.Fatal(err)
		}
	}
}

// Linux hands out 32768 and up by default, others 49152 and up.
const lowestPort, highestPort = 20000, 32768

// awaitListener dials until somebody answers.
func awaitListener(addr string, ended <-chan struct{}) error {
	dialer := net.Dialer{Timeout: time.Second}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(30 * time.Second)
	for {
		if conn, err := dialer.Dial("tcp4", addr); err == nil {
			return conn.Close()
		}
		select {
		case <-ended:
			return errors.New("it ended before it listened")
		case <-late:
			return errors.New("it doesn't listen")
		case <-tick.C:
		}
	}
}

// safeBuffer is written by the process while the test may read.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
