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
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	require.NoError(t, err)
	assert.True(t, bytes.Equal(raw, want), "%d bytes, want the %d served", len(raw), len(want))
	assert.Equal(t, velneo.Download{Size: int64(len(want)), SHA256: hexSum(want)}, got)
	assert.NoFileExists(t, file+".part")
	assert.NoFileExists(t, file+".part.json")
}

// monotonic is a progress that must never fall.
func monotonic(t *testing.T) (progress func(done, total int64), last func() int64) {
	at := int64(-1)
	return func(done, _ int64) {
		assert.GreaterOrEqual(t, done, at, "progress")
		at = done
	}, func() int64 { return at }
}

func TestDownloadBackup_LostConnectionContinues(t *testing.T) {
	for _, size := range []int{0, 1, 300_000, 5_000_000} {
		for cuts := range 3 {
			t.Run(fmt.Sprint(size, " bytes, ", cuts, " cuts"), func(t *testing.T) {
				content := noise(size, 1)
				server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxRetryWait = time.Millisecond })
				server.SetBackup(`"v1"`, serve(content))
				if size > 1 {
					for range cuts {
						server.Inject(velneotest.Fault{Resource: "backup", Cut: int64(size / 2 / (cuts + 1))})
					}
				}
				file := filepath.Join(t.TempDir(), "b")
				progress, last := monotonic(t)
				got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, progress)
				require.NoError(t, err)
				checkFile(t, file, got, content)
				assert.Equal(t, int64(size), last())
			})
		}
	}
}

// Every byte is requested once, however often the connection breaks.
func TestDownloadBackup_ContinuesWhereItStopped(t *testing.T) {
	content := noise(1<<20, 1)
	var ranges []string
	cut := 300_000
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range")+" "+r.Header.Get("If-Range"))
		assert.Empty(t, r.Header.Get("Cookie")+r.Header.Get("Authorization")+r.Header.Get("Referer"), "credentials")
		assert.Equal(t, "identity", r.Header.Get("Accept-Encoding"), "ranges are those of the file")
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
	require.NoError(t, err)
	checkFile(t, file, got, content)
	assert.Equal(t, []string{" ", fmt.Sprintf(`bytes=%d- "v1"`, cut)}, ranges)
}

func TestDownloadBackup_ChangedETagStartsOver(t *testing.T) {
	for _, etag := range []string{`"v2"`, `W/"v1"`, ""} {
		t.Run(etag, func(t *testing.T) {
			before, after := noise(3_000_000, 1), noise(2_500_000, 2)
			server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxRetryWait = time.Millisecond })
			server.SetBackup(`"v1"`, serve(before))
			server.Inject(velneotest.Fault{Resource: "backup", Cut: 2_000_000, Before: func() {
				server.SetBackup(etag, serve(after))
			}})
			file := filepath.Join(t.TempDir(), "b")
			progress, _ := monotonic(t)
			got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, progress)
			require.NoError(t, err)
			checkFile(t, file, got, after)
		})
	}
}

// A weak ETag, or none, does not allow joining two answers.
func TestDownloadBackup_WeakOrAbsentETagStartsOver(t *testing.T) {
	content := noise(2_000_000, 1)
	for _, etag := range []string{"", `W/"v1"`, "v1", `"`} {
		t.Run("ETag "+etag, func(t *testing.T) {
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
			require.NoError(t, err)
			checkFile(t, file, got, content)
			assert.Equal(t, []string{"", ""}, ranges, etag)
			server.Close()
		})
	}
}

// wrongRanges serves the first half and breaks the connection; then answer answers
// the requests for the rest.
func wrongRanges(t *testing.T, content []byte, answer http.HandlerFunc) (velneo.Config, *int) {
	t.Helper()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("Range") != "" {
			answer(w, r)
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

// An answer that is not the rest is never joined to the part: the download starts
// over, and is complete in the end.
func TestDownloadBackup_WrongRangesStartOver(t *testing.T) {
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
		cfg, requests := wrongRanges(t, content, func(w http.ResponseWriter, _ *http.Request) {
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
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b")
			progress, _ := monotonic(t)
			got, err := newClient(t, cfg).DownloadBackup(t.Context(), velneo.NewSecret(cfg.URL+"/b"), file, progress)
			require.NoError(t, err)
			checkFile(t, file, got, content)
			assert.Equal(t, 3, *requests)
		})
	}
}

// A rest that was not requested, because there is no ETag, is not joined either,
// even if its numbers fit.
func TestDownloadBackup_UnrequestedRestStartsOver(t *testing.T) {
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
	require.NoError(t, err)
	checkFile(t, file, got, after)
}

// A range that ends early, as HTTP allows, is not the end of the file.
func TestDownloadBackup_ShortRangesContinue(t *testing.T) {
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
	require.NoError(t, err)
	checkFile(t, file, got, content)
	assert.Equal(t, 5, requests)
}

// A download from a server that never sends a complete backup ends.
func TestDownloadBackup_ImpossibleDownloadsEnd(t *testing.T) {
	content := noise(200_000, 1)
	for name, impossible := range map[string]struct {
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
		"a little each time": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"v1"`)
			http.ServeContent(&little{w}, r, "", time.Time{}, bytes.NewReader(content))
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
		t.Run(name, func(t *testing.T) {
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				impossible.handler(w, r)
			}))
			c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
			file := filepath.Join(t.TempDir(), "b")
			progress, _ := monotonic(t)
			_, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, progress)
			var e *velneo.Error
			require.ErrorIs(t, err, impossible.want)
			assert.ErrorAs(t, err, &e)
			assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
			assert.NoFileExists(t, file)
			server.Close()
			assert.Equal(t, impossible.times, requests)
		})
	}
}

// little breaks the connection after a thousand bytes.
type little struct{ http.ResponseWriter }

func (c *little) Write(p []byte) (int, error) {
	_, _ = c.ResponseWriter.Write(p[:1000])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// A part of another link, an incomplete or changed note, a part that is too long:
// nothing of them gets into the file.
func TestDownloadBackup_UnusableParts(t *testing.T) {
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
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b")
			require.NoError(t, os.WriteFile(file+".part", left.part, 0o600))
			require.NoError(t, os.WriteFile(file+".part.json", []byte(left.note), 0o600))
			var first int64 = -1
			got, err := c.DownloadBackup(t.Context(), link, file, func(done, _ int64) {
				if first < 0 {
					first = done
				}
			})
			require.NoError(t, err)
			checkFile(t, file, got, content)
			want := map[string]int64{"good": 50_000, "good, whole": 100_000, "no total": 50_000, "changed": 50_000}[name]
			if name != "changed" && name != "whole, none" {
				assert.Equal(t, want, first, "where it continued")
			}
		})
	}
}

// A process that is killed leaves a part and no file, and the next one continues.
func TestDownloadBackup_KilledProcessContinues(t *testing.T) {
	content := noise(8<<20, 1)
	hold := make(chan struct{})
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, func() io.ReadSeeker {
		return &stopping{Reader: bytes.NewReader(content), at: 6 << 20, hold: hold}
	})
	file := filepath.Join(t.TempDir(), "b")
	child := exec.Command(os.Args[0], "-test.run=^TestDownloadBackup_Child$")
	child.Env = append(os.Environ(), "VELNEO_CHILD=download", "VELNEO_URL="+server.URL, "VELNEO_LINK="+server.BackupLink().Reveal(), "VELNEO_FILE="+file)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	_, err = io.ReadFull(out, make([]byte, len("there")))
	assert.NoError(t, err)
	_ = child.Process.Kill()
	_ = child.Wait()
	close(hold)
	assert.NoFileExists(t, file)
	info, err := os.Stat(file + ".part")
	require.NoError(t, err)
	require.GreaterOrEqual(t, info.Size(), int64(4<<20))
	var first int64 = -1
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, func(done, _ int64) {
		if first < 0 {
			first = done
		}
	})
	require.NoError(t, err)
	checkFile(t, file, got, content)
	assert.Equal(t, info.Size(), first, "where it continued")
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

// TestDownloadBackup_Child is what the tests run in another process.
func TestDownloadBackup_Child(t *testing.T) {
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

func TestDownloadBackup_OneAtATime(t *testing.T) {
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
	_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	require.ErrorIs(t, err, velneo.ErrBusy)
	close(hold)
	got := <-first
	require.NoError(t, got.error)
	checkFile(t, file, got.Download, content)
}

// An error of the files is not taken for one of the server, and ends the call.
func TestDownloadBackup_FileErrors(t *testing.T) {
	content := noise(3<<20, 1)
	for name, change := range map[string]func(file string) error{
		"the part is gone": func(file string) error { return os.Remove(file + ".part") },
		"the name is taken": func(file string) error {
			return errors.Join(os.Mkdir(file, 0o700), os.WriteFile(file+"/x", nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
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
					assert.NoError(t, change(file))
				}
			})
			var e *velneo.Error
			var link *os.LinkError
			require.ErrorAs(t, err, &e, name)
			require.ErrorAs(t, err, &link, "the rename's error: "+name)
			assert.NotErrorIs(t, err, velneo.ErrUnavailable)
			assert.Equal(t, 1, requests)
		})
	}
}

// Somebody removes the part during the download, and another file gets its name:
// that one is not taken for the backup.
func TestDownloadBackup_PartThatWasReplaced(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open file can't be removed")
	}
	for name, content := range map[string][]byte{"whole": noise(3<<20, 1), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			server, c := pair(t, nil)
			server.SetBackup(`"v1"`, serve(content))
			file, done := filepath.Join(t.TempDir(), "b"), false
			_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, func(int64, int64) {
				if !done {
					done = true
					assert.NoError(t, os.Remove(file+".part"))
					assert.NoError(t, os.WriteFile(file+".part", []byte("foreign"), 0o600))
				}
			})
			require.ErrorIs(t, err, velneo.ErrBusy, name)
			assert.NoFileExists(t, file)
			raw, err := os.ReadFile(file + ".part")
			require.NoError(t, err)
			assert.Equal(t, "foreign", string(raw))
		})
	}
}

// The target of a symbolic link is not emptied, written or created; a symbolic
// link in the place of the file itself is replaced.
func TestDownloadBackup_SymbolicLinks(t *testing.T) {
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	note := `{"link":"` + hexSum([]byte(server.BackupLink().Reveal())) + `","etag":"\"v0\"","total":100000}`
	for _, suffix := range []string{".part", ".part.json", ""} {
		for _, dangling := range []bool{false, true} {
			t.Run(fmt.Sprintf("%q, dangling %v", suffix, dangling), func(t *testing.T) {
				dir := t.TempDir()
				file, victim := filepath.Join(dir, "b"), filepath.Join(dir, "victim")
				require.NoError(t, os.WriteFile(file+".part", content[:10], 0o600))
				require.NoError(t, os.WriteFile(file+".part.json", []byte(note), 0o600))
				_ = os.Remove(file + suffix)
				if err := os.Symlink(victim, file+suffix); err != nil {
					t.Skip(err) // Windows wants a right for it
				}
				if !dangling {
					require.NoError(t, os.WriteFile(victim, []byte(note), 0o600))
				}
				got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
				assert.Equal(t, suffix == ".part", err != nil, err)
				if err == nil {
					checkFile(t, file, got, content)
				}
				if dangling {
					assert.NoFileExists(t, victim)
					return
				}
				raw, err := os.ReadFile(victim)
				require.NoError(t, err)
				assert.Equal(t, note, string(raw), suffix)
			})
		}
	}
}

// A failure before the first byte leaves nothing behind.
func TestDownloadBackup_FailureBeforeTheFirstByteLeavesNothing(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Content-Length", "10")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), MaxRetryWait: time.Millisecond})
	file := filepath.Join(t.TempDir(), "b")
	_, err := c.DownloadBackup(t.Context(), velneo.NewSecret(server.URL+"/b"), file, nil)
	require.ErrorIs(t, err, velneo.ErrUnavailable)
	left, err := filepath.Glob(file + "*")
	require.NoError(t, err)
	assert.Empty(t, left)
}

// A note that can't be written ends the call before the first byte, which could
// not be continued from.
func TestDownloadBackup_NoteThatCannotBeWritten(t *testing.T) {
	server, c := pair(t, nil)
	file := filepath.Join(t.TempDir(), "b")
	require.NoError(t, os.Mkdir(file+".part.json", 0o700))
	require.NoError(t, os.WriteFile(file+".part.json/x", nil, 0o600))
	_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	var path *os.PathError
	require.ErrorAs(t, err, &path)
	assert.NotErrorIs(t, err, velneo.ErrUnavailable)
}

func TestDownloadBackup_Cancelled(t *testing.T) {
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
	require.ErrorIs(t, err, context.Canceled)
	info, err := os.Stat(file + ".part")
	require.NoError(t, err)
	assert.GreaterOrEqual(t, info.Size(), int64(1<<20))
	_, err = c.DownloadBackup(ctx, server.BackupLink(), file, nil)
	require.ErrorIs(t, err, context.Canceled, "before anything is read")
}

// Silence ends an attempt, and the part stays.
func TestDownloadBackup_Silence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, velneo.Config{URL: "http://127.0.0.1", Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), HTTPClient: &http.Client{
			Transport: roundTripper(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }),
		}})
		start := time.Now()
		_, err := c.DownloadBackup(t.Context(), velneo.NewSecret("http://127.0.0.1/b"), filepath.Join(t.TempDir(), "b"), nil)
		require.ErrorIs(t, err, velneo.ErrUnavailable)
		took := time.Since(start)
		assert.GreaterOrEqual(t, took, 3*time.Minute, "three attempts of a minute")
		assert.LessOrEqual(t, took, 4*time.Minute)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDownloadBackup_RefusedArguments(t *testing.T) {
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
		t.Run(name, func(t *testing.T) { requireField(t, call(), name) })
	}
	_, err := c.DownloadBackup(t.Context(), server.BackupLink(), "", nil)
	require.ErrorIs(t, err, velneo.ErrInvalid)
	_, err = c.DownloadBackup(t.Context(), server.BackupLink(), dir+"/none/b", nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	c.Close()
	_, err = c.DownloadBackup(t.Context(), server.BackupLink(), dir+"/b", nil)
	require.ErrorIs(t, err, velneo.ErrClosed)
	left, err := filepath.Glob(dir + "/*")
	require.NoError(t, err)
	assert.Empty(t, left)
}

// A gigabyte takes less than 16 MiB of memory.
func TestDownloadBackup_ConstantMemory(t *testing.T) {
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
	require.NoError(t, err)
	want := sha256.New()
	_, _ = io.Copy(want, gigabytes(size))
	assert.Equal(t, velneo.Download{Size: size, SHA256: hex.EncodeToString(want.Sum(nil))}, got)
	t.Logf("grew by %d KiB", (int64(most)-int64(before))>>10)
	assert.NotZero(t, most)
	assert.LessOrEqual(t, most, before+16<<20)
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
