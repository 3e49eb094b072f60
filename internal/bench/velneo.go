package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/velneo"
)

// velneoBackup is the size of the backup that is downloaded; it is made up as
// it is sent.
const velneoBackup = 1 << 30

// velneoCases are one call and one download of 1 GiB, beside others that write
// the file as well and that don't.
func velneoCases() []Case {
	return []Case{
		{
			Name: "velneo: one call", Peer: "net/http",
			Ours: velneoServed(velneoCall), Their: velneoServed(velneoPlainCall),
		},
		{
			Name: "velneo: download of 1 GiB", Peer: "io.Copy into file and SHA-256", Most: 1.11, // 0.9 of its speed
			Ours: velneoServed(velneoDownload), Their: velneoServed(velneoPlainDownload),
		},
		{
			Name: "velneo: download of 1 GiB", Peer: "io.Copy into SHA-256, no file",
			Ours: velneoServed(velneoDownload), Their: velneoServed(velneoPlainHash),
		},
	}
}

// velneoServed runs f beside a service of its own.
func velneoServed(f func(*testing.B, string)) func(*testing.B) {
	return func(b *testing.B) {
		mux := http.NewServeMux()
		mux.HandleFunc("/v1/vserver", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, `{"status_code":200,"status":"running","vrl":"vatp://vserver.example.com:6676","version":"7.12.0"}`)
		})
		mux.HandleFunc("/backup", velneoServeBackup)
		server := httptest.NewServer(mux)
		defer server.Close()
		f(b, server.URL)
	}
}

func velneoServeBackup(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("ETag", `"1"`)
	w.Header().Set("Content-Length", fmt.Sprint(velneoBackup))
	block := make([]byte, 256<<10)
	for sent := 0; sent < velneoBackup; sent += len(block) {
		block[0]++
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func velneoClient(b *testing.B, address string) *velneo.Client {
	c, err := velneo.New(velneo.Config{URL: address + "/v1", Email: "agency@example.com", APIKey: velneo.NewSecret("key"), Session: velneo.NewSecret("session-1")})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func velneoCall(b *testing.B, address string) {
	c := velneoClient(b, address)
	defer c.Close()
	for b.Loop() {
		if _, err := c.VServer(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// velneoPlainCall is the same request and answer without the SDK: signed,
// bounded, decoded.
func velneoPlainCall(b *testing.B, address string) {
	for b.Loop() {
		at := time.Now().Unix()
		params := fmt.Sprintf(`{"session":"session-1","timestamp":%d,"signed":"%s"}`, at, velneo.Sign("session-1", at, "key"))
		body := "method=GET&params=" + url.QueryEscape(params)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/v1/vserver", strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		raw, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
		var v struct {
			StatusCode int `json:"status_code"`
			velneo.VServer
		}
		if err != nil || resp.Body.Close() != nil || json.Unmarshal(raw, &v) != nil || v.StatusCode != 200 || v.Status != velneo.StatusRunning {
			b.Fatal(err, string(raw))
		}
		cancel()
	}
	http.DefaultClient.CloseIdleConnections()
}

func velneoDownload(b *testing.B, address string) {
	c := velneoClient(b, address)
	defer c.Close()
	b.SetBytes(velneoBackup)
	for b.Loop() {
		d, err := c.DownloadBackup(context.Background(), velneo.NewSecret(address+"/backup"), filepath.Join(b.TempDir(), "backup"), func(int64, int64) {})
		if err != nil || d.Size != velneoBackup {
			b.Fatal(d, err)
		}
	}
}

// velneoPlainHash keeps nothing of the bytes but their checksum.
func velneoPlainHash(b *testing.B, address string) {
	b.SetBytes(velneoBackup)
	for b.Loop() {
		resp, err := http.Get(address + "/backup")
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(sha256.New(), resp.Body)
		if err != nil || n != velneoBackup || resp.Body.Close() != nil {
			b.Fatal(n, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// velneoPlainDownload brings the same bytes to the same place, without a way
// to go on after a failure.
func velneoPlainDownload(b *testing.B, address string) {
	b.SetBytes(velneoBackup)
	for b.Loop() {
		file, err := os.Create(filepath.Join(b.TempDir(), "backup"))
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.Get(address + "/backup")
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.MultiWriter(file, sha256.New()), resp.Body)
		if err != nil || n != velneoBackup || resp.Body.Close() != nil || file.Sync() != nil || file.Close() != nil {
			b.Fatal(n, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
