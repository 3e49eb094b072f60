package monitor

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// urlProbe is KindURL, the guide's "simple appel d'url".
type urlProbe struct{ m *Monitor }

func (p urlProbe) prepare(t Target) (plan, error) { return p.m.plan(t, urlParams) }

// Probe requests the page. It is up if the last status is accepted and all
// assertions hold. A page above the size limit is degraded if no assertion
// needs to read it, since the target responds.
func (p urlProbe) Probe(ctx context.Context, t Target) Result { return lookOnce(ctx, p, t) }

func (p urlProbe) look(ctx context.Context, t Target, pl plan) Result {
	res, opts := Result{}, pl.opts
	secret, ok := p.m.secret(ctx, t, &res)
	if !ok {
		return res
	}
	q := query{kind: t.Kind, url: pl.url, token: secret, opts: opts, keep: opts.readsBody()}
	if secret != "" {
		q.header = http.Header{"Authorization": {"Bearer " + secret}}
	}
	a := p.m.fetch(ctx, q, &res)
	if res.Reason == ReasonTooLarge && res.HTTP != nil && !q.keep && opts.accepts(res.HTTP.Status) {
		res.Status = StatusDegraded
	}
	opts.judgeStatus(&res)
	if res.Status == StatusUp {
		opts.judgeBody(a, &res)
	}
	opts.judgeHealth(&res, p.m.config.Now())
	return res
}

func (o *options) readsBody() bool { return o.body != nil || o.notBody != nil || len(o.json) > 0 }

// judgeBody holds the assertions against an answer.
func (o *options) judgeBody(a *answer, res *Result) {
	for _, rule := range o.headers {
		if !rule.pattern.MatchString(strings.Join(a.header.Values(rule.name), ", ")) {
			res.down(ReasonAssertion, "header "+rule.name+" does not match")
			return
		}
	}
	switch {
	case o.body != nil && !o.body.Match(a.body):
		res.down(ReasonAssertion, "the body does not match")
	case o.notBody != nil && o.notBody.Match(a.body):
		res.down(ReasonAssertion, "the body matches what it must not")
	case len(o.json) > 0:
		o.judgeJSON(a.body, res)
	}
}

func (o *options) judgeJSON(body []byte, res *Result) {
	var doc json.RawMessage // no more: what a list of nothings takes once it is decoded is a multiple of its length
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&doc); err != nil {
		res.down(ReasonBadPayload, "the body is not JSON")
		return
	}
	for _, rule := range o.json {
		value, found := lookup(doc, rule.path)
		if !found {
			res.down(ReasonAssertion, "JSON has no "+rule.path)
			return
		}
		if rule.want != "" && value != rule.want {
			res.down(ReasonAssertion, "JSON "+rule.path+" is not "+rule.want)
			return
		}
	}
}

// lookup follows a path such as "db.0.state" and returns the text of what is
// there; null, an object and a list are there, but have none.
func lookup(doc []byte, path string) (text string, found bool) {
	for step := range strings.SplitSeq(path, ".") {
		switch {
		case len(doc) > 0 && doc[0] == '{':
			doc, found = member(doc, step)
		case len(doc) > 0 && doc[0] == '[':
			doc, found = element(doc, step)
		default:
			return "", false
		}
		if !found {
			return "", false
		}
	}
	switch doc[0] {
	case '"':
		return unquoted(doc), true
	case '{', '[', 'n':
		return "", true
	}
	return string(doc), true
}

// element returns the value at a place in a list.
func element(list []byte, step string) (value []byte, found bool) {
	place, err := strconv.Atoi(step)
	if err != nil || place < 0 {
		return nil, false
	}
	each(list, func(_, v []byte) bool {
		if found = place == 0; found {
			value = v
		}
		place--
		return !found
	})
	return value, found
}
