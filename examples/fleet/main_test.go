package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// command is the program as a process, with nothing in its environment but
// what is given.
func command(t *testing.T, env []string, args ...string) (cmd *exec.Cmd, out, errs *lastLines) {
	t.Helper()
	cmd, out, errs = exec.Command(os.Args[0], args...), &lastLines{}, &lastLines{}
	cmd.Env = append([]string{mainEnv + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir()}, env...)
	cmd.Dir = t.TempDir()
	cmd.Stdout, cmd.Stderr = out, errs
	return cmd, out, errs
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Whatever goes wrong: one line that says what, the right exit code, no secret.
func TestMistakes(t *testing.T) {
	const secret = "s3cret-of-a-test"
	wapi := []string{"WEDOS_LOGIN=owner@example.test", "WEDOS_PASSWORD=" + secret}
	ovh := []string{"OVH_ENDPOINT=http://127.0.0.1:1/1.0", "OVH_APPLICATION_KEY=k", "OVH_APPLICATION_SECRET=" + secret, "OVH_CONSUMER_KEY=" + secret}
	for name, c := range map[string]struct {
		env  []string
		args []string
		code int
		says string
	}{
		"unknown flag":         {nil, []string{"-nonsense"}, 2, "-nonsense"},
		"no command":           {nil, nil, 2, "-help"},
		"unknown command":      {nil, []string{"dance"}, 2, "dance"},
		"too much":             {nil, []string{"work", "hard"}, 2, "work hard"},
		"too little":           {nil, []string{"trade"}, 2, "trade"},
		"fake and more":        {nil, []string{"-fake", "work"}, 2, "-fake work"},
		"half a login":         {wapi[:1], []string{"work"}, 1, "WEDOS_PASSWORD"},
		"half a password":      {wapi[1:], []string{"work"}, 1, "WEDOS_LOGIN"},
		"half of OVH":          {ovh[2:3], []string{"work"}, 1, "ovhrest"},
		"no credentials":       {nil, []string{"trade", "plan.json"}, 1, "OVH_APPLICATION_KEY"},
		"no plan":              {ovh, []string{"trade", "plan.json"}, 1, "plan.json"},
		"bad plan":             {ovh, []string{"trade", file(t, `{"domain":`)}, 1, "file.json"},
		"plan without price":   {ovh, []string{"trade", file(t, `{"domain":"example.com","ownerId":7}`)}, 1, "MaxPrice"},
		"bad targets":          {nil, []string{"target", file(t, `[{"id":"a","kind":"url","url":"ftp://example.com/","interval":"1m"}]`)}, 1, "URL"},
		"no database":          {[]string{"DATABASE_URL=postgres://fleet:" + secret + "@127.0.0.1:1/x"}, []string{"work"}, 1, "PostgreSQL at 127.0.0.1:1"},
		"malformed database":   {[]string{"DATABASE_URL=postgres://fleet:" + secret + "@:x:/%zz"}, []string{"work"}, 1, "DATABASE_URL"},
		"no folder for SQLite": {nil, []string{"-db", "no/such/folder/fleet.db", "work"}, 1, "fleet.db"},
		"no Redis":             {append(wapi, "REDIS_URL=redis://:"+secret+"@127.0.0.1:1"), []string{"work"}, 1, "redis at 127.0.0.1:1"},
		"malformed Redis":      {append(wapi, "REDIS_URL="+secret), []string{"work"}, 1, "REDIS_URL"},
		"bad address":          {nil, []string{"-listen", "nowhere:x", "work"}, 1, "-listen nowhere:x"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd, out, errs := command(t, c.env, c.args...)
			_ = cmd.Run()
			text := errs.String()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "fleet: ") || !strings.Contains(text, c.says) {
				t.Errorf("says %q, want one line with %q", text, c.says)
			}
			if strings.Contains(text+out.String(), secret) {
				t.Errorf("tells a secret: %q", text)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	cmd, out, errs := command(t, nil, "-help")
	if err := cmd.Run(); err != nil || errs.String() != "" || !strings.Contains(out.String(), "DATABASE_URL") || !strings.Contains(out.String(), "-accept-contracts") {
		t.Errorf("%v: %s%s", err, out, errs)
	}
}

// A trade is planned, a worker orders it and is interrupted; its state is
// kept, and another worker goes on without a second order.
func TestInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no interrupt that one process can send another")
	}
	api := ovhresttest.NewServer(ovhresttest.Options{Start: time.Now()})
	defer api.Close()
	api.AddDomain(ovhresttest.Domain{Name: "example.com"})
	db := filepath.Join(t.TempDir(), "fleet.db")
	env := []string{
		"OVH_ENDPOINT=" + api.URL, "OVH_APPLICATION_KEY=" + ovhresttest.ApplicationKey,
		"OVH_APPLICATION_SECRET=" + ovhresttest.ApplicationSecret, "OVH_CONSUMER_KEY=" + ovhresttest.ConsumerKey,
	}
	plan, err := json.Marshal(fakePlan("example.com"))
	if err != nil {
		t.Fatal(err)
	}
	cmd, out, errs := command(t, env, "-db", db, "trade", file(t, string(plan)))
	if err := cmd.Run(); err != nil || !strings.Contains(out.String(), "is planned") {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	for _, sign := range []string{"phase=paid", "working on"} { // the second one has nothing to do
		cmd, out, errs := command(t, env, "-db", db, "-accept-contracts", "work")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		out.await(t, sign)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if code, text := cmd.ProcessState.ExitCode(), errs.String(); code != 130 || strings.Count(text, "\n") != 1 || !strings.Contains(text, "interrupted") {
			t.Errorf("exit code %d: %q\n%s", code, text, out)
		}
		cmd, out, errs = command(t, env, "-db", db, "status")
		if err := cmd.Run(); err != nil || !strings.Contains(out.String(), "example.com  paid") {
			t.Errorf("%v: %s%s", err, out, errs)
		}
		if l := api.Ledger(); len(l.Orders) != 1 || len(l.Payments) != 1 {
			t.Errorf("%+v", l)
		}
	}
}

// A worker that is in the middle of something that takes long ends at once at
// the second Ctrl-C.
func TestInterruptedTwice(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no interrupt that one process can send another")
	}
	asked := make(chan struct{}, 100)
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	defer hanging.Close()
	env := []string{"OVH_ENDPOINT=" + hanging.URL, "OVH_APPLICATION_KEY=k", "OVH_APPLICATION_SECRET=s", "OVH_CONSUMER_KEY=c"}
	plan, err := json.Marshal(fakePlan("example.com"))
	if err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(t.TempDir(), "fleet.db")
	cmd, out, errs := command(t, env, "-db", db, "trade", file(t, string(plan)))
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	cmd, out, errs = command(t, env, "-db", db, "work")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for over := false; !over; {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
			over = true
		case <-time.After(20 * time.Millisecond):
		}
	}
	if code := cmd.ProcessState.ExitCode(); code != -1 { // the signal ended it
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}

// The demo ends by itself and tells what there is, and Ctrl-C ends it too.
func TestFake(t *testing.T) {
	cmd, out, errs := command(t, nil, "-fake")
	if err := cmd.Run(); err != nil || !strings.Contains(out.String(), "3 orders for 3 trades, WAPI 3 requests where 3 are allowed") {
		t.Errorf("%v: %s%s", err, out, errs)
	}
	if runtime.GOOS == "windows" {
		return
	}
	cmd, out, errs = command(t, nil, "-fake")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.await(t, "trade")
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || strings.Count(errs.String(), "\n") != 1 {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}
