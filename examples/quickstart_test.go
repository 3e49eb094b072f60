package examples_test

import (
	"strings"
	"testing"

	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
	"github.com/hebergo/hebergo/velneo/velneotest"
	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// TestQuickstartTellsFiveStories, and what matters in each: without colour and
// without a secret, for its output is a pipe.
func TestQuickstartTellsFiveStories(t *testing.T) {
	t.Parallel()
	p := begin(t, nil, "quickstart")
	p.ends(0)
	p.prints("wedos: ", "  by webhook  notification ", "velneo: ", "  backup      3000000 bytes", "ovhsoap: ", "there already: true", "the session is closed",
		"ovhrest: ", "the answer was lost: it may have been ordered", "1 order, 1 payment of 0 EUR, 0 carts left", "refused: the price is 9.99 EUR",
		"monitor: ", "shop went from up to down", "bytes of HTML")
	if out := p.stdout.String(); strings.Contains(out, "\033") {
		t.Errorf("it colours a pipe:\n%s", out)
	}
}

func TestQuickstartWrongCall(t *testing.T) {
	t.Parallel()
	for _, arg := range []string{"-nonsense", "-help", "what"} {
		p := begin(t, nil, "quickstart", arg)
		p.ends(2)
		p.says("environment")
	}
}

func TestQuickstartCtrlC(t *testing.T) {
	t.Parallel()
	server, arrived := hanging(t)
	p := begin(t, credentials("dyndns", server), "quickstart")
	<-arrived
	p.interrupt()
	p.ends(130)
	p.says("interrupted: ")
}

func TestQuickstartUnreachable(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dyndns", "vserver-backup", "mailadmin", "ownerchange"} { // whose credentials they are
		p := begin(t, credentials(name, "http://"+nobody), "quickstart")
		p.ends(1)
		p.says("refused")
	}
}

// TestQuickstartOnlyReads where it is given credentials.
func TestQuickstartOnlyReads(t *testing.T) {
	t.Parallel()
	wapi, cloud, soap, rest, site := wedostest.NewServer(wedostest.Options{}), velneotest.NewServer(velneotest.Options{}), ovhsoaptest.NewServer(ovhsoaptest.Options{}), ovhresttest.NewServer(ovhresttest.Options{}), monitortest.NewServer(monitortest.Options{})
	defer wapi.Close()
	defer cloud.Close()
	defer soap.Close()
	defer rest.Close()
	defer site.Close()
	wapi.AddZone("example.com", wedos.Row{TTL: 300, Type: "A", Data: "198.51.100.1"})
	soap.AddDomain("example.com", ovhsoaptest.Nic)
	env := append(wedosEnv(wapi), "VELNEO_EMAIL="+velneotest.Email, "VELNEO_API_KEY="+velneotest.APIKey, "VELNEO_URL="+cloud.URL,
		"OVHSOAP_NIC="+ovhsoaptest.Nic, "OVHSOAP_PASSWORD="+ovhsoaptest.Password, "OVHSOAP_URL="+soap.URL, "OVHSOAP_DOMAIN=example.com", "MONITOR_URL="+site.SiteURL())
	p := begin(t, append(env, ovhEnv(rest)...), "quickstart")
	p.ends(0)
	p.prints("example.com (primary): 1 rows", "running", "account")
	for _, r := range wapi.Requests() {
		if r.Command != "ping" && r.Command != "credit-info" && !strings.HasSuffix(r.Command, "-list") {
			t.Errorf("WAPI: %s", r.Command)
		}
	}
	for _, call := range soap.Calls() {
		if call.Function != "login" && call.Function != "logout" && !strings.HasSuffix(call.Function, "List") {
			t.Errorf("SOAP: %s", call.Function)
		}
	}
	if l := rest.Ledger(); l.Carts+l.Contacts+l.Checkouts > 0 {
		t.Errorf("REST: %+v", l)
	}
	if changes := cloud.Count("PUT", "vserver", "stop") + cloud.Count("PUT", "vserver", "backup"); changes > 0 {
		t.Errorf("Velneo: %d changes", changes)
	}
}
