package wedos

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Intent describes a command that spends money or changes something, before it
// is sent. It marshals to JSON, so that it can be stored first (see
// CallOptions.Save) and settled after a restart (see Client.SettleIntent). It
// holds the parameters of the command, such as names, rows and contact fields,
// but no password, auth_info or other Secret.
type Intent struct {
	Command string
	ClTRID  string
	At      time.Time // when it was sent, by this machine's clock
	Test    bool      // a test call, which changes nothing
	Expires time.Time // from DomainRenewOptions; zero if not set

	data hidden
}

// intentJSON is how an Intent is stored.
type intentJSON struct {
	Command string          `json:"command"`
	ClTRID  string          `json:"clTRID"`
	At      time.Time       `json:"at"`
	Test    bool            `json:"test,omitempty"`
	Expires *time.Time      `json:"expires,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// MarshalJSON returns the JSON that UnmarshalJSON reads.
func (i Intent) MarshalJSON() ([]byte, error) {
	out := intentJSON{Command: i.Command, ClTRID: i.ClTRID, At: i.At, Test: i.Test}
	if !i.Expires.IsZero() {
		out.Expires = &i.Expires
	}
	if data := i.data.node(); data.kind == kindObject {
		out.Data = appendJSON(nil, *data)
	}
	return json.Marshal(out)
}

// UnmarshalJSON decodes the result of MarshalJSON. Its error matches
// ErrInvalid.
func (i *Intent) UnmarshalJSON(text []byte) error {
	var in intentJSON
	if err := json.Unmarshal(text, &in); err != nil || !isName(in.Command) || in.At.IsZero() {
		return invalid("", "intent", "is not what was saved")
	}
	read := Intent{Command: in.Command, ClTRID: in.ClTRID, At: in.At, Test: in.Test}
	if in.Expires != nil {
		read.Expires = *in.Expires
	}
	if len(in.Data) > 0 {
		data, err := parseJSON(string(in.Data), newMemory(context.Background(), len(in.Data)))
		if err != nil {
			return invalid("", "intent", "is not what was saved")
		}
		read.data = hide(data)
	}
	*i = read
	return nil
}

// intent is what is kept of a request.
func (r *request) intent() Intent {
	return Intent{Command: r.command.name, ClTRID: r.clTRID, At: r.sent, Test: r.test, Expires: r.expires, data: hide(r.data.withoutSecrets())}
}

// get returns the text at a path of what was asked, "" where there is none.
func (i Intent) get(path ...string) string {
	return i.data.node().get(path...)
}

// exact is get for one name, with its spaces.
func (i Intent) exact(name string) string {
	n, _ := i.data.node().find(name)
	return n.text
}

// servers are the servers that were asked for.
func (i Intent) servers() []Nameserver {
	dns, _ := i.data.node().find("dns")
	var servers []Nameserver
	for item := range dns.items("server") {
		server := Nameserver{Name: item.get("name")}
		if ip := item.get("addr_ipv4"); ip != "" {
			server.IPv4 = []string{ip}
		}
		if ip := item.get("addr_ipv6"); ip != "" {
			server.IPv6 = []string{ip}
		}
		servers = append(servers, server)
	}
	return servers
}

// Intent returns what was asked when a command failed; ok is false where
// nothing was sent or the command only reads.
func (e *Error) Intent() (intent Intent, ok bool) {
	if e.intent == nil || e.intent.At.IsZero() || commandNamed(e.Command).repeatable {
		return Intent{}, false
	}
	return *e.intent, true
}

// intentOf finds the Intent of an ambiguous failure.
func intentOf(failure error) (Intent, error) {
	e, ok := errors.AsType[*Error](failure)
	if !ok || !errors.Is(e, ErrAmbiguous) || e.intent == nil {
		return Intent{}, invalid("", "failure", "is not an ambiguous one of this package")
	}
	return *e.intent, nil
}
