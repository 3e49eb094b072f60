package monitor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// statusPath is where Dolibarr's REST API tells how it is.
const statusPath = "/api/index.php/status"

// dolibarrProbe is KindDolibarr: Dolibarr's own REST status, with the key of a
// user in DOLAPIKEY. It knows version and lock, not the disk.
type dolibarrProbe struct{ m *Monitor }

func (p dolibarrProbe) check(t Target) error {
	if err := needURL(t); err != nil {
		return err
	}
	_, err := p.m.options(t, fetchParams)
	return err
}

func (p dolibarrProbe) Probe(ctx context.Context, t Target) Result {
	res := Result{}
	opts, err := p.m.options(t, fetchParams)
	if err != nil {
		res.misconfigured(fieldOf(err), err.(*Error).text)
		return res
	}
	key, ok := p.m.secret(ctx, t, &res)
	if !ok {
		return res
	}
	q := query{url: statusURL(t.URL), opts: opts, keep: true}
	if key != "" {
		q.header = http.Header{"Dolapikey": {key}, "Accept": {"application/json"}}
	}
	a := p.m.fetch(ctx, q, &res)
	if a != nil {
		readStatus(a, &opts, &res)
	}
	opts.judgeHealth(&res, p.m.config.Now())
	return res
}

// statusURL completes the address of a Dolibarr to that of its status.
func statusURL(raw string) *url.URL {
	u := mustParse(raw)
	if !strings.HasSuffix(u.Path, "/status") {
		u.Path = strings.TrimRight(u.Path, "/") + statusPath
		u.RawPath = ""
	}
	return u
}

// readStatus reads {"success":{"code":200,"dolibarr_version":…,"access_locked":…}}.
// access_locked is "0", or the one login that may enter.
func readStatus(a *answer, opts *options, res *Result) {
	var d struct {
		Success struct {
			Version text `json:"dolibarr_version"`
			Locked  text `json:"access_locked"`
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
	default:
		res.Status = StatusUp
		res.Instance = &Instance{Version: string(d.Success.Version), Form: FormDolibarr}
		if d.Success.Locked.truth() {
			res.Instance.LockedBy = string(d.Success.Locked)
			res.degrade(ReasonLocked, "access is locked to one login")
		}
	}
}
