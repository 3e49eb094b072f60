package statuspage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor/statuspage"
)

// browser finds Chromium, or ends the test.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("HEBERGO_INTEROP") == "1" {
		t.Fatal("no Chromium: apt install chromium")
	}
	t.Skip("no Chromium: apt install chromium")
	return ""
}

// chromium runs it without a window and returns what it prints.
func chromium(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	fixed := []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=20000", "--user-data-dir=" + t.TempDir(),
	}
	cmd := exec.CommandContext(ctx, browser(t), append(fixed, args...)...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return string(out)
}

// measure is a page that loads ours at several widths, closed and opened, and
// reports what sticks out of the window, its row or its own box.
const measure = `<!doctype html><meta charset="utf-8"><body><pre id="result"></pre><script>
const widths = [320, 375, 768, 1024, 1440], found = []; let left = widths.length;
for (const width of widths) {
  const frame = document.createElement('iframe');
  frame.width = width; frame.height = 800; frame.src = '/page';
  frame.onload = () => {
    const doc = frame.contentDocument, root = doc.documentElement;
    for (const open of [false, true]) {
      for (const d of doc.querySelectorAll('details')) d.open = open;
      const say = (what, e) => found.push(width + (open ? ' opened: ' : ': ') + what + ' ' + (e ? e.className + ' ' + e.textContent.trim().slice(0, 40) : ''));
      if (root.scrollWidth > root.clientWidth) say('page is ' + root.scrollWidth + ' wide');
      for (const e of doc.querySelectorAll('body *')) {
        if (!e.checkVisibility() || e.closest('.skip') || e.closest('.sr') || e.closest('svg') && e.tagName !== 'svg') continue;
        const box = e.getBoundingClientRect();
        if (box.width === 0) continue;
        if (box.left < -0.5 || box.right > root.clientWidth + 0.5) say('sticks out of the window', e);
        if (e.tagName !== 'svg' && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1) say('text is cut', e);
        const row = e.closest('li');
        if (row) {
          const r = row.getBoundingClientRect();
          if (box.right > r.right + 1 || box.bottom > r.bottom + 1 || box.top < r.top - 1) say('sticks out of its row', e);
        }
      }
      for (const s of doc.querySelectorAll('summary')) { // no two cells over each other
        const cells = [...s.children].map(c => [c, c.getBoundingClientRect()]).filter(c => c[1].width && c[1].height);
        for (let i = 0; i < cells.length; i++) for (let j = i + 1; j < cells.length; j++) {
          const a = cells[i][1], b = cells[j][1];
          if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) say('lies over its neighbour', cells[i][0]);
        }
      }
    }
    const style = frame.contentWindow.getComputedStyle(doc.querySelector('.rows') || doc.body);
    if (style.listStyleType !== 'none' && doc.querySelector('.rows')) found.push('the style is not applied');
    if (--left === 0) {
      const rows = doc.querySelectorAll('details').length, focusable = doc.querySelectorAll('summary, a[href]').length;
      document.getElementById('result').textContent = JSON.stringify({found: found.slice(0, 30), all: found.length, rows, focusable});
    }
  };
  document.body.append(frame);
}
</script>`

func TestPage_NothingOverflowsInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser(t)
	for _, n := range []int{3, 50, 500} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var html string
			after(t, n, 80*time.Hour, statuspage.Config{Title: "Hostings of " + long[:80], GroupBy: "site"}, func(page http.Handler) {
				html = fetch(page, "GET", "/").Body.String()
			})
			mux := http.NewServeMux()
			mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { write(w, html) })
			mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { write(w, measure) })
			server := httptest.NewServer(mux)
			defer server.Close()
			dom := chromium(t, "--window-size=1500,900", "--dump-dom", server.URL+"/")
			_, after, _ := strings.Cut(dom, `<pre id="result">`)
			text, _, _ := strings.Cut(after, "</pre>")
			var result struct {
				Found                []string
				All, Rows, Focusable int
			}
			if err := json.Unmarshal([]byte(text), &result); err != nil {
				t.Fatalf("no result: %v in %q", err, text)
			}
			if result.Rows != n || result.Focusable < n {
				t.Errorf("%d rows, %d of them within reach of the keyboard; want %d", result.Rows, result.Focusable, n)
			}
			for _, f := range result.Found {
				t.Error(f)
			}
			picture(t, server.URL+"/page", n)
		})
	}
}

// picture keeps what the page looks like where STATUSPAGE_PICTURES says.
func picture(t *testing.T, url string, n int) {
	dir := os.Getenv("STATUSPAGE_PICTURES")
	if dir == "" {
		return
	}
	for name, args := range map[string][]string{
		"light":  {"--window-size=1280,1000"},
		"dark":   {"--window-size=1280,1000", "--blink-settings=preferredColorScheme=0"},
		"narrow": {"--window-size=500,1100"},
	} {
		file := filepath.Join(dir, fmt.Sprintf("%d-%s.png", n, name))
		chromium(t, append(args, "--screenshot="+file, url)...)
	}
}

func write(w http.ResponseWriter, page string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(page))
}
