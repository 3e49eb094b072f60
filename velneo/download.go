package velneo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// Download is the result of a complete download.
type Download struct {
	Size   int64  // bytes
	SHA256 string // of the whole file, 64 hexadecimal digits, as sha256sum prints them
}

const downloading = "backup download"

// Bounds on retries.
const (
	maxRestarts = 3        // of one download; after them the backup keeps changing
	minProgress = 64 << 10 // bytes after which the count of attempts starts again
)

// DownloadBackup downloads a backup from the link that Backup returned. It
// replaces file only when the backup is complete. It needs no session and sends
// no cookie and no signature, only the link. It uses constant memory, and the
// size is limited only by the disk.
//
// Bytes are written to file.part, and a description of the backup that they
// belong to is written to file.part.json. Both survive a failure and the end of
// the process: the next call with the same link and file continues where the
// last one stopped, and so does this call when a connection breaks. To
// continue, the server must send a strong ETag; with a weak one or none, or
// when the backup has changed, the download starts over. Existing bytes are
// read again for the checksum. After a power failure remove the part, because
// bytes may be missing from it.
//
// Two calls must not share a file: on Unix the second one fails with ErrBusy.
// On every system, a call whose part was removed and replaced fails with
// ErrBusy. Symbolic links are not followed: a link at file is replaced, a link
// at the part is refused. On Unix a part with a second name (a hard link) or
// another owner is refused as well, and such a file.part.json is ignored.
//
// progress may be nil. It is called with the number of bytes downloaded so far
// and the total size, or -1 if the server does not send it: at the start, about
// once per megabyte and at the end. done never decreases: if the download
// starts over, progress is not called until it has caught up.
//
// The link must be https, or http where Config allows that for the service
// itself. A redirect is followed if Config.DownloadRedirects is set; otherwise
// it is an ErrProtocol that names the host. Each attempt ends after 60 s
// without a byte, or after DownloadClient's Timeout. The files are readable
// only by their owner. ErrNotFound or ErrForbidden means that the link has
// expired, ErrConflict that the backup kept changing. A file error, such as a
// full disk, is in the chain of the error.
func (c *Client) DownloadBackup(ctx context.Context, link Secret, file string, progress func(done, total int64)) (Download, error) {
	if err := c.ready(downloading, ctx); err != nil {
		return Download{}, err
	}
	u, err := c.checkLink(link.Reveal())
	if err != nil {
		return Download{}, err
	}
	p, err := openPart(ctx, file, link.Reveal(), progress)
	if err != nil {
		return Download{}, err
	}
	defer p.close()
	if err := c.fetch(ctx, u, p); err != nil {
		return Download{}, err
	}
	return p.finish(file)
}

// checkLink parses the link. Its error does not repeat it.
func (c *Client) checkLink(link string) (*url.URL, error) {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return nil, invalid(downloading, "link", "is not an absolute URL")
	}
	if problem := c.badTarget(u); problem != "" {
		return nil, invalid(downloading, "link", problem)
	}
	return u, nil
}

// badTarget returns why a backup must not be fetched from u, or "".
func (c *Client) badTarget(u *url.URL) string {
	switch {
	case u.User != nil:
		return "holds credentials"
	case u.Scheme == "https", u.Scheme == "http" && c.config.AllowHTTP:
		return ""
	case u.Scheme == "http" && c.base.Scheme == "http" && transport.IsLoopback(u.Hostname()):
		return ""
	}
	return "is not https"
}

// fetch downloads what the part lacks.
func (c *Client) fetch(ctx context.Context, link *url.URL, p *part) error {
	t := &target{client: c, link: link, now: link, hide: linkSecrets(link)}
	op := transport.Op{Name: downloading, Repeatable: true, Receive: p.receive, Redirect: t.redirect, Scrub: t.scrub}
	build := func(ctx context.Context) (*http.Request, error) { return p.request(ctx, t.now.String()) }
	for restarts := 0; !p.complete(); {
		before := p.high
		resp, err := c.download.Do(ctx, op, build)
		if t.followed() {
			continue
		}
		t.reset()
		switch {
		case p.failure != nil:
			return local(p.failure)
		case p.stale || err == nil && resp.Status == http.StatusRequestedRangeNotSatisfiable && p.size > 0:
			if restarts++; restarts > maxRestarts {
				return changing()
			}
			if err := p.reset(); err != nil {
				return local(err)
			}
		case err != nil && isLost(err) && p.high-before >= minProgress:
			// continue from there
		case err != nil:
			return failed(downloading, err)
		case resp.Status >= 400:
			return failed(downloading, resp.StatusError(op))
		}
	}
	return nil
}

func isLost(err error) bool { return errors.Is(err, condition.ErrUnavailable) }

func changing() error {
	return &Error{Operation: downloading, text: "the backup keeps changing during the download", conditions: []error{ErrConflict}}
}

// local wraps an error of this machine's files.
func local(err error) error {
	return &Error{Operation: downloading, text: err.Error(), cause: err}
}

// request asks for what is missing, on the condition that the backup has not
// changed.
func (p *part) request(ctx context.Context, link string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "identity") // so that lengths and ranges are the file's
	if p.size > 0 && p.ETag != "" {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(p.size, 10)+"-")
		req.Header.Set("If-Range", p.ETag)
	}
	return req, nil
}

// receive reads the body of a success: the whole backup or the rest.
func (p *part) receive(hr *http.Response) error {
	if encoding := hr.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return protocol("the server compressed the file although it was not asked to")
	}
	switch hr.StatusCode {
	case http.StatusOK:
		if endsWithConnection(hr) {
			return protocol("the answer has no length")
		}
		if err := p.begin(strongETag(hr.Header.Get("ETag")), hr.ContentLength); err != nil {
			return p.fail(err)
		}
		return p.copy(hr.Body)
	case http.StatusPartialContent:
		total, ok := p.continues(hr)
		if !ok {
			p.stale = true
			return protocol("the answer is not the rest that was asked for")
		}
		p.Total = total
		return p.copy(hr.Body)
	}
	return protocol(fmt.Sprintf("HTTP %d instead of a file", hr.StatusCode))
}

func protocol(text string) error { return transport.NewError(condition.ErrProtocol, text) }

// endsWithConnection reports whether the body ends where the connection does, as
// in HTTP/1.0: a lost connection would look like the end.
func endsWithConnection(hr *http.Response) bool {
	return hr.ContentLength < 0 && hr.ProtoMajor < 2 && len(hr.TransferEncoding) == 0
}

// continues reports whether a 206 is the rest of the part. The status is not
// enough: the range must have been asked for, begin where the part ends,
// reach to the end of a file of the same size, and come from the same ETag.
func (p *part) continues(hr *http.Response) (total int64, ok bool) {
	first, last, total, ok := parseContentRange(hr.Header.Get("Content-Range"))
	return total, ok && p.size > 0 && p.ETag != "" && first == p.size && last == total-1 &&
		(p.Total < 0 || p.Total == total) &&
		(hr.ContentLength < 0 || hr.ContentLength == total-first) &&
		hr.Header.Get("ETag") == p.ETag
}

// parseContentRange reads "bytes 5-9/10", all numbers known.
func parseContentRange(value string) (first, last, total int64, ok bool) {
	unit, rest, _ := strings.Cut(value, " ")
	span, size, _ := strings.Cut(rest, "/")
	from, to, _ := strings.Cut(span, "-")
	for text, n := range map[string]*int64{from: &first, to: &last, size: &total} {
		v, err := strconv.ParseUint(text, 10, 63)
		if err != nil {
			return 0, 0, 0, false
		}
		*n = int64(v)
	}
	return first, last, total, strings.EqualFold(unit, "bytes") && first <= last && last < total
}

// maxETag bounds the ETag that is kept and sent back.
const maxETag = 1 << 10

// strongETag returns the tag if a range may depend on it, else "".
func strongETag(tag string) string {
	if len(tag) < 2 || len(tag) > maxETag || tag[0] != '"' || tag[len(tag)-1] != '"' || !isText(tag) {
		return ""
	}
	return tag
}
