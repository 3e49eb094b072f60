package monitor

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// DefaultTimeout is the timeout of a probe whose Target has no Timeout, unless
// its Interval is shorter.
const DefaultTimeout = 10 * time.Second

// Scope says what a Target represents.
type Scope string

// The two scopes. The empty Scope is ScopeInstance.
const (
	ScopeInstance Scope = "instance" // one site or one Dolibarr
	ScopeHosting  Scope = "hosting"  // a server with all its instances
)

// Kind is the name of the Probe for a Target. Programs add their own with
// Monitor.Register.
type Kind string

// The kinds that come with the package.
const (
	KindURL            Kind = "url"             // any address: GET, and assertions on the response
	KindServerObserver Kind = "server_observer" // a Dolibarr with WebObserver or ServerObserver: online, disk, modules
	KindServerManager  Kind = "server_manager"  // a hosting with all its instances; discovers them
	KindDolibarr       Kind = "dolibarr"        // Dolibarr's own REST status
	KindPush           Kind = "push"            // the documents that an observer sends to a Monitor.Receiver
)

// Target is one thing to watch. It is a plain value that can be encoded as JSON
// and decoded again, so it can be kept in a file, a database or a queue. It
// holds no secret, only a name that Config.Secrets resolves.
//
// In JSON, interval and timeout are strings such as "1m30s", and "enabled" is
// true unless it is set to false.
type Target struct {
	ID       string // unique among the targets of one Scheduler; at most 200 bytes
	Scope    Scope  // default ScopeInstance
	Kind     Kind   // a kind of the package or a registered one
	URL      string // http or https, without credentials; unused by KindPush
	Secret   string // a reference that Config.Secrets resolves, never the secret itself
	Disabled bool   // a Scheduler does not probe it; ignored by Monitor.Run

	Interval time.Duration // between two probes; a Scheduler needs one, Monitor.Run does not
	Timeout  time.Duration // of one probe; default DefaultTimeout, or Interval if that is shorter

	Hosting  string            // the ID of the hosting Target, for an instance watched by a server manager
	Instance string            // the name of the instance in the server manager
	Labels   map[string]string // the program's own labels, passed on to Reports and metrics
	Params   map[string]string // options of the kind: see the Param constants
}

// targetJSON is Target as JSON has it.
type targetJSON struct {
	ID       string            `json:"id"`
	Scope    Scope             `json:"scope,omitempty"`
	Kind     Kind              `json:"kind"`
	URL      string            `json:"url,omitempty"`
	Secret   string            `json:"secret,omitempty"`
	Enabled  *bool             `json:"enabled,omitempty"`
	Interval string            `json:"interval,omitempty"`
	Timeout  string            `json:"timeout,omitempty"`
	Hosting  string            `json:"hosting,omitempty"`
	Instance string            `json:"instance,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Params   map[string]string `json:"params,omitempty"`
}

// MarshalJSON returns the form that UnmarshalJSON parses.
func (t Target) MarshalJSON() ([]byte, error) {
	enabled := !t.Disabled
	return json.Marshal(targetJSON{
		ID: t.ID, Scope: t.Scope, Kind: t.Kind, URL: t.URL, Secret: t.Secret, Enabled: &enabled,
		Interval: durationText(t.Interval), Timeout: durationText(t.Timeout),
		Hosting: t.Hosting, Instance: t.Instance, Labels: t.Labels, Params: t.Params,
	})
}

// UnmarshalJSON parses a Target. It does not validate it, so that one invalid
// target in a list does not hide the others. A string that is not a duration is
// an *Error that names the field.
func (t *Target) UnmarshalJSON(data []byte) error {
	var j targetJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	interval, err := parseDuration(j.ID, "Interval", j.Interval)
	if err != nil {
		return err
	}
	timeout, err := parseDuration(j.ID, "Timeout", j.Timeout)
	if err != nil {
		return err
	}
	*t = Target{
		ID: j.ID, Scope: j.Scope, Kind: j.Kind, URL: j.URL, Secret: j.Secret, Disabled: j.Enabled != nil && !*j.Enabled,
		Interval: interval, Timeout: timeout, Hosting: j.Hosting, Instance: j.Instance, Labels: j.Labels, Params: j.Params,
	}
	return nil
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func parseDuration(id, field, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, invalid("target", id, field, `is not a duration such as "1m30s"`)
	}
	return d, nil
}

// Validate returns nil if a Scheduler can accept the Target, and otherwise an
// *Error that names the field. It does not check that the Kind exists: see
// Monitor.Check.
func (t Target) Validate() error {
	if t.Interval <= 0 {
		if err := t.checkName(); err != nil {
			return err
		}
		return invalid("target", t.ID, "Interval", "is not above zero")
	}
	return t.check()
}

// EffectiveTimeout returns Timeout, or its default if it is zero.
func (t Target) EffectiveTimeout() time.Duration {
	switch {
	case t.Timeout > 0:
		return t.Timeout
	case t.Interval > 0:
		return min(DefaultTimeout, t.Interval)
	}
	return DefaultTimeout
}

// check is Validate without the need of an Interval.
func (t Target) check() error {
	if err := t.checkName(); err != nil {
		return err
	}
	switch {
	case t.Kind == "":
		return invalid("target", t.ID, "Kind", "is empty")
	case t.Scope != "" && t.Scope != ScopeInstance && t.Scope != ScopeHosting:
		return invalid("target", t.ID, "Scope", "is neither instance nor hosting")
	case t.Interval < 0:
		return invalid("target", t.ID, "Interval", "is negative")
	case t.Timeout < 0:
		return invalid("target", t.ID, "Timeout", "is negative")
	case t.Interval > 0 && t.Timeout > t.Interval:
		return invalid("target", t.ID, "Timeout", "is above the Interval")
	}
	return t.checkURL()
}

func (t Target) checkName() error {
	switch {
	case t.ID == "":
		return invalid("target", "", "ID", "is empty")
	case len(t.ID) > 200:
		return invalid("target", "", "ID", "is longer than 200 bytes")
	case !utf8.ValidString(t.ID) || strings.ContainsFunc(t.ID, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return invalid("target", "", "ID", "has control characters or is not UTF-8")
	}
	return nil
}

// checkURL refuses what a probe must not call. Its errors don't repeat the
// URL, which may hold what it shouldn't.
func (t Target) checkURL() error {
	if t.URL == "" {
		return nil // a kind that needs one says so itself
	}
	_, err := t.parseURL()
	return err
}

func (t Target) parseURL() (*url.URL, error) {
	u, err := url.Parse(t.URL)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, invalid("target", t.ID, "URL", "is not an absolute URL")
	case u.User != nil:
		return nil, invalid("target", t.ID, "URL", "holds credentials")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, invalid("target", t.ID, "URL", "is neither http nor https")
	case u.Fragment != "":
		return nil, invalid("target", t.ID, "URL", "has a fragment")
	}
	return u, nil
}
