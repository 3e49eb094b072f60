package monitor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// statusPath is where Dolibarr's REST API reports its status.
const statusPath = "/api/index.php/status"

// dolibarrProbe is KindDolibarr: Dolibarr's own REST status, with the key of a
// user in DOLAPIKEY. It knows version and lock, not the disk.
type dolibarrProbe struct{ m *Monitor }

func (p dolibarrProbe) prepare(t Target) (plan, error) {
	pl, err := p.m.plan(t, fetchParams)
	if err == nil {
		pl.url = statusURL(pl.url)
	}
	return pl, err
}

// Probe asks for the status.
func (p dolibarrProbe) Probe(ctx context.Context, t Target) Result { return lookOnce(ctx, p, t) }

func (p dolibarrProbe) look(ctx context.Context, t Target, pl plan) Result {
	res, opts := Result{}, pl.opts
	key, ok := p.m.secret(ctx, t, &res)
	if !ok {
		return res
	}
	q := query{kind: t.Kind, url: pl.url, token: key, opts: opts, keep: true}
	if key != "" {
		q.header = http.Header{"Dolapikey": {key}, "Accept": {"application/json"}}
	}
	a := p.m.fetch(ctx, q, &res)
	if a != nil {
		readStatus(a, opts, &res)
	}
	opts.judgeHealth(&res, p.m.config.Now())
	return res
}

// statusURL completes the address of a Dolibarr to that of its status.
func statusURL(of *url.URL) *url.URL {
	u := *of
	if !strings.HasSuffix(u.Path, "/status") {
		u.Path = strings.TrimRight(u.Path, "/") + statusPath
		u.RawPath = ""
	}
	return &u
}

// readStatus reads {"success":{"code":200,"dolibarr_version":…,"access_locked":…}}.
// access_locked is "0", or the one login that may enter; older Dolibarrs don't
// report it.
func readStatus(a *answer, opts *options, res *Result) {
	var d struct {
		Success struct {
			Code    text    `json:"code"`
			Version release `json:"dolibarr_version"`
			Locked  lock    `json:"access_locked"`
		} `json:"success"`
	}
	status := res.HTTP.Status
	err := lenient(json.Unmarshal(a.body, &d))
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		res.refused(ReasonAuth, "Dolibarr refused the API key")
	case !opts.accepts(status):
		opts.judgeStatus(res)
	case err != nil || d.Success.Version == "":
		res.refused(ReasonBadPayload, "not the status of a Dolibarr")
	case d.Success.Code != "" && d.Success.Code != "200":
		res.refused(ReasonBadPayload, "Dolibarr answers with code "+string(d.Success.Code))
	default:
		res.Status = StatusUp
		res.Instance = &Instance{Version: string(d.Success.Version), Form: FormDolibarr,
			LockedBy: string(d.Success.Locked.by), LockUnknown: !d.Success.Locked.known}
		if d.Success.Locked.on {
			res.degrade(ReasonLocked, "access is locked to one login")
		}
	}
}

// lock is whether access is locked, and to whom.
type lock struct {
	truth
	by text
}

func (l *lock) UnmarshalJSON(data []byte) error {
	*l = lock{}
	switch string(data) {
	case `""`, "null": // not what Dolibarr writes
		return nil
	case "false", "0", `"0"`:
		l.known = true
		return nil
	case "true":
		*l = lock{truth{true, true}, "true"}
		return nil
	}
	if err := l.by.UnmarshalJSON(data); err != nil {
		return err
	}
	l.truth = truth{l.by != "", l.by != ""}
	return nil
}
