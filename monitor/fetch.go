package monitor

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// Request is the request of a program's own Probe to Monitor.Fetch.
type Request struct {
	URL string // default: the Target's

	// Header is sent only to the URL's own host: it may hold credentials, and a
	// redirect to another host drops all of it.
	Header http.Header
}

// Fetch sends a GET as the package's own probes do: through the guard, over a
// new connection, following redirects and with a limit on the response. It
// applies those of t's Params that all HTTP kinds have and leaves the others to
// the caller. It returns the response body if the Result is up or degraded; any
// other Result says what went wrong. The request is never retried, and ends
// within t's timeout.
func (m *Monitor) Fetch(ctx context.Context, t Target, r Request) (Result, []byte) {
	res := Result{}
	t.URL = cmp.Or(r.URL, t.URL)
	t.Params = only(t.Params, fetchParams)
	switch {
	case ctx == nil:
		res.misconfigured("ctx", "is nil")
		return res, nil
	case m.closed.Load():
		res.Reason, res.Detail = ReasonCanceled, closedDetail
		return res, nil
	}
	pl, err := m.plan(t, fetchParams)
	if err != nil {
		return refusedTarget(err), nil
	}
	ctx, cancel := context.WithTimeout(ctx, t.EffectiveTimeout())
	defer cancel()
	a := m.fetch(ctx, query{kind: t.Kind, url: pl.url, header: r.Header, opts: pl.opts, keep: true}, &res)
	pl.opts.judgeStatus(&res)
	if res.Status != StatusUp {
		return res, nil
	}
	pl.opts.judgeHealth(&res, m.config.Now())
	return res, a.body
}

// only returns those of the options that are named.
func only(params map[string]string, names []string) map[string]string {
	kept := make(map[string]string, len(params))
	for name, value := range params {
		if slices.Contains(names, name) {
			kept[name] = value
		}
	}
	return kept
}

// query is one question to a peer.
type query struct {
	kind   Kind // of the Target
	url    *url.URL
	header http.Header // for the first host alone
	hash   string      // the credential in the URL's query, if there is one
	token  string      // the Target's secret, of which hash or header is made
	opts   *options
	keep   bool // the body is wanted, not only its length

	cookies cookies  // of the hops so far
	left    []string // secrets that were left behind
	asked   *url.URL // the first address, once it was asked
}

func (q *query) hasCredentials() bool { return q.hash != "" || len(q.header) > 0 }

// answer is what came last, whatever its status.
type answer struct {
	header http.Header
	body   []byte // nil unless it was kept
}

// fetch sends q, follows redirects and reads the answer within bounds. res
// gets what was seen, and a verdict if the exchange itself failed; then nil is
// returned. Judging the answer is the caller's.
func (m *Monitor) fetch(ctx context.Context, q query, res *Result) *answer {
	q.asked = q.url
	f := newFlight(ctx, q.kind)
	rt := m.transports[transportKey{q.opts.tls, q.opts.reuse}]
	for hops := 0; ; hops++ {
		start, before := time.Now(), res.HTTP
		a, followed := m.hop(f, rt, &q, hops, res)
		m.attempted(f, &q, Attempt{Number: hops + 1, Start: start}, res, outcome{a, followed, res.HTTP != before})
		if !followed {
			return a
		}
	}
}

// hop sends one request. It returns the answer if that is the last, nil with
// the verdict in res if there is none, or followed after it has moved q on to
// where the answer redirects.
func (m *Monitor) hop(f *flight, rt *http.Transport, q *query, hops int, res *Result) (a *answer, followed bool) {
	resp, err := m.send(f, rt, q)
	if err != nil {
		m.broke(f, q, err, res)
		return nil, false
	}
	f.answered(q, resp, hops, res)
	next := redirect(resp, q.url)
	if next == nil || q.opts.redirects == 0 {
		return m.finish(f, resp, q, res), false
	}
	_ = resp.Body.Close()
	q.cookies.take(q.url, resp)
	if hops >= q.opts.redirects {
		res.Phases, _ = f.report()
		res.down(ReasonHTTPStatus, fmt.Sprintf("more than %d redirects", q.opts.redirects))
		return nil, false
	}
	if text := q.follow(next, res); text != "" {
		res.Phases, _ = f.report()
		res.down(ReasonBlocked, text)
		return nil, false
	}
	return nil, true
}

func (m *Monitor) send(f *flight, rt *http.Transport, q *query) (*http.Response, error) {
	header := make(http.Header, len(q.header)+2)
	for name, values := range q.header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	if values := q.cookies.header(q.url, header["Cookie"]); values != nil {
		header["Cookie"] = values
	}
	header["User-Agent"] = m.userAgent
	if header["Accept"] == nil {
		header["Accept"] = anything
	}
	f.begin()
	req := &http.Request{
		Method: http.MethodGet, URL: q.url, Host: q.url.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	return rt.RoundTrip(req.WithContext(f.traced))
}

var anything = []string{"*/*"}

// broke ends a probe whose exchange failed.
func (m *Monitor) broke(f *flight, q *query, err error, res *Result) {
	phases, doing := f.report()
	res.Phases = phases
	var blocked *blockedError
	if errors.As(err, &blocked) && f.reached() { // a name with several addresses: some are public, and don't answer
		res.down(ReasonConnect, "no connection; the name also leads to "+blocked.Error())
		return
	}
	res.failed(f, err, doing, q.secrets()...)
}

// answered notes what is known of an answer whose header has come.
func (f *flight) answered(q *query, resp *http.Response, hops int, res *Result) {
	dropped := res.HTTP != nil && res.HTTP.DroppedSecret
	f.mu.Lock()
	remote := f.remote.String()
	f.mu.Unlock()
	res.Reachable = true
	res.HTTP = &HTTP{
		Status: resp.StatusCode, Proto: resp.Proto, URL: q.bareURL(hops), Redirects: hops, RemoteAddr: remote,
		ContentType:   redact.Clean(resp.Header.Get("Content-Type"), 100),
		ContentLength: resp.ContentLength, DroppedSecret: dropped,
	}
	if modified := resp.Header.Get("Last-Modified"); modified != "" {
		res.HTTP.LastModified, _ = http.ParseTime(modified)
	}
	if resp.TLS != nil {
		res.Certificate = newCertificate(resp.TLS, redact.NewScrubber(q.secrets()...))
	}
}

// bareURL is the address in a form fit to show: without the query, which may
// hold the hash, and without what a redirect has put into the rest.
func (q *query) bareURL(hops int) string {
	path := q.url.EscapedPath()
	if q.hash != "" && holds(path, q.hash) {
		path = "/" + redact.Redacted
	}
	bare := q.url.Scheme + "://" + q.url.Host + path
	if hops > 0 {
		return redact.NewScrubber(q.secrets()...).Line(bare, 500)
	}
	return redact.Clean(bare, 500)
}

// finish reads the last answer.
func (m *Monitor) finish(f *flight, resp *http.Response, q *query, res *Result) *answer {
	defer func() { _ = resp.Body.Close() }()
	limit := m.config.MaxResponseBytes
	body, n, err := read(resp, limit, q.keep)
	var transfer time.Duration
	f.next(&transfer, "reading the answer")
	res.HTTP.BodyBytes = min(n, limit)
	if err != nil {
		m.broke(f, q, err, res)
		res.Phases.Transfer = transfer
		return nil
	}
	res.Phases, _ = f.report()
	res.Phases.Transfer = transfer
	if n > limit {
		res.down(ReasonTooLarge, fmt.Sprintf("answer longer than %d bytes", limit))
		return nil
	}
	return &answer{resp.Header, body}
}

// read takes in at most limit+1 bytes. A length that the peer only claims
// reserves no more than a page's worth of memory.
func read(resp *http.Response, limit int64, keep bool) ([]byte, int64, error) {
	bounded := io.LimitReader(resp.Body, limit+1)
	if !keep {
		n, err := io.Copy(io.Discard, bounded)
		return nil, n, err
	}
	var buf bytes.Buffer
	if n := min(resp.ContentLength, limit, 64<<10); n > 0 {
		buf.Grow(int(n) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(bounded)
	return buf.Bytes(), n, err
}
