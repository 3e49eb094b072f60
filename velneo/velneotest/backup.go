package velneotest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hebergo/hebergo/velneo"
)

// backup is what a download serves.
type backup struct {
	etag    string
	content func() io.ReadSeeker
	made    int
}

const backupPath = "/backups/"

// defaultBackup is half a megabyte of lines.
func defaultBackup() backup {
	content := []byte(strings.Repeat("a line of the backup that velneotest makes up..\n", 10923))
	return backup{etag: `"velneotest-1"`, content: func() io.ReadSeeker { return bytes.NewReader(content) }}
}

// SetBackup sets the backup for later downloads. The ETag is sent as given,
// with quotes, or not sent if it is empty. content is called for each download
// and returns the whole backup.
func (s *Server) SetBackup(etag string, content func() io.ReadSeeker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.backup.etag, s.backup.content = etag, content
}

// BackupLink returns the link of a backup, without a call to Backup.
func (s *Server) BackupLink() velneo.Secret {
	return velneo.NewSecret(strings.TrimSuffix(s.URL, "/v1") + backupPath + "0?token=open-sesame")
}

// link makes the next link.
func (b *backup) link(r *http.Request) string {
	b.made++
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s%s%d?token=open-sesame", scheme, r.Host, backupPath, b.made)
}

func isBackup(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, backupPath) }

// serveBackup serves ranges, If-Range included.
func (s *Server) serveBackup(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	fault := s.takeFault(Call{Verb: r.Method, Resource: "backup"})
	etag, content := s.backup.etag, s.backup.content
	s.mu.Unlock()
	if r.URL.Query().Get("token") != "open-sesame" {
		http.NotFound(w, r)
		return
	}
	if fault != nil && fault.Cut == 0 {
		fault.show(w, r)
		return
	}
	if fault != nil {
		w = &cutter{ResponseWriter: w, left: fault.Cut, before: fault.Before}
	}
	if etag != "" {
		w.Header().Set("ETag", etag)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, content())
}

// cutter breaks the connection in the middle of an answer.
type cutter struct {
	http.ResponseWriter
	left   int64
	before func()
}

func (c *cutter) Write(p []byte) (int, error) {
	if int64(len(p)) < c.left {
		c.left -= int64(len(p))
		return c.ResponseWriter.Write(p)
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	if c.before != nil {
		c.before()
	}
	panic(http.ErrAbortHandler)
}
