package examples_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
	"github.com/hebergo/hebergo/velneo/velneotest"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// credentials are those of each starter, for a service at that address.
func credentials(starter, address string) []string {
	switch starter {
	case "dyndns", "wapi-notifications":
		return []string{"WEDOS_LOGIN=you@example.com", "WEDOS_PASSWORD=" + password, "WEDOS_URL=" + address}
	case "mailadmin":
		return []string{"OVHSOAP_NIC=ab12345-ovh", "OVHSOAP_PASSWORD=" + password, "OVHSOAP_URL=" + address}
	case "vserver-backup":
		return []string{"VELNEO_EMAIL=you@example.com", "VELNEO_API_KEY=" + password, "VELNEO_URL=" + address + "/v1"}
	}
	return []string{"OVH_APPLICATION_KEY=key", "OVH_APPLICATION_SECRET=" + password, "OVH_CONSUMER_KEY=" + password, "OVH_ENDPOINT=" + address + "/1.0"}
}

// calls are arguments with which each starter calls its service.
var calls = map[string][]string{
	"contactchange":      {"-admin", "cd67890-ovh", "start"},
	"dyndns":             {"-name", "home", "-ip", "203.0.113.7"},
	"mailadmin":          {"export"},
	"ownerchange":        {"-owner", "1", "-yes"},
	"vserver-backup":     {},
	"wapi-notifications": {},
}

func TestHelpExplains(t *testing.T) {
	for _, name := range starters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, nil, name, "-help")
			p.ends(0)
			p.prints(name+" -fake", "130 interrupted", "-fake\n")
		})
	}
}

func TestFakeNeedsNoAccount(t *testing.T) {
	for name, c := range map[string]struct{ args, want string }{
		"contactchange":      {"-fake -admin cd67890-ovh -wait 100ms start", "ab12345-ovh -> cd67890-ovh done"},
		"dyndns":             {"-fake -name home", "published: 203.0.113.7"},
		"mailadmin":          {"-fake export", "hotel,Hôtel de l'Étoile,"},
		"ownerchange":        {"-fake -yes", "done       the owner is contact"},
		"statuspage":         {"-fake -once", "erp          up"},
		"vserver-backup":     {"-fake", "4194304 bytes"},
		"wapi-notifications": {"-fake", `"domain":"example.com"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, nil, name, strings.Fields(c.args)...)
			p.ends(0)
			p.prints(c.want)
		})
	}
}

func TestWrongFlag(t *testing.T) {
	for _, name := range starters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, nil, name, "-fake", "-nonsense")
			p.ends(2)
			p.says("-nonsense", "see -help")
			p = begin(t, nil, name, "-fake", "what", "is", "this")
			p.ends(2)
			p.says("see -help")
		})
	}
}

func TestMissingCredential(t *testing.T) {
	for name, want := range map[string]string{
		"contactchange":      "invalid authentication config",
		"dyndns":             "WEDOS_PASSWORD is not set",
		"mailadmin":          "OVHSOAP_PASSWORD is not set",
		"ownerchange":        "invalid authentication config",
		"vserver-backup":     "VELNEO_API_KEY is not set",
		"wapi-notifications": "WEDOS_PASSWORD is not set",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, credentials(name, "http://127.0.0.1:1")[:1], name, calls[name]...)
			p.ends(2)
			p.says(want, "see -help")
		})
	}
	t.Run("webhook", func(t *testing.T) {
		t.Parallel()
		p := begin(t, nil, "wapi-notifications", "-listen", "127.0.0.1:0")
		p.ends(2)
		p.says("WEDOS_WEBHOOK_TOKEN is not set")
	})
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		for name, variable := range map[string]string{"dyndns": "WEDOS_PASSWORD", "mailadmin": "OVHSOAP_PASSWORD", "vserver-backup": "VELNEO_API_KEY", "wapi-notifications": "WEDOS_PASSWORD"} {
			env := []string{credentials(name, "http://"+nobody)[0], variable + "_FILE=absent"}
			p := begin(t, env, name, calls[name]...)
			p.ends(2)
			p.says("absent", "see -help")
		}
	})
	t.Run("statuspage", func(t *testing.T) {
		t.Parallel()
		config, err := filepath.Abs("statuspage/statuspage.json")
		if err != nil {
			t.Fatal(err)
		}
		p := begin(t, nil, "statuspage", "-config", config)
		p.ends(2)
		p.says("erp", "ERP_TOKEN")
	})
}

func TestUnreachableServer(t *testing.T) {
	for name, args := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, credentials(name, "http://"+nobody), name, args...)
			p.ends(1)
			p.says("refused")
		})
	}
	t.Run("statuspage", func(t *testing.T) {
		t.Parallel()
		config := configFile(t, `{"allow": ["127.0.0.0/8"], "targets": [{"id": "site", "kind": "url", "url": "http://`+nobody+`/", "interval": "1m"}]}`)
		p := begin(t, nil, "statuspage", "-once", "-config", config)
		p.ends(1)
		p.says("1 of 1")
		p.prints("site         down     ")
	})
}

// hanging is the address of a server that answers nothing, and tells when it
// was asked.
func hanging(t *testing.T) (address string, asked <-chan struct{}) {
	arrived, once := make(chan struct{}), sync.Once{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the end of the connection is seen
		once.Do(func() { close(arrived) })
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server.URL, arrived
}

func TestCtrlCInTheMiddle(t *testing.T) {
	for name, args := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, arrived := hanging(t)
			p := begin(t, credentials(name, server), name, args...)
			select {
			case <-arrived:
			case <-t.Context().Done():
			}
			p.interrupt()
			p.ends(130)
			p.says("interrupted: ")
		})
	}
	for name, c := range map[string]struct{ args, sign string }{
		"contactchange":      {"-fake -admin cd67890-ovh -wait 1h start", "validatingByCustomers"},
		"ownerchange":        {"-fake", "[y/N]"},
		"statuspage":         {"-fake -listen 127.0.0.1:0", "unknown -> up"},
		"wapi-notifications": {"-fake -wait 1h", "system-notify"},
	} {
		t.Run(name+" waits", func(t *testing.T) {
			t.Parallel()
			stdin, writer, err := os.Pipe() // a terminal at which nobody types
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _, _ = stdin.Close(), writer.Close() }()
			p := beginWith(t, stdin, nil, name, strings.Fields(c.args)...)
			p.await(c.sign)
			p.interrupt()
			p.ends(130)
			p.says("interrupted: ")
		})
	}
}

// TestSecretInAFile: what a variable can hold, a file can as well, and the end
// of its last line does not count.
func TestSecretInAFile(t *testing.T) {
	t.Parallel()
	wapi := wedostest.NewServer(wedostest.Options{Password: password})
	defer wapi.Close()
	wapi.AddZone("example.com")
	soap := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer soap.Close()
	soap.AddAccount("cd67890-ovh", password)
	soap.AddDomain("example.com", "cd67890-ovh")
	cloud := velneotest.NewServer(velneotest.Options{APIKey: password})
	defer cloud.Close()
	path := configFile(t, password+"\n")
	for name, env := range map[string][]string{
		"dyndns":         {"WEDOS_LOGIN=" + wedostest.Login, "WEDOS_PASSWORD_FILE=" + path, "WEDOS_URL=" + wapi.URL},
		"mailadmin":      {"OVHSOAP_NIC=cd67890-ovh", "OVHSOAP_PASSWORD_FILE=" + path, "OVHSOAP_URL=" + soap.URL},
		"vserver-backup": {"VELNEO_EMAIL=" + velneotest.Email, "VELNEO_API_KEY_FILE=" + path, "VELNEO_URL=" + cloud.URL},
	} {
		begin(t, env, name, calls[name]...).ends(0)
	}
}

// TestOneShape: whoever has read one starter has read the beginning of all.
func TestOneShape(t *testing.T) {
	shapes := map[string]string{}
	for _, name := range starters {
		source, err := os.ReadFile(filepath.Join(name, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(source), "func main() {")
		text, _, _ = strings.Cut(text, "\n}\n")
		for _, own := range []string{name, "wedos.", "ovhsoap.", "ovhrest.", "velneo.", "monitor."} {
			text = strings.ReplaceAll(text, own, "")
		}
		var kept []string
		for line := range strings.Lines(text) {
			if !strings.Contains(line, "flag.StringVar") {
				kept = append(kept, line)
			}
		}
		shapes[strings.Join(kept, "")] = name
	}
	if len(shapes) != 1 {
		t.Errorf("%d shapes of main: %v", len(shapes), shapes)
	}
}

// configFile writes a file for one test.
func configFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
