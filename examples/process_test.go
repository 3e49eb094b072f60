package examples_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// starters are the commands that are built and run here.
var starters = []string{"contactchange", "dyndns", "mailadmin", "ownerchange", "statuspage", "vserver-backup", "wapi-notifications"}

// password stands for every secret; it must be in no output.
const password = "correct-horse-battery"

// folder holds the built starters.
var folder string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "starters"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	args := []string{"build", "-o", folder + string(filepath.Separator)}
	for _, name := range append(starters, "quickstart") {
		args = append(args, "./"+name)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go %s: %v\n%s", strings.Join(args, " "), err, out)
		return 1
	}
	return m.Run()
}

// process is a starter that runs.
type process struct {
	t              *testing.T
	name           string
	cmd            *exec.Cmd
	stdout, stderr output
}

// output is what a process has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // of size one
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.more <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// begin starts a starter in an empty folder, with env and no other variable
// that a starter reads.
func begin(t *testing.T, env []string, name string, args ...string) *process {
	t.Helper()
	return beginWith(t, nil, env, name, args...)
}

func beginWith(t *testing.T, stdin *os.File, env []string, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, name: name, cmd: exec.CommandContext(t.Context(), filepath.Join(folder, name), args...)}
	p.stdout.more, p.stderr.more = make(chan struct{}, 1), make(chan struct{}, 1)
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append([]string{"HOME=" + p.cmd.Dir, "TMPDIR=" + p.cmd.Dir}, env...)
	for _, system := range []string{"SYSTEMROOT", "TEMP", "PATH"} {
		if value, ok := os.LookupEnv(system); ok {
			p.cmd.Env = append(p.cmd.Env, system+"="+value)
		}
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if stdin != nil {
		p.cmd.Stdin = stdin
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// await returns when the process has printed text.
func (p *process) await(text string) {
	p.t.Helper()
	late := time.After(time.Minute)
	for !strings.Contains(p.stdout.String(), text) {
		select {
		case <-p.stdout.more:
		case <-late:
			p.t.Fatalf("%s has not printed %q:\n%s%s", p.name, text, &p.stdout, &p.stderr)
		}
	}
}

// interrupt is Ctrl-C.
func (p *process) interrupt() {
	p.t.Helper()
	if runtime.GOOS == "windows" {
		p.t.Skip("Ctrl-C can't be sent to one process on Windows")
	}
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
}

// ends checks the exit code, and that a failure is told in one line.
func (p *process) ends(code int) {
	p.t.Helper()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	stderr := p.stderr.String()
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("%s: exit code %d, want %d:\n%s%s", p.name, got, code, &p.stdout, stderr)
	}
	switch {
	case code == 0 && stderr != "":
		p.t.Errorf("%s is well and says\n%s", p.name, stderr)
	case code != 0 && (strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, p.name+": ") || !strings.HasSuffix(stderr, "\n")):
		p.t.Errorf("%s: not one line of its own:\n%s", p.name, stderr)
	}
	for _, bad := range []string{password, "goroutine ", "%!", "<nil>"} {
		if strings.Contains(stderr+p.stdout.String(), bad) {
			p.t.Errorf("%s prints %q:\n%s%s", p.name, bad, &p.stdout, stderr)
		}
	}
}

// says checks what the line of a failure names.
func (p *process) says(words ...string) {
	p.t.Helper()
	for _, word := range words {
		if !strings.Contains(p.stderr.String(), word) {
			p.t.Errorf("%s does not say %q:\n%s", p.name, word, &p.stderr)
		}
	}
}

// prints checks what stands on the standard output.
func (p *process) prints(words ...string) {
	p.t.Helper()
	for _, word := range words {
		if !strings.Contains(p.stdout.String(), word) {
			p.t.Errorf("%s does not print %q:\n%s", p.name, word, &p.stdout)
		}
	}
}

// nobody is an address that nobody listens at: port 1 is given to no program
// that asks for any free one, as a port would be that was free a moment ago.
const nobody = "127.0.0.1:1"
