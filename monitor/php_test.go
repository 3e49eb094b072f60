package monitor_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// connector is a connector as PHP runs it: the hash and its window, an empty
// map that becomes a list, false for what is unknown, and a warning before the
// document. The rules are those of the captured answers.
const connector = `<?php
ini_set('display_errors', '1');
$token = 't0k&n+ü';
if (empty($_GET['hash']) || empty($_GET['time'])) exit('Missing parameter');
if ($_GET['hash'] !== md5($token . $_GET['time']) || abs(time() - (int) $_GET['time']) > 180) exit('Invalid hash');
echo $undefined;
echo json_encode([
	'apiname' => 'serverobserver', 'apiversion' => '1.0',
	'dolibarr' => ['version' => '20.0.2', 'path' => ['http' => 'https://erp.example.test/'],
		'data' => ['size' => filesize(__FILE__)], 'htdocs' => ['size' => -1], 'repertoire_client' => ['size' => false]],
	'db' => [], 'user' => ['all' => '7', 'active' => 5],
	'module' => ['modA' => ['active' => true, 'numero' => 1], 'modB' => ['active' => null, 'editor_name' => "d\u{e9}j\u{e0}"]],
]);
`

// servePHP runs PHP's own server on loopback and returns its address.
func servePHP(t *testing.T, script string) string {
	t.Helper()
	php, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("HEBERGO_INTEROP") == "1" {
			t.Fatal("PHP is missing: apt install php-cli")
		}
		t.Skip("PHP is missing: apt install php-cli")
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "get-data.php"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, php, "-n", "-S", address, "-t", folder)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return "http://" + address
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("PHP does not listen")
	return ""
}

func TestObserver_RealPHP(t *testing.T) {
	address := servePHP(t, connector) + "/get-data.php"
	token := "t0k&n+ü"
	m := newMonitor(t, nil, func(c *monitor.Config) {
		c.Secrets = func(_ context.Context, name string) (monitor.Secret, error) {
			return monitor.NewSecret(map[string]string{"right": token, "wrong": "x"}[name]), nil
		}
	})
	res := m.Run(t.Context(), target(monitor.KindServerObserver, address, "right"))
	want(t, res, monitor.StatusUp, "")
	i := res.Instance
	if i.Form != monitor.FormWebObserver || i.Disk.Documents != monitor.Bytes(int64(len(connector))) || i.Disk.Htdocs.Known || i.Disk.Used.Known ||
		i.Users != monitor.CountOf(7) || i.ActiveUsers != monitor.CountOf(5) || len(i.Modules) != 2 || !i.Modules[0].Active || i.Modules[1].Active || i.Modules[1].Editor != "déjà" {
		t.Errorf("%+v", i)
	}
	want(t, m.Run(t.Context(), target(monitor.KindServerObserver, address, "wrong")), monitor.StatusDown, monitor.ReasonAuth)
	want(t, m.Run(t.Context(), target(monitor.KindServerObserver, address, "")), monitor.StatusDown, monitor.ReasonAuth)
}
