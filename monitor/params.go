package monitor

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// The options of the package's kinds, for Target.Params. A name that the kind
// does not know is an error, so that a typing error does not go unnoticed.
const (
	ParamStatus    = "status"    // accepted statuses: "200-299,401"; default 200-299. All HTTP kinds
	ParamRedirects = "redirects" // max redirects to follow; "0": judge the redirect itself; default 10. All HTTP kinds
	ParamTLS       = "tls"       // name of the settings in Config.TLS. All HTTP kinds
	ParamReuse     = "reuse"     // "true": keep the connection for the next probe; default: a new one each time. All HTTP kinds
	ParamCertDays  = "cert_days" // degraded when the certificate has fewer days left; "0": never; default: a sixth of its lifetime, max 14 days. All HTTP kinds
	ParamSlow      = "slow"      // degraded if the probe takes longer than "2s"; default never. All HTTP kinds
	ParamBody      = "body"      // regular expression that the body must match. KindURL
	ParamNotBody   = "not_body"  // regular expression that the body must not match. KindURL
	ParamForm      = "form"      // the Form of the responses; default: recognised from the content. KindServerObserver, KindServerManager
	ParamMaxAge    = "max_age"   // down when the last push is older: "15m"; default three Intervals, or 15 minutes. KindPush

	// ParamHeader and ParamJSON are prefixes, for KindURL: "header.Server" is a
	// regular expression for that header, "json.db.0.state" the value at that
	// path of the JSON body, as text; "" only requires that it exists.
	ParamHeader = "header."
	ParamJSON   = "json."
)

var (
	fetchParams = []string{ParamStatus, ParamRedirects, ParamTLS, ParamReuse, ParamCertDays, ParamSlow}
	urlParams   = append(slices.Clone(fetchParams), ParamBody, ParamNotBody, ParamHeader, ParamJSON)
	formParams  = append(slices.Clone(fetchParams), ParamForm)
	pushParams  = []string{ParamMaxAge}
)

// options are the parsed Params of a Target.
type options struct {
	statuses  []span
	redirects int
	tls       string
	reuse     bool
	certLeft  time.Duration // negative: the default
	slow      time.Duration
	maxAge    time.Duration
	form      Form
	body      *regexp.Regexp
	notBody   *regexp.Regexp
	headers   []headerRule
	json      []jsonRule
}

// defaultOptions are those of a Target without Params. It is never changed.
var defaultOptions = &options{redirects: 10, certLeft: -1}

type span struct{ from, to int }

type headerRule struct {
	name    string
	pattern *regexp.Regexp
}

type jsonRule struct{ path, want string }

// options reads t's Params; known are those that its kind has. Its error is an
// *Error that names the field as "Params[status]".
func (m *Monitor) options(t Target, known []string) (*options, error) {
	if len(t.Params) == 0 {
		return defaultOptions, nil
	}
	o := &options{redirects: 10, certLeft: -1}
	for name, value := range t.Params {
		key := name
		for _, prefix := range []string{ParamHeader, ParamJSON} {
			if strings.HasPrefix(name, prefix) {
				key = prefix
			}
		}
		problem := "is not an option of this kind: " + redact.Clean(name, 100)
		if slices.Contains(known, key) && name != ParamHeader && name != ParamJSON {
			problem = m.option(o, key, strings.TrimPrefix(name, key), value)
		}
		if problem != "" {
			return nil, invalid("target", t.ID, "Params["+name+"]", problem)
		}
	}
	slices.SortFunc(o.headers, func(a, b headerRule) int { return strings.Compare(a.name, b.name) })
	slices.SortFunc(o.json, func(a, b jsonRule) int { return strings.Compare(a.path, b.path) })
	return o, nil
}

// option understands one of them and returns what is wrong with it. rest is
// what follows the key of a prefix.
func (m *Monitor) option(o *options, key, rest, value string) (problem string) {
	switch key {
	case ParamStatus:
		o.statuses, problem = parseStatuses(value)
	case ParamRedirects:
		o.redirects, problem = parseCount(value, 50)
	case ParamTLS:
		if _, ok := m.transports[transportKey{tls: value}]; !ok {
			problem = "is not a name in Config.TLS"
		}
		o.tls = value
	case ParamReuse:
		o.reuse, problem = parseBool(value)
	case ParamCertDays:
		var days int
		days, problem = parseCount(value, 3650)
		o.certLeft = time.Duration(days) * 24 * time.Hour
	case ParamSlow:
		o.slow, problem = parseSpan(value)
	case ParamMaxAge:
		o.maxAge, problem = parseSpan(value)
	case ParamForm:
		o.form, problem = parseForm(value)
	case ParamBody:
		o.body, problem = m.patterns.compile(value)
	case ParamNotBody:
		o.notBody, problem = m.patterns.compile(value)
	case ParamHeader:
		var pattern *regexp.Regexp
		pattern, problem = m.patterns.compile(value)
		o.headers = append(o.headers, headerRule{rest, pattern})
	case ParamJSON:
		o.json = append(o.json, jsonRule{rest, value})
	}
	return problem
}

func parseStatuses(text string) ([]span, string) {
	var spans []span
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			high = low
		}
		from, err1 := strconv.Atoi(low)
		to, err2 := strconv.Atoi(high)
		if err1 != nil || err2 != nil || from < 100 || to > 599 || from > to {
			return nil, `is not a list of statuses such as "200-299,401"`
		}
		spans = append(spans, span{from, to})
	}
	return spans, ""
}

func parseCount(text string, most int) (int, string) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, "is not a number from 0 to " + strconv.Itoa(most)
	}
	return n, ""
}

func parseBool(text string) (bool, string) {
	if text != "true" && text != "false" {
		return false, "is neither true nor false"
	}
	return text == "true", ""
}

func parseSpan(text string) (time.Duration, string) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, `is not a duration such as "1m30s"`
	}
	return d, ""
}

// accepts reports whether an answer with this status counts as up.
func (o *options) accepts(status int) bool {
	if len(o.statuses) == 0 {
		return status >= 200 && status <= 299
	}
	return slices.ContainsFunc(o.statuses, func(s span) bool { return status >= s.from && status <= s.to })
}

// judgeStatus is the verdict by status alone, unless there is one already.
func (o *options) judgeStatus(res *Result) {
	switch {
	case res.Status != StatusUnknown || res.Reason != "" || res.HTTP == nil:
	case o.accepts(res.HTTP.Status):
		res.Status = StatusUp
	default:
		res.down(ReasonHTTPStatus, "HTTP status "+strconv.Itoa(res.HTTP.Status))
	}
}

// judgeHealth degrades what is up but slow, or whose certificate ends soon.
func (o *options) judgeHealth(res *Result, now time.Time) {
	p := res.Phases
	if took := p.DNS + p.Connect + p.TLS + p.FirstByte + p.Transfer; o.slow > 0 && took > o.slow {
		res.degrade(ReasonAssertion, "slower than "+o.slow.String())
	}
	res.Certificate.judge(res, now, o.certLeft)
}

// patterns keeps compiled regular expressions, which cost more than a probe.
type patterns struct {
	mu   sync.Mutex
	kept map[string]*regexp.Regexp
}

// maxPatterns bounds the memory; beyond it all are compiled anew once.
const maxPatterns = 4096

func (p *patterns) compile(text string) (*regexp.Regexp, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if re, ok := p.kept[text]; ok {
		return re, ""
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, "is not a regular expression"
	}
	if p.kept == nil || len(p.kept) >= maxPatterns {
		p.kept = make(map[string]*regexp.Regexp)
	}
	p.kept[text] = re
	return re, ""
}
