package monitor

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// HashWindow is the maximum difference between the clocks of both sides: an
// observer refuses a hash whose time differs by more, either way (captured).
const HashWindow = 180 * time.Second

// ObserverHash returns the hash that the connectors require together with the
// time in Unix seconds: the MD5 of token and time as 32 hexadecimal digits. It
// gives access to the observer for HashWindow, so keep it out of logs.
func ObserverHash(token string, at time.Time) string {
	sum := md5.Sum([]byte(token + strconv.FormatInt(at.Unix(), 10)))
	return hex.EncodeToString(sum[:])
}

// observerProbe is KindServerObserver, the guide's "Server observer API V1".
type observerProbe struct{ m *Monitor }

func (p observerProbe) prepare(t Target) (plan, error) { return p.m.plan(t, formParams) }

// Probe requests the document of an observer. HTTP 200 alone means nothing,
// because the connectors also use it for errors.
func (p observerProbe) Probe(ctx context.Context, t Target) Result { return lookOnce(ctx, p, t) }

func (p observerProbe) look(ctx context.Context, t Target, pl plan) Result {
	res, opts := Result{}, pl.opts
	token, ok := p.m.secret(ctx, t, &res)
	if !ok {
		return res
	}
	d := p.m.ask(ctx, query{kind: t.Kind, url: pl.url, token: token, opts: opts}, &res)
	if d != nil {
		d.observed(t, opts.form, &res)
	}
	opts.judgeHealth(&res, p.m.config.Now())
	return res
}

// observed takes an observer's document over into res.
func (d *document) observed(t Target, form Form, res *Result) {
	if form == "" {
		form = d.form()
	}
	if d.Dolibarr.Version == "" {
		res.down(ReasonBadPayload, "the document does not describe a Dolibarr")
		return
	}
	res.Status = StatusUp
	res.Instance = d.instance(form)
	if d.Error != "" {
		res.degrade(ReasonBadPayload, "the observer reports: "+string(d.Error))
	}
	res.Disk = &res.Instance.Disk
	if used := d.Server.Used.human(); t.Scope == ScopeHosting && used.Known {
		disk := res.Instance.Disk
		disk.Used = used
		res.Disk = &disk
	}
}

// ask signs a question to a connector, sends it and finds the document in the
// answer. It returns nil with the verdict in res if there is none.
func (m *Monitor) ask(ctx context.Context, q query, res *Result) *document {
	a := m.askText(ctx, q, res)
	if a == nil {
		return nil
	}
	d, ok := parseDocument(a.body)
	if !ok {
		m.refused(a, res)
		return nil
	}
	return d
}

// askText is ask for any answer with an accepted status.
func (m *Monitor) askText(ctx context.Context, q query, res *Result) *answer {
	q.keep = true
	if q.token != "" {
		q.sign(m.config.Now())
	}
	a := m.fetch(ctx, q, res)
	if a == nil || q.opts.accepts(res.HTTP.Status) {
		return a
	}
	reason := ReasonHTTPStatus
	if s := res.HTTP.Status; s == http.StatusUnauthorized || s == http.StatusForbidden {
		reason = ReasonAuth
	}
	res.down(reason, "HTTP status "+strconv.Itoa(res.HTTP.Status))
	return nil
}

// refused is the verdict of a connector's answer without a document. A clock
// that is wrong explains most hashes that are.
func (m *Monitor) refused(a *answer, res *Result) {
	reason, detail := refusal(a.body)
	if at, err := http.ParseTime(a.header.Get("Date")); err == nil && bytes.Contains(a.body, []byte("Invalid hash")) {
		if ahead := at.Sub(m.config.Now()); ahead.Abs() > HashWindow {
			detail = fmt.Sprintf("the observer refused the hash: its clock and ours differ by %v", ahead.Abs().Round(time.Second))
		}
	}
	res.refused(reason, detail)
}

// sign puts hash and time into the question's address.
func (q *query) sign(at time.Time) {
	q.hash = ObserverHash(q.token, at)
	signed := *q.url
	dropParams(&signed, "hash", "time")
	if signed.RawQuery != "" {
		signed.RawQuery += "&"
	}
	signed.RawQuery += "hash=" + q.hash + "&time=" + strconv.FormatInt(at.Unix(), 10)
	q.url = &signed
}
