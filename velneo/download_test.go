package velneo_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// noise is content that repeats nowhere, so that a misplaced byte shows.
func noise(size int, seed byte) []byte {
	raw := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(raw)
	return raw
}

func serve(content []byte) func() io.ReadSeeker {
	return func() io.ReadSeeker { return bytes.NewReader(content) }
}

func hexSum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// checkFile compares a download with what was served.
func checkFile(t *testing.T, file string, got velneo.Download, want []byte) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(raw, want) {
		t.Errorf("%d bytes, %v; want the %d served", len(raw), err, len(want))
	}
	if got.Size != int64(len(want)) || got.SHA256 != hexSum(want) {
		t.Errorf("%+v, want %d and %s", got, len(want), hexSum(want))
	}
	for _, left := range []string{file + ".part", file + ".part.json"} {
		if _, err := os.Stat(left); err == nil {
			t.Errorf("%s is left", filepath.Base(left))
		}
	}
}

// monotonic is a progress that must never fall.
func monotonic(t *testing.T) (progress func(done, total int64), last func() int64) {
	at := int64(-1)
	return func(done, _ int64) {
		if done < at {
			t.Errorf("progress fell from %d to %d", at, done)
		}
		at = done
	}, func() int64 { return at }
}

func TestMustShow4_CutHalfWayResumes(t *testing.T) {
	for _, size := range []int{0, 1, 300_000, 5_000_000} {
		for cuts := range 3 {
			content := noise(size, 1)
			server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxRetryWait = time.Millisecond })
			server.SetBackup(`"v1"`, serve(content))
			sent := int64(0)
			if size > 1 {
				for range cuts {
					server.Inject(velneotest.Fault{Resource: "backup", Cut: int64(size / 2 / (cuts + 1))})
					sent += int64(size / 2 / (cuts + 1))
				}
			}
			file := filepath.Join(t.TempDir(), "b")
			progress, last := monotonic(t)
			got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, progress)
			if err != nil {
				t.Fatal(size, cuts, err)
			}
			checkFile(t, file, got, content)
			if last() != int64(size) {
				t.Errorf("the last progress was %d of %d", last(), size)
			}
		}
	}
}

// Every byte is asked for once, however often the connection breaks.
func TestMustShow4_ResumesWhereItStopped(t *testing.T) {
	content := noise(1<<20, 1)
	var ranges []string
	cut := 300_000
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range")+" "+r.Header.Get("If-Range"))
		if r.Header.Get("Cookie")+r.Header.Get("Authorization")+r.Header.Get("Referer") != "" {
			t.Errorf("credentials: %v", r.Header)
		}
		if encoding := r.Header.Get("Accept-Encoding"); encoding != "identity" {
			t.Errorf("asks for %q: the ranges would not be the file's", encoding)
		}
		w.Header().Set("ETag", `"v1"`)
		if len(ranges) == 1 {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content[:cut])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}))
	defer server.Close()
	c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
	file := filepath.Join(t.TempDir(), "b")
	got, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, file, got, content)
	if want := []string{" ", fmt.Sprintf(`bytes=%d- "v1"`, cut)}; !slices.Equal(ranges, want) {
		t.Errorf("%q, want %q", ranges, want)
	}
}

func TestMustShow4_ETagChangeRestarts(t *testing.T) {
	for _, etag := range []string{`"v2"`, `W/"v1"`, ""} {
		before, after := noise(3_000_000, 1), noise(2_500_000, 2)
		server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxRetryWait = time.Millisecond })
		server.SetBackup(`"v1"`, serve(before))
		server.Inject(velneotest.Fault{Resource: "backup", Cut: 2_000_000, Before: func() {
			server.SetBackup(etag, serve(after))
		}})
		file := filepath.Join(t.TempDir(), "b")
		progress, _ := monotonic(t)
		got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, progress)
		if err != nil {
			t.Fatal(etag, err)
		}
		checkFile(t, file, got, after)
	}
}

// A weak ETag, or none, is no ground to join two answers on.
func TestWeakOrAbsentETagStartsOver(t *testing.T) {
	content := noise(2_000_000, 1)
	for _, etag := range []string{"", `W/"v1"`, "v1", `"`} {
		var ranges []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ranges = append(ranges, r.Header.Get("Range"))
			if etag != "" {
				w.Header().Set("ETag", etag)
			}
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			if len(ranges) == 1 {
				_, _ = w.Write(content[:1_000_000])
				panic(http.ErrAbortHandler)
			}
			_, _ = w.Write(content)
		}))
		c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
		file := filepath.Join(t.TempDir(), "b")
		got, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkFile(t, file, got, content)
		if len(ranges) != 2 || strings.Join(ranges, "") != "" {
			t.Errorf("%q: ranges %q", etag, ranges)
		}
		server.Close()
	}
}

// liar serves the first half and breaks; then it answers as told.
func liar(t *testing.T, content []byte, lie http.HandlerFunc) (velneo.Config, *int) {
	t.Helper()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("Range") != "" {
			lie(w, r)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		if requests == 1 {
			_, _ = w.Write(content[:len(content)/2])
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(content)
	}))
	t.Cleanup(server.Close)
	return velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond}, &requests
}

// An answer that is not the rest is never joined to the part: the download
// starts over, and ends whole.
func TestLyingRangesStartOver(t *testing.T) {
	content := noise(200_000, 1)
	half, all := len(content)/2, len(content)
	for name, contentRange := range map[string]string{
		"from the start":    fmt.Sprintf("bytes 0-%d/%d", half-1, all),
		"one too early":     fmt.Sprintf("bytes %d-%d/%d", half-1, all-1, all),
		"one too late":      fmt.Sprintf("bytes %d-%d/%d", half+1, all-1, all),
		"not to the end":    fmt.Sprintf("bytes %d-%d/%d", half, all-2, all),
		"past the end":      fmt.Sprintf("bytes %d-%d/%d", half, all, all),
		"another size":      fmt.Sprintf("bytes %d-%d/%d", half, all, all+1),
		"unknown size":      fmt.Sprintf("bytes %d-%d/*", half, all-1),
		"another unit":      fmt.Sprintf("lines %d-%d/%d", half, all-1, all),
		"backwards":         fmt.Sprintf("bytes %d-%d/%d", all-1, half, all),
		"negative":          fmt.Sprintf("bytes -%d-%d/%d", half, all-1, all),
		"overflow":          fmt.Sprintf("bytes %d-99999999999999999999/99999999999999999999", half),
		"unsatisfied":       fmt.Sprintf("bytes */%d", all),
		"absent":            "",
		"nonsense":          "\u00e9",
		"shorter in length": fmt.Sprintf("bytes %d-%d/%d", half, all-1, all),
		"another etag":      fmt.Sprintf("bytes %d-%d/%d", half, all-1, all),
		"no etag":           fmt.Sprintf("bytes %d-%d/%d", half, all-1, all),
		"longer in chunks":  fmt.Sprintf("bytes %d-%d/%d", half, all-1, all),
		"416":               "",
	} {
		cfg, requests := liar(t, content, func(w http.ResponseWriter, _ *http.Request) {
			if contentRange != "" {
				w.Header().Set("Content-Range", contentRange)
			}
			body := noise(half, 9) // which must not end up in the file
			status := http.StatusPartialContent
			switch name {
			case "shorter in length":
				body = body[:half-1]
				w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			case "another etag":
				w.Header().Set("ETag", `"v2"`)
			case "no etag":
				w.Header().Del("ETag")
			case "longer in chunks":
				body = append(body, 'x')
				w.Header().Set("Transfer-Encoding", "chunked")
			case "416":
				status = http.StatusRequestedRangeNotSatisfiable
			}
			w.WriteHeader(status)
			_, _ = w.Write(body)
		})
		file := filepath.Join(t.TempDir(), "b")
		progress, _ := monotonic(t)
		got, err := newClient(t, cfg).DownloadBackup(t.Context(), velneo.NewSecret(cfg.URL+"/b"), file, progress)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkFile(t, file, got, content)
		if *requests != 3 {
			t.Errorf("%s: %d requests, want 3", name, *requests)
		}
	}
}

// A rest that was not asked for, because no ETag says what it is the rest of,
// is not joined either, however well its numbers fit.
func TestUnaskedRestStartsOver(t *testing.T) {
	before, after := noise(200_000, 1), noise(200_000, 2)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch requests++; requests {
		case 1:
			w.Header().Set("Content-Length", fmt.Sprint(len(before)))
			_, _ = w.Write(before[:100_000])
			panic(http.ErrAbortHandler)
		case 2:
			w.Header().Set("Content-Range", "bytes 100000-199999/200000")
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(after[100_000:])
		default:
			_, _ = w.Write(after)
		}
	}))
	defer server.Close()
	c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
	file := filepath.Join(t.TempDir(), "b")
	got, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, file, got, after)
}

// A range that ends early, by the rules of HTTP, is not the end of the file.
func TestShortRangesGoOn(t *testing.T) {
	content := noise(500_000, 1)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		first := 0
		_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &first)
		w.Header().Set("ETag", `"v1"`)
		if first > 0 {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, len(content)-1, len(content)))
			w.WriteHeader(http.StatusPartialContent)
			_ = http.NewResponseController(w).Flush() // chunks, so no length
			_, _ = w.Write(content[first:min(first+100_000, len(content))])
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = w.Write(content[:100_000])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
	file := filepath.Join(t.TempDir(), "b")
	progress, _ := monotonic(t)
	got, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, progress)
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, file, got, content)
	if requests != 5 {
		t.Errorf("%d requests, want 5", requests)
	}
}

// Servers that no number of starts over can satisfy.
func TestHopelessDownloadsEnd(t *testing.T) {
	content := noise(200_000, 1)
	for name, hopeless := range map[string]struct {
		handler http.HandlerFunc
		want    error
		times   int // how often it is asked
	}{
		"206 unasked": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-9/10")
			w.WriteHeader(http.StatusPartialContent)
		}, velneo.ErrConflict, 4},
		"cut and no ETag": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content[:150_000])
			panic(http.ErrAbortHandler)
		}, velneo.ErrUnavailable, 6},
		"a new ETag each time": {func() http.HandlerFunc {
			n := 0
			return func(w http.ResponseWriter, _ *http.Request) {
				n++
				w.Header().Set("ETag", fmt.Sprintf(`"v%d"`, n))
				w.Header().Set("Content-Length", fmt.Sprint(len(content)))
				_, _ = w.Write(content[:150_000])
				panic(http.ErrAbortHandler)
			}
		}(), velneo.ErrUnavailable, 6},
		"a crumb each time": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"v1"`)
			http.ServeContent(&crumb{w}, r, "", time.Time{}, bytes.NewReader(content))
		}, velneo.ErrUnavailable, 3},
		"no length, no chunks": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_, _ = io.WriteString(conn, "HTTP/1.0 200 OK\r\n\r\nhalf a ba")
			_ = conn.Close()
		}, velneo.ErrProtocol, 1},
		"gzip unasked": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "x")
		}, velneo.ErrProtocol, 1},
		"204":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, velneo.ErrProtocol, 1},
		"416":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(416) }, velneo.ErrProtocol, 1},
		"404":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, velneo.ErrNotFound, 1},
		"403":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, velneo.ErrForbidden, 1},
		"401":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, velneo.ErrUnauthorized, 1},
		"503":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, velneo.ErrUnavailable, 3},
		"503, long": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "999"); w.WriteHeader(503) }, velneo.ErrUnavailable, 1},
		"no HTTP": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_, _ = io.WriteString(conn, "SSH-2.0\r\n")
			_ = conn.Close()
		}, velneo.ErrProtocol, 1},
	} {
		requests := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			hopeless.handler(w, r)
		}))
		c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
		file := filepath.Join(t.TempDir(), "b")
		progress, _ := monotonic(t)
		_, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, progress)
		var e *velneo.Error
		if !errors.Is(err, hopeless.want) || !errors.As(err, &e) || errors.Is(err, velneo.ErrAmbiguous) {
			t.Errorf("%s: %v, want %v", name, err, hopeless.want)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: there is a file", name)
		}
		server.Close()
		if requests != hopeless.times {
			t.Errorf("%s: %d requests, want %d", name, requests, hopeless.times)
		}
	}
}

// crumb breaks the connection after a thousand bytes.
type crumb struct{ http.ResponseWriter }

func (c *crumb) Write(p []byte) (int, error) {
	_, _ = c.ResponseWriter.Write(p[:1000])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// A part of another link, a note that was cut short or altered, a part that is
// too long: nothing of it gets into the file.
func TestForeignPartsAreDropped(t *testing.T) {
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	link := server.BackupLink()
	linkSum := hexSum([]byte(link.Reveal()))
	for name, left := range map[string]struct {
		part []byte
		note string
	}{
		"no note":      {noise(50_000, 9), ""},
		"cut note":     {noise(50_000, 9), `{"link":"` + linkSum},
		"other link":   {noise(50_000, 9), `{"link":"x","etag":"\"v1\"","total":100000}`},
		"weak etag":    {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"W/\"v1\"","total":100000}`},
		"etag's lines": {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"\"v1\r\nX: y\"","total":100000}`},
		"too long":     {noise(100_001, 9), `{"link":"` + linkSum + `","etag":"\"v1\"","total":100000}`},
		"changed":      {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"\"v0\"","total":100000}`},
		"empty":        {nil, `{"link":"` + linkSum + `","etag":"\"v1\"","total":0}`},
		"good":         {content[:50_000], `{"link":"` + linkSum + `","etag":"\"v1\"","total":100000}`},
		"good, whole":  {content, `{"link":"` + linkSum + `","etag":"\"v1\"","total":100000}`},
		"no total":     {content[:50_000], `{"link":"` + linkSum + `","etag":"\"v1\"","total":-1}`},
		"overflow":     {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"\"v1\"","total":9223372036854775808}`},
		"negative":     {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"\"v1\"","total":-9223372036854775808}`},
		"fraction":     {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"\"v1\"","total":1e5}`},
		"long etag":    {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"\"` + strings.Repeat("v", 1100) + `\"","total":100000}`},
		"long note":    {noise(50_000, 9), `{"link":"` + linkSum + `","etag":"\"v1\"","total":100000}` + strings.Repeat(" ", 9000)},
		"whole, none":  {content, `{"link":"` + linkSum + `","etag":"\"v1\"","total":-1}`},
	} {
		file := filepath.Join(t.TempDir(), "b")
		for path, raw := range map[string][]byte{file + ".part": left.part, file + ".part.json": []byte(left.note)} {
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var first int64 = -1
		got, err := c.DownloadBackup(t.Context(), link, file, func(done, _ int64) {
			if first < 0 {
				first = done
			}
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkFile(t, file, got, content)
		want := map[string]int64{"good": 50_000, "good, whole": 100_000, "no total": 50_000, "changed": 50_000}[name]
		if name != "changed" && name != "whole, none" && first != want {
			t.Errorf("%s: went on from %d, want %d", name, first, want)
		}
	}
}

// A process that is killed in the middle leaves a part, no file, and the next
// one goes on.
func TestMustShow4_KilledProcessResumes(t *testing.T) {
	content := noise(8<<20, 1)
	hold := make(chan struct{})
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, func() io.ReadSeeker {
		return &stopping{Reader: bytes.NewReader(content), at: 6 << 20, hold: hold}
	})
	file := filepath.Join(t.TempDir(), "b")
	child := exec.Command(os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), "VELNEO_CHILD=download", "VELNEO_URL="+server.URL, "VELNEO_LINK="+server.BackupLink().Reveal(), "VELNEO_FILE="+file)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("there"))); err != nil {
		t.Error(err)
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	close(hold)
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a file already")
	}
	info, err := os.Stat(file + ".part")
	if err != nil || info.Size() < 4<<20 {
		t.Fatalf("the part: %v, %v", info, err)
	}
	var first int64 = -1
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, func(done, _ int64) {
		if first < 0 {
			first = done
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, file, got, content)
	if first != info.Size() {
		t.Errorf("went on from %d, want %d", first, info.Size())
	}
}

// stopping holds a reader back.
type stopping struct {
	*bytes.Reader
	at   int64
	hold <-chan struct{}
}

func (s *stopping) Read(p []byte) (int, error) {
	if s.Size()-int64(s.Len()) >= s.at {
		<-s.hold
	}
	return s.Reader.Read(p)
}

// TestChild is what the tests run in a process of its own.
func TestChild(t *testing.T) {
	if os.Getenv("VELNEO_CHILD") != "download" {
		t.Skip("only for the tests that start it")
	}
	limitFiles()
	c := newClient(t, velneo.Config{URL: os.Getenv("VELNEO_URL"), Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey)})
	_, err := c.DownloadBackup(t.Context(), velneo.NewSecret(os.Getenv("VELNEO_LINK")), os.Getenv("VELNEO_FILE"), func(done, _ int64) {
		if done >= 4<<20 {
			_, _ = os.Stdout.WriteString("there")
		}
	})
	fmt.Println("ended:", err, errors.Is(err, velneo.ErrUnavailable))
}

func TestOneDownloadAtATime(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no file lock in the standard library")
	}
	content := noise(1<<20, 1)
	server, c := pair(t, nil)
	started, hold := make(chan struct{}), make(chan struct{})
	server.SetBackup(`"v1"`, func() io.ReadSeeker {
		return &stopping{Reader: bytes.NewReader(content), at: 1 << 19, hold: hold}
	})
	file := filepath.Join(t.TempDir(), "b")
	type outcome struct {
		velneo.Download
		error
	}
	first := make(chan outcome, 1)
	go func() {
		once := false
		d, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, func(int64, int64) {
			if !once {
				once = true
				close(started)
			}
		})
		first <- outcome{d, err}
	}()
	<-started
	if _, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil); !errors.Is(err, velneo.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	close(hold)
	got := <-first
	if got.error != nil {
		t.Fatal(got.error)
	}
	checkFile(t, file, got.Download, content)
}

// What goes wrong with the files on the way is a file's error, not the
// server's, and ends the call.
func TestFilesThatGoWrong(t *testing.T) {
	content := noise(3<<20, 1)
	for name, harm := range map[string]func(file string) error{
		"the part is gone": func(file string) error { return os.Remove(file + ".part") },
		"the name is taken": func(file string) error {
			return errors.Join(os.Mkdir(file, 0o700), os.WriteFile(file+"/x", nil, 0o600))
		},
	} {
		if runtime.GOOS == "windows" {
			t.Skip("an open file can't be removed")
		}
		server, c := pair(t, nil)
		requests := 0
		server.SetBackup(`"v1"`, func() io.ReadSeeker { requests++; return serve(content)() })
		file, done := filepath.Join(t.TempDir(), "b"), false
		_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, func(int64, int64) {
			if !done {
				done = true
				if err := harm(file); err != nil {
					t.Error(err)
				}
			}
		})
		var e *velneo.Error
		var link *os.LinkError
		if !errors.As(err, &e) || !errors.As(err, &link) || errors.Is(err, velneo.ErrUnavailable) || requests != 1 {
			t.Errorf("%s: %v after %d requests, want the rename's error", name, err, requests)
		}
	}
}

// Somebody clears the part away while it grows, and another file gets its name:
// that one is not taken for the backup.
func TestPartThatWasReplaced(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open file can't be removed")
	}
	for name, content := range map[string][]byte{"whole": noise(3<<20, 1), "empty": {}} {
		server, c := pair(t, nil)
		server.SetBackup(`"v1"`, serve(content))
		file, done := filepath.Join(t.TempDir(), "b"), false
		_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, func(int64, int64) {
			if !done {
				done = true
				if err := errors.Join(os.Remove(file+".part"), os.WriteFile(file+".part", []byte("foreign"), 0o600)); err != nil {
					t.Error(err)
				}
			}
		})
		if !errors.Is(err, velneo.ErrBusy) {
			t.Errorf("%s: %v, want ErrBusy", name, err)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: the foreign file got the backup's name", name)
		}
		if raw, err := os.ReadFile(file + ".part"); string(raw) != "foreign" {
			t.Errorf("%s: the foreign file: %q, %v", name, raw, err)
		}
	}
}

// What a symbolic link leads to is neither emptied nor written, nor made where
// there is nothing; one in the place of the file itself is replaced.
func TestSymbolicLinksAreNotFollowed(t *testing.T) {
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	note := `{"link":"` + hexSum([]byte(server.BackupLink().Reveal())) + `","etag":"\"v0\"","total":100000}`
	for _, suffix := range []string{".part", ".part.json", ""} {
		for _, dangling := range []bool{false, true} {
			dir := t.TempDir()
			file, victim := filepath.Join(dir, "b"), filepath.Join(dir, "victim")
			if err := os.WriteFile(file+".part", content[:10], 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file+".part.json", []byte(note), 0o600); err != nil {
				t.Fatal(err)
			}
			_ = os.Remove(file + suffix)
			if err := os.Symlink(victim, file+suffix); err != nil {
				t.Skip(err) // Windows wants a right for it
			}
			if !dangling {
				if err := os.WriteFile(victim, []byte(note), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
			if (err == nil) != (suffix != ".part") {
				t.Errorf("%q: %v", suffix, err)
			}
			if err == nil {
				checkFile(t, file, got, content)
			}
			if raw, err := os.ReadFile(victim); string(raw) != note && !dangling || dangling && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%q, dangling %v: the link's target: %.100q, %v", suffix, dangling, raw, err)
			}
		}
	}
}

// A failure before the first byte leaves nothing behind.
func TestNoPartOfNothing(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Content-Length", "10")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
	file := filepath.Join(t.TempDir(), "b")
	if _, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, nil); !errors.Is(err, velneo.ErrUnavailable) {
		t.Errorf("%v, want ErrUnavailable", err)
	}
	if left, _ := filepath.Glob(file + "*"); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

// A note that can't be written ends the call before a byte is kept that could
// not be gone on from.
func TestNoteThatCannotBeWritten(t *testing.T) {
	server, c := pair(t, nil)
	file := filepath.Join(t.TempDir(), "b")
	if err := errors.Join(os.Mkdir(file+".part.json", 0o700), os.WriteFile(file+".part.json/x", nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	var path *os.PathError
	if !errors.As(err, &path) || errors.Is(err, velneo.ErrUnavailable) {
		t.Errorf("%v, want the note's error", err)
	}
}

func TestDownloadCancelled(t *testing.T) {
	content := noise(4<<20, 1)
	server, c := pair(t, nil)
	hold := make(chan struct{})
	server.SetBackup(`"v1"`, func() io.ReadSeeker {
		return &stopping{Reader: bytes.NewReader(content), at: 2 << 20, hold: hold}
	})
	ctx, cancel := context.WithCancel(t.Context())
	file := filepath.Join(t.TempDir(), "b")
	_, err := c.DownloadBackup(ctx, server.BackupLink(), file, func(done, _ int64) {
		if done >= 1<<20 {
			cancel()
		}
	})
	close(hold)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if info, err := os.Stat(file + ".part"); err != nil || info.Size() < 1<<20 {
		t.Errorf("the part: %v", err)
	}
	if _, err := c.DownloadBackup(ctx, server.BackupLink(), file, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled before anything is read", err)
	}
}

// Silence ends an attempt, and the part stays.
func TestDownloadSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, velneo.Config{URL: "http://127.0.0.1", Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), HTTPClient: &http.Client{
			Transport: roundTripper(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }),
		}})
		start := time.Now()
		_, err := c.DownloadBackup(t.Context(), velneo.NewSecret("http://127.0.0.1/b"), filepath.Join(t.TempDir(), "b"), nil)
		if took := time.Since(start); !errors.Is(err, velneo.ErrUnavailable) || took < 3*time.Minute || took > 4*time.Minute {
			t.Errorf("%v after %v, want ErrUnavailable after three attempts of a minute", err, took)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDownloadRefusesArguments(t *testing.T) {
	server, c := pair(t, nil)
	dir := t.TempDir()
	public := newClient(t, velneo.Config{Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey)})
	for name, call := range map[string]func() error{
		"ctx": func() error { _, err := c.DownloadBackup(nilContext(), server.BackupLink(), dir+"/b", nil); return err },
		"link": func() error {
			_, err := public.DownloadBackup(t.Context(), velneo.NewSecret("http://127.0.0.1/b"), dir+"/b", nil)
			return err
		},
		"file": func() error { _, err := c.DownloadBackup(t.Context(), server.BackupLink(), dir, nil); return err },
	} {
		var e *velneo.Error
		if err := call(); !errors.As(err, &e) || e.Field != name || !errors.Is(err, velneo.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.DownloadBackup(t.Context(), server.BackupLink(), "", nil); !errors.Is(err, velneo.ErrInvalid) {
		t.Error(err)
	}
	_, err := c.DownloadBackup(t.Context(), server.BackupLink(), dir+"/none/b", nil)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want os.ErrNotExist", err)
	}
	c.Close()
	if _, err := c.DownloadBackup(t.Context(), server.BackupLink(), dir+"/b", nil); !errors.Is(err, velneo.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
	if left, _ := filepath.Glob(dir + "/*"); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

// A gigabyte through 16 MiB.
func TestMustShow4_ConstantMemory(t *testing.T) {
	size := int64(1 << 30)
	if testing.Short() {
		size = 64 << 20
	}
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, func() io.ReadSeeker { return gigabytes(size) })
	file := filepath.Join(t.TempDir(), "b")
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapInuse+m.StackInuse, uint64(0)
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, func(done, _ int64) {
		if done%(16<<20) < 1<<20 {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse+m.StackInuse)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := sha256.New()
	_, _ = io.Copy(want, gigabytes(size))
	if got.Size != size || got.SHA256 != hex.EncodeToString(want.Sum(nil)) {
		t.Errorf("%+v", got)
	}
	t.Logf("grew by %d KiB", (int64(most)-int64(before))>>10)
	if most == 0 || most > before+16<<20 {
		t.Errorf("memory grew from %d to %d KiB", before>>10, most>>10)
	}
}

// gigabytes are made up as they are read.
func gigabytes(size int64) io.ReadSeeker { return &generated{size: size} }

type generated struct{ size, at int64 }

func (g *generated) Read(p []byte) (int, error) {
	if g.at >= g.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), g.size-g.at))
	clear(p[:n])
	for i := (4096 - int(g.at%4096)) % 4096; i < n; i += 4096 {
		p[i] = byte((g.at + int64(i)) >> 12)
	}
	g.at += int64(n)
	return n, nil
}

func (g *generated) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += g.at
	case io.SeekEnd:
		offset += g.size
	}
	g.at = offset
	return offset, nil
}
