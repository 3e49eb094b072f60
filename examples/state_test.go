package examples_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
	"github.com/hebergo/hebergo/velneo/velneotest"
	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// These tests hold the services themselves, so that they outlive the starter.

func ovhEnv(server *ovhresttest.Server) []string {
	return []string{
		"OVH_ENDPOINT=" + server.URL, "OVH_APPLICATION_KEY=" + ovhresttest.ApplicationKey,
		"OVH_APPLICATION_SECRET=" + ovhresttest.ApplicationSecret, "OVH_CONSUMER_KEY=" + ovhresttest.ConsumerKey,
	}
}

// ownerChange is a service and the arguments of a change there; the last one
// is -yes.
func ownerChange(t *testing.T) (*ovhresttest.Server, []string) {
	server := ovhresttest.NewServer(ovhresttest.Options{Start: time.Now()})
	t.Cleanup(server.Close)
	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
	owner := server.AddContact(nil)
	return server, []string{"-owner", fmt.Sprint(owner), "-state", t.TempDir(), "-yes"}
}

// finish lets the time pass that a change which has been paid takes.
func finish(t *testing.T, server *ovhresttest.Server) {
	t.Helper()
	server.Advance(ovhresttest.CheckingTime + ovhresttest.DeliveryTime)
	for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
		if err := server.Answer("example.com", who, true); err != nil {
			t.Fatal(err)
		}
	}
	server.Advance(ovhresttest.RegistryTime)
}

// TestOwnerChangeGoesOn: after Ctrl-C the same call finds the change that is
// under way, and there is one order.
func TestOwnerChangeGoesOn(t *testing.T) {
	t.Parallel()
	server, args := ownerChange(t)
	p := begin(t, ovhEnv(server), "ownerchange", args...)
	p.await("checking")
	p.interrupt()
	p.ends(130)

	finish(t, server)
	p = begin(t, ovhEnv(server), "ownerchange", args...)
	p.ends(0)
	p.prints("done       the owner is contact " + args[1])
	if strings.Contains(p.stdout.String(), "the trade is in the cart") {
		t.Errorf("it began anew:\n%s", &p.stdout)
	}
	if l := server.Ledger(); len(l.Orders) != 1 || l.CartsLeft != 0 {
		t.Errorf("%d orders, %d carts left", len(l.Orders), l.CartsLeft)
	}
}

// TestOwnerChangeToAnother: a call that names another owner than the change
// under way does not go on with it, and orders nothing.
func TestOwnerChangeToAnother(t *testing.T) {
	t.Parallel()
	server, args := ownerChange(t)
	p := begin(t, ovhEnv(server), "ownerchange", args...)
	p.await("checking")
	p.interrupt()
	p.ends(130)
	p = begin(t, ovhEnv(server), "ownerchange", append(args, "-owner", "4711")...)
	p.ends(1)
	p.says("is to contact " + args[1])
	if l := server.Ledger(); len(l.Orders) != 1 {
		t.Errorf("%d orders", len(l.Orders))
	}
}

// TestOwnerChangeAtTwoTerminals: while one call waits for its yes, another one
// orders. The yes then goes on with that order.
func TestOwnerChangeAtTwoTerminals(t *testing.T) {
	t.Parallel()
	server, args := ownerChange(t)
	stdin, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = stdin.Close(), writer.Close() }()
	asking := beginWith(t, stdin, ovhEnv(server), "ownerchange", args[:len(args)-1]...)
	asking.await("[y/N]")
	p := begin(t, ovhEnv(server), "ownerchange", args...)
	p.await("checking")
	p.interrupt()
	p.ends(130)
	finish(t, server)
	_, _ = writer.WriteString("y\n")
	asking.ends(0)
	if l := server.Ledger(); len(l.Orders) != 1 {
		t.Errorf("%d orders", len(l.Orders))
	}
}

// TestOwnerChangeAsks: without a yes nothing is ordered.
func TestOwnerChangeAsks(t *testing.T) {
	t.Parallel()
	p := begin(t, nil, "ownerchange", "-fake") // at the end of its input
	p.ends(1)
	p.prints("0 EUR", "[y/N]")
	p.says("not confirmed")
}

// TestContactChangeAnswers: the token comes from a file, and works once.
func TestContactChangeAnswers(t *testing.T) {
	t.Parallel()
	server := ovhresttest.NewServer(ovhresttest.Options{Start: time.Now()})
	defer server.Close()
	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
	p := begin(t, ovhEnv(server), "contactchange", "-tech", "cd67890-ovh", "start")
	p.ends(0)
	var id int64
	if _, err := fmt.Sscan(p.stdout.String(), &id); err != nil {
		t.Fatal(err, &p.stdout)
	}
	for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
		address, err := server.ContactChangeMail(id, who)
		if err != nil {
			t.Fatal(err)
		}
		mail := configFile(t, address+"\n")
		p = begin(t, ovhEnv(server), "contactchange", "accept", mail)
		p.ends(0)
		p = begin(t, ovhEnv(server), "contactchange", "accept", mail)
		p.ends(1)
		if _, token, _ := strings.Cut(address, "token="); strings.Contains(p.stderr.String(), token) {
			t.Errorf("it tells the token:\n%s", &p.stderr)
		}
	}
	p = begin(t, ovhEnv(server), "contactchange", "list")
	p.ends(0)
	p.prints("ab12345-ovh -> cd67890-ovh done")
	p = begin(t, ovhEnv(server), "contactchange", "accept", configFile(t, "https://www.example.com/"))
	p.ends(2)
}

// TestContactChangeRefused: that is no success, and looking it up is none the
// less.
func TestContactChangeRefused(t *testing.T) {
	t.Parallel()
	server := ovhresttest.NewServer(ovhresttest.Options{Start: time.Now()})
	defer server.Close()
	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
	p := begin(t, ovhEnv(server), "contactchange", "-tech", "cd67890-ovh", "-wait", "50ms", "start")
	p.await("validatingByCustomers")
	var id int64
	if _, err := fmt.Sscan(p.stdout.String(), &id); err != nil {
		t.Fatal(err, &p.stdout)
	}
	address, err := server.ContactChangeMail(id, ovhresttest.OldOwner)
	if err != nil {
		t.Fatal(err)
	}
	begin(t, ovhEnv(server), "contactchange", "refuse", configFile(t, address)).ends(0)
	p.ends(1)
	p.says(fmt.Sprint(id), "refused")
	begin(t, ovhEnv(server), "contactchange", "list").ends(0)
}

// TestBackupNeedsItsFolder: no copy is made for a folder that is not there.
func TestBackupNeedsItsFolder(t *testing.T) {
	t.Parallel()
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	env := []string{"VELNEO_EMAIL=" + velneotest.Email, "VELNEO_API_KEY=" + velneotest.APIKey, "VELNEO_URL=" + server.URL}
	p := begin(t, env, "vserver-backup", "-dir", "absent")
	p.ends(1)
	p.says("absent")
	if made := server.Count("PUT", "vserver", "backup"); made != 0 {
		t.Errorf("%d copies were made", made)
	}
}

// stuck is a backup that stops in the middle of its first download.
type stuck struct {
	*bytes.Reader
	half func()
}

func (s stuck) Read(p []byte) (int, error) {
	if s.half != nil && s.Len() <= int(s.Size())/2 {
		s.half()
	}
	return s.Reader.Read(p)
}

// TestBackupGoesOn: after Ctrl-C the download goes on where it stopped, and no
// second copy is made. Old backups go, other files stay.
func TestBackupGoesOn(t *testing.T) {
	t.Parallel()
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	content := bytes.Repeat([]byte("0123456789abcdef"), 512<<10)
	half, gone, once := make(chan struct{}), make(chan struct{}), sync.Once{}
	server.SetBackup(`"nightly"`, func() io.ReadSeeker {
		return stuck{bytes.NewReader(content), func() { once.Do(func() { close(half); <-gone }) }}
	})
	env := []string{"VELNEO_EMAIL=" + velneotest.Email, "VELNEO_API_KEY=" + velneotest.APIKey, "VELNEO_URL=" + server.URL}
	dir := t.TempDir()
	for _, name := range []string{"vserver-20250101T010000Z.backup", "vserver-20250102T010000Z.backup", "vserver-mine.backup", "other"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := begin(t, env, "vserver-backup", "-dir", dir, "-keep", "2")
	<-half
	p.interrupt()
	p.ends(130)
	close(gone)
	link, err := os.Stat(filepath.Join(dir, "vserver.link"))
	if err != nil || runtime.GOOS != "windows" && link.Mode().Perm() != 0o600 {
		t.Fatalf("the link: %v, %v", link, err)
	}

	p = begin(t, env, "vserver-backup", "-dir", dir, "-keep", "2")
	p.ends(0)
	if made := server.Count("PUT", "vserver", "backup"); made != 1 {
		t.Errorf("%d copies were made", made)
	}
	backups, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(backups) != 4 {
		t.Fatalf("left in the folder: %v, %v", backups, err)
	}
	got, err := os.ReadFile(backups[2])
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%s: %d bytes, %v", backups[2], len(got), err)
	}
}

// TestImportGoesOn: an answer is lost in the middle, and the next run makes
// what is missing and no more.
func TestImportGoesOn(t *testing.T) {
	t.Parallel()
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	server.AddDomain("example.com", ovhsoaptest.Nic)
	env := []string{"OVHSOAP_NIC=" + ovhsoaptest.Nic, "OVHSOAP_PASSWORD=" + ovhsoaptest.Password, "OVHSOAP_URL=" + server.URL}
	file := configFile(t, "name,description,password\na,First,"+password+"\nb,\"Second, with a comma\","+password+"\n")
	server.Inject(ovhsoaptest.Fault{Function: "popAdd", Lose: true})
	p := begin(t, env, "mailadmin", "import", file)
	p.ends(1)
	p.says("mailbox a", "it may have been done")
	p = begin(t, env, "mailadmin", "import", file)
	p.ends(0)
	p.prints("2 mailboxes: 1 created, 0 updated")
	p = begin(t, env, "mailadmin", "export")
	p.ends(0)
	p.prints("name,description,password\na,First,\nb,\"Second, with a comma\",\n")
	if open := server.Sessions(); open != 0 {
		t.Errorf("%d sessions left open", open)
	}
	begin(t, env, "mailadmin", "import", configFile(t, "\ufeffname,description,password\r\na,First,\r\n")).ends(0) // as Excel writes it
	for text, why := range map[string]string{
		"": "begin", "name,description\n": "begin", "name;description;password\n": "begin",
		"name,description,password\na,b\n": "line 2", "\"": "line 1", "name,description,password\n\"a": "line 2",
	} {
		before := len(server.Calls())
		p = begin(t, env, "mailadmin", "import", configFile(t, text))
		p.ends(1)
		p.says(why)
		for _, call := range server.Calls()[before:] {
			if call.Function == "popAdd" {
				t.Errorf("%q: a mailbox was made", text)
			}
		}
	}
}

func wedosEnv(server *wedostest.Server) []string {
	return []string{"WEDOS_LOGIN=" + wedostest.Login, "WEDOS_PASSWORD=" + wedostest.Password, "WEDOS_URL=" + server.URL}
}

// TestDyndnsWritesOnce: what is right already is left alone, and so is what is
// unclear.
func TestDyndnsWritesOnce(t *testing.T) {
	t.Parallel()
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	server.AddZone("example.com",
		wedos.Row{Name: "two", TTL: 300, Type: "A", Data: "198.51.100.1"}, wedos.Row{Name: "two", TTL: 300, Type: "A", Data: "198.51.100.2"})
	for i, want := range []string{"published: 203.0.113.9", "unchanged: 203.0.113.9"} {
		p := begin(t, wedosEnv(server), "dyndns", "-name", "home", "-ip", "203.0.113.9")
		p.ends(0)
		p.prints(want)
		if added, committed := server.Count("dns-row-add"), server.Count("dns-domain-commit"); added != 1 || committed != 1 {
			t.Errorf("after run %d: %d added, %d committed", i+1, added, committed)
		}
	}
	p := begin(t, wedosEnv(server), "dyndns", "-name", "home", "-ip", "2001:db8::1")
	p.ends(0)
	p = begin(t, wedosEnv(server), "dyndns", "-name", "two", "-ip", "203.0.113.9")
	p.ends(1)
	p.says("2 A records")
	zone, _ := server.Zone("example.com")
	if len(zone.Published) != 4 {
		t.Errorf("published: %v", zone.Published)
	}
	p = begin(t, wedosEnv(server), "dyndns", "-ip", "nonsense")
	p.ends(2)
}

// TestNotificationsLeaveTheQueue once they are printed.
func TestNotificationsLeaveTheQueue(t *testing.T) {
	t.Parallel()
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	server.TransferOut("example.com")
	server.TransferOut("example.net")
	p := begin(t, wedosEnv(server), "wapi-notifications")
	p.ends(0)
	p.prints(`"domain":"example.com"`, `"domain":"example.net"`)
	if left := server.Queued(); left != 0 {
		t.Errorf("%d are left", left)
	}
}

// TestWebhookPrints what is posted, until Ctrl-C.
func TestWebhookPrints(t *testing.T) {
	t.Parallel()
	p := begin(t, nil, "wapi-notifications", "-fake", "-listen", "127.0.0.1:0")
	p.await(`"via":"webhook"`)
	p.interrupt()
	p.ends(130)
}

// TestStatusPageRefusesAFile that can't be watched, and names what is wrong.
func TestStatusPageRefusesAFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"targets": [{"id": "a", "kind": "url", "url": "https://example.com/", "interval": "soon"}]}`: "Interval",
		`{"targets": [{"id": "a", "kind": "nothing", "interval": "1m"}]}`:                              "Kind",
		`{"targets": []}`: "no targets",
		`{`:               "JSON",
	} {
		p := begin(t, nil, "statuspage", "-config", configFile(t, text))
		p.ends(2)
		p.says(want)
	}
	p := begin(t, nil, "statuspage", "-config", "absent.json")
	p.ends(2)
}

// TestStatusPageServes its page, and fails where it can't.
func TestStatusPageServes(t *testing.T) {
	t.Parallel()
	p := begin(t, nil, "statuspage", "-fake", "-listen", "127.0.0.1:0")
	p.await("h1/client-a")
	p.await("erp")
	var address string
	if _, err := fmt.Sscanf(p.stdout.String(), "the page is at http://%s\n", &address); err != nil {
		t.Fatal(err, &p.stdout)
	}
	address = strings.TrimSuffix(address, "/")
	resp, err := http.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.Contains(page, []byte("client-a")) {
		t.Errorf("the page: %v\n%s", err, page)
	}
	second := begin(t, nil, "statuspage", "-fake", "-listen", address)
	second.ends(1)
	second.says("in use")
	p.interrupt()
	p.ends(130)
}
