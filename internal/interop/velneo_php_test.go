package interop_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/velneo"
)

// velneoPHP is a service of a few lines: it reads params with PHP's own
// parsers, computes the signature with PHP's own sha1, and keeps what a user
// was given as PHP understood it. Written anew after the vendor's guide.
const velneoPHP = `<?php
$state = __DIR__ . '/state.json';
$kept = is_file($state) ? json_decode(file_get_contents($state), true) : ['calls' => 0];
$key = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
$verb = $_POST['method'] ?? $_SERVER['REQUEST_METHOD'];
$raw = $_POST['params'] ?? $_GET['params'] ?? '';
if (!isset($_POST['params']) && $_SERVER['REQUEST_METHOD'] === 'PUT') { // PHP parses the form of a POST alone
    parse_str(file_get_contents('php://input'), $form);
    $raw = $form['params'] ?? '';
}
$strict = json_decode($raw, true);
$p = $strict ?? json_decode(str_replace("'", '"', $raw), true);
$answer = function ($status, $more = []) { header('Content-Type: application/json'); echo json_encode(['status_code' => $status] + $more); exit; };
if (!is_array($p) || !is_int($p['timestamp'])) $answer(403, ['message' => 'params: ' . json_last_error_msg()]);
$who = basename($_SERVER['PATH_INFO'] ?? parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) === 'session' && $verb === 'POST' ? $p['email'] : $p['session'];
if (!hash_equals(sha1($who . $p['timestamp'] . $key), $p['signed']) || abs(time() - $p['timestamp']) > 60) $answer(401);
switch ($verb . ' ' . basename(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH))) {
case 'POST session':
    $answer($who === 'luis@example.com' ? 200 : 401, ['session' => 'php-session']);
case 'GET vserver':
    $answer($who === 'php-session' ? 200 : 401, ['status' => 'running', 'vrl' => 'vatp://127.0.0.1:6676', 'version' => PHP_VERSION]);
case 'PUT user':
    unset($p['signed'], $p['session'], $p['timestamp']);
    file_put_contents($state, json_encode(['user' => $p, 'strict' => $strict !== null]));
    $answer(200);
case 'GET user':
    $answer(200, ['user' => $kept['user'], 'hex' => bin2hex($kept['user']['fullname']), 'strict' => $kept['strict']]);
}
$answer(403, ['message' => "what is $verb?"]);
`

// TestVelneoMustShow1_PHPReadsTheSame sends a name that breaks careless quoting
// through PHP's json_decode and back.
func TestVelneoMustShow1_PHPReadsTheSame(t *testing.T) {
	url := velneoStartPHP(t)
	for _, dialect := range []velneo.Dialect{velneo.StrictJSON, velneo.SingleQuoted} {
		for _, real := range []bool{false, true} {
			c, err := velneo.New(velneo.Config{
				URL: url + "/v1", Email: "luis@example.com", APIKey: "0f1e2d3c4b5a69788796a5b4c3d2e1f0", Dialect: dialect, RealVerbs: real,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if v, err := c.VServer(t.Context()); err != nil || v.Status != velneo.StatusRunning {
				t.Fatal(v, err)
			}
			for _, name := range []string{`O'Brien "x" ñ`, `\`, `'`, `"`, `\u0027`, "a+b%20&c=d", "你好 😀", `{'a': "b"}`} {
				velneoRoundTrip(t, c, name, dialect)
			}
		}
	}
}

func velneoRoundTrip(t *testing.T, c *velneo.Client, name string, dialect velneo.Dialect) {
	t.Helper()
	user := velneo.User{Username: "luis", Password: name, FullName: name, Group: "agents", IsSupervisor: velneo.No}
	if err := c.PutUser(t.Context(), user); err != nil {
		t.Fatal(name, err)
	}
	var got struct {
		User   map[string]string
		Hex    string
		Strict bool
	}
	if err := c.Do(t.Context(), "GET", "user", nil, &got); err != nil {
		t.Fatal(name, err)
	}
	if got.User["fullname"] != name || got.User["password"] != name || got.User["isSupervisor"] != "no" || got.Hex != fmt.Sprintf("%x", name) {
		t.Errorf("%s: %q became %q, %s", dialect, name, got.User, got.Hex)
	}
	if got.Strict != (dialect == velneo.StrictJSON) {
		t.Errorf("%s: strict JSON to PHP: %v", dialect, got.Strict)
	}
}

// A signature made with another key is refused by PHP's sha1 too, so that its
// agreement above means something.
func TestVelneoPHPRefusesAnotherKey(t *testing.T) {
	c, err := velneo.New(velneo.Config{URL: velneoStartPHP(t) + "/v1", Email: "luis@example.com", APIKey: "another"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Login(t.Context()); !errors.Is(err, velneo.ErrUnauthorized) {
		t.Errorf("%v, want ErrUnauthorized", err)
	}
}

// velneoStartPHP serves velneoPHP on a free port of loopback until the test
// ends.
func velneoStartPHP(t *testing.T) string {
	t.Helper()
	php, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("HEBERGO_INTEROP") == "1" {
			t.Fatal("php is missing: apt install php-cli")
		}
		t.Skip("php is missing: apt install php-cli")
	}
	script := filepath.Join(t.TempDir(), "service.php")
	if err := os.WriteFile(script, []byte(velneoPHP), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 5 { // the port may be taken between the look and the use
		if address := velneoFreePort(t); velneoServePHP(t, php, script, address) {
			return "http://" + address
		}
	}
	t.Fatal("php -S does not start")
	return ""
}

func velneoFreePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// velneoServePHP tells whether the server came up: it says so on standard
// error.
func velneoServePHP(t *testing.T, php, script, address string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	cmd := exec.CommandContext(ctx, php, "-n", "-S", address, script)
	cmd.Env = append(os.Environ(), "PHP_CLI_SERVER_WORKERS=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "started") {
			go func() {
				for lines.Scan() { // its log
				}
			}()
			t.Cleanup(func() { cancel(); _ = cmd.Wait() })
			return velneoAnswers(address)
		}
	}
	cancel()
	_ = cmd.Wait()
	return false
}

func velneoAnswers(address string) bool {
	resp, err := http.Get("http://" + address)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil
}
