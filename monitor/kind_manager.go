package monitor

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
)

// managerProbe is KindServerManager, the guide's "Server manager API V1": a
// hosting with all its instances. It is a Discoverer.
type managerProbe struct{ m *Monitor }

func (p managerProbe) prepare(t Target) (pl plan, err error) {
	if t.URL == "" && t.Hosting == "" {
		return pl, invalid("target", t.ID, "URL", "is empty, and no Hosting is named to take it from")
	}
	if t.Scope != ScopeHosting && t.Instance == "" {
		return pl, invalid("target", t.ID, "Instance", "is empty: it is the name that the server manager knows")
	}
	if t.URL != "" {
		return p.m.plan(t, formParams)
	}
	pl.opts, err = p.m.options(t, formParams)
	return pl, err
}

// Probe reports on the hosting, or on one instance, from one listing.
func (p managerProbe) Probe(ctx context.Context, t Target) Result { return lookOnce(ctx, p, t) }

func (p managerProbe) look(ctx context.Context, t Target, pl plan) Result {
	res := Result{}
	l, token := p.listing(ctx, t.ID, &t, &pl, &res)
	if l == nil {
		return res
	}
	l.shared(&res)
	switch {
	case l.failed():
	case t.Scope == ScopeHosting:
		l.hosting(&res)
	default:
		p.instance(ctx, t, l, pl, token, &res)
	}
	pl.opts.judgeHealth(&res, p.m.config.Now())
	return res
}

// noList is the detail of a hosting, up or degraded, whose instances are not
// known, and of each of them.
const noList = "the server manager reports no list of instances"

// Discover returns a Target for each instance of the hosting, by name. Their
// IDs are the hosting's with "/" and the name; the rest is the hosting's own.
// Entries that can't be read are left out: the hosting's Result says how many.
func (p managerProbe) Discover(ctx context.Context, hosting Target) ([]Target, error) {
	res := Result{Target: hosting.ID}
	hosting.Scope = ScopeHosting
	pl, err := p.prepare(hosting)
	if err != nil {
		return nil, err
	}
	l, _ := p.listing(ctx, "", &hosting, &pl, &res)
	if l != nil {
		l.shared(&res)
	}
	if l == nil || l.failed() {
		return nil, res.Err()
	}
	if l.instances == nil {
		return nil, nil
	}
	found := make([]Target, 0, len(l.instances))
	for _, name := range slices.Sorted(maps.Keys(l.instances)) {
		t := hosting
		t.Scope, t.Instance, t.Hosting = ScopeInstance, name, hosting.ID
		t.ID = hosting.ID + "/" + name
		t.Labels, t.Params = maps.Clone(hosting.Labels), maps.Clone(hosting.Params)
		found = append(found, t)
	}
	return found, nil
}

// listing returns the listing that a probe is answered from, and the token. It
// completes t and its plan with the hosting's address, and returns nil with the
// verdict in res if there is no way to a listing. id is t's, or empty for a
// discovery.
func (p managerProbe) listing(ctx context.Context, id string, t *Target, pl *plan, res *Result) (*listing, string) {
	if pl.url == nil {
		if err := p.inherit(t, pl); err != nil {
			res.misconfigured(fieldOf(err), err.(*Error).Text)
			return nil, ""
		}
	}
	token, ok := p.m.secret(ctx, *t, res)
	if !ok {
		return nil, ""
	}
	ask := func() *listing { return p.list(ctx, query{kind: t.Kind, url: pl.url, token: token, opts: pl.opts}) }
	key := listingKey{url: t.URL, secret: t.Secret, tls: pl.opts.tls, form: pl.opts.form}
	who := asker{id, t.Interval, p.m.config.Now, id == "" && !inCycle(ctx)}
	l := p.m.listings.share(ctx, key, who, ask)
	if l == nil {
		res.ended(ctx, "waiting for the hosting's listing")
	}
	return l, token
}

// inherit gives an instance without an address that of its hosting.
func (p managerProbe) inherit(t *Target, pl *plan) error {
	hosting, ok := p.m.target(t.Hosting)
	if !ok {
		return invalid("target", t.ID, "Hosting", "is not a known target: neither a Scheduler nor Config.Targets has it")
	}
	t.URL, t.Secret = hosting.URL, hosting.Secret
	if t.Interval == 0 {
		t.Interval = hosting.Interval
	}
	if len(t.Params) == 0 {
		t.Params = hosting.Params
	}
	completed, err := p.m.plan(*t, formParams)
	if err == nil {
		*pl = completed
	}
	return err
}

// list fetches a listing: one document, or for the form with actions the
// server's figures and the names.
func (p managerProbe) list(ctx context.Context, q query) *listing {
	l := &listing{at: p.m.config.Now(), form: q.opts.form}
	d := p.m.ask(ctx, q, &l.result)
	if d == nil {
		return l
	}
	if l.length = l.result.HTTP.BodyBytes; l.form == "" {
		l.form = d.form()
	}
	l.result.Disk = d.space()
	switch l.form {
	case FormServerManager:
		l.take(d.Instances)
	case FormServerActions:
		p.names(ctx, q, l)
	default:
		l.result.down(ReasonBadPayload, "the document is not a server manager's")
	}
	if len(l.instances) > MaxInstances {
		l.instances = nil
		l.result.down(ReasonTooLarge, fmt.Sprintf("more than %d instances", MaxInstances))
	}
	return l
}

// names asks for the list of instances.
func (p managerProbe) names(ctx context.Context, q query, l *listing) {
	own := Result{}
	q.url = withAction(q.url, "get-all-instance", "")
	a := p.m.askText(ctx, q, &own)
	l.result.Phases.add(own.Phases)
	if a == nil {
		l.result.Status, l.result.Reason, l.result.Detail = own.Status, own.Reason, own.Detail
		return
	}
	names, ok := parseNames(a.body)
	if !ok {
		p.m.refused(a, &l.result)
		return
	}
	l.take(names)
}

// take takes a list over, or says why it is none. One that is absent or null is
// nobody to watch, and not known to be empty.
func (l *listing) take(list instances) {
	l.instances, l.unread = list.byName, list.unread
	switch {
	case list.present && !list.isList:
		l.result.down(ReasonBadPayload, "what the server manager reports as its instances is not a list")
	case len(list.byName) == 0 && list.unread > 0, list.unread > MaxInstances:
		l.result.down(ReasonBadPayload, fmt.Sprintf("%d entries of the list of instances, and none or few others, can't be read", list.unread))
	}
}

// partly degrades a result for a list that could not be read as a whole.
func (l *listing) partly(res *Result) {
	res.Status = StatusUp
	res.degrade(ReasonBadPayload, fmt.Sprintf("%d of the list's %d entries can't be read", l.unread, l.unread+len(l.instances)))
}

// withAction is the manager's address for one of its questions.
func withAction(u *url.URL, action, instance string) *url.URL {
	asked := *u
	dropParams(&asked, "action", "instance_name")
	if asked.RawQuery != "" {
		asked.RawQuery += "&"
	}
	asked.RawQuery += "action=" + action
	if instance != "" {
		asked.RawQuery += "&instance_name=" + url.QueryEscape(instance)
	}
	return &asked
}

// instance reports on one instance: from the listing where that has it all, else
// with one question of its own.
func (p managerProbe) instance(ctx context.Context, t Target, l *listing, pl plan, token string, res *Result) {
	res.Disk = nil
	entry, listed := l.instances[t.Instance]
	switch {
	case l.instances == nil:
		res.Status, res.Reason, res.Detail = StatusUnknown, ReasonBadPayload, noList
		return
	case !listed && l.unread > 0:
		l.partly(res)
		res.Status, res.Detail = StatusUnknown, res.Detail+"; this instance may be among them"
		return
	case !listed:
		res.down(ReasonBadPayload, "the server manager no longer lists this instance")
		return
	}
	if l.form == FormServerManager {
		d := entry.record(t.Instance)
		l.one(&d, res)
		return
	}
	*res = Result{}
	u := withAction(pl.url, "get-info-instance", t.Instance)
	asked := p.m.ask(ctx, query{kind: t.Kind, url: u, token: token, opts: pl.opts}, res)
	if asked == nil {
		return
	}
	asked.Name = word(t.Instance)
	l.one(&asked.record, res)
}

// one takes over what is known of an instance.
func (l *listing) one(d *record, res *Result) {
	res.Instance = d.instance(l.form)
	res.Disk = &res.Instance.Disk
	switch {
	case d.Error != "":
		res.down(ReasonBadPayload, "the server manager reports: "+string(d.Error))
	case d.Dolibarr.Version == "":
		res.down(ReasonBadPayload, "the document does not describe a Dolibarr")
	default:
		res.Status = StatusUp
	}
}

// What a Result keeps of one instance and of one module, in bytes, its texts
// included where they are short.
const (
	instanceBytes = 512
	moduleBytes   = 128
)

// mostBytes is what an answer may take in memory: sixteen times its length.
// Small answers may take more, up to what names alone make of MaxInstances.
func mostBytes(length int64) int64 { return max(16*length, 8<<20) }

// hosting takes over what is known of the hosting and all on it.
func (l *listing) hosting(res *Result) {
	if res.Status = StatusUp; l.unread > 0 {
		l.partly(res)
	}
	if l.instances == nil {
		res.Detail = cmp.Or(res.Detail, noList)
		return
	}
	res.Instances = make([]Instance, 0, len(l.instances))
	size := int64(0)
	for _, name := range slices.Sorted(maps.Keys(l.instances)) {
		d := l.instances[name].record(name)
		i := d.instance(l.form)
		res.Instances = append(res.Instances, *i)
		if size += instanceBytes + moduleBytes*int64(len(i.Modules)); size > mostBytes(l.length) {
			res.Instances = nil
			res.down(ReasonTooLarge, "the list of instances takes too much memory for its length")
			return
		}
	}
}

// shared gives res what the listing's own exchange found, as copies: each
// Result is its owner's to change.
func (l *listing) shared(res *Result) {
	target := res.Target
	*res = l.result
	res.Target, res.ObservedAt = target, l.at
	res.HTTP, res.Certificate, res.Disk = copied(res.HTTP), copied(res.Certificate), copied(res.Disk)
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

func (l *listing) failed() bool { return l.result.Reason != "" }

// add sums up the phases of two exchanges.
func (p *Phases) add(q Phases) {
	p.DNS += q.DNS
	p.Connect += q.Connect
	p.TLS += q.TLS
	p.FirstByte += q.FirstByte
	p.Transfer += q.Transfer
}
