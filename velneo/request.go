package velneo

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// request is one call without what signs it.
type request struct {
	verb, resource string
	action         string        // for the name alone
	members        []member      // behind the session and the signature
	timeout        time.Duration // where an answer may take longer than usual
}

// member is one of params' members; its value is JSON.
type member struct {
	name  string
	value json.RawMessage
}

// name is the operation in the service's own words.
func (r request) name() string {
	return strings.TrimRight(r.verb+" "+r.resource+" "+r.action, " ")
}

// repeatable: every other verb than GET changes something, and so may a GET
// that asks for an action. A login changes nothing: a second one is answered
// with the same session.
func (r request) repeatable() bool {
	return r.verb == http.MethodGet && r.action == "" || r.isLogin()
}

func (r request) isBackup() bool { return r.action == "backup" }

func (r request) isLogin() bool { return r.verb == http.MethodPost && r.resource == "session" }

// op declares the call.
func (r request) op() transport.Op {
	return transport.Op{Name: r.name(), Repeatable: r.repeatable(), Timeout: r.timeout}
}

// with adds a text, unless it is empty: that is how optional parameters are
// left out.
func (r request) with(name, value string) request {
	if value != "" {
		r.members = append(slices.Clip(r.members), member{name, quote(value)})
	}
	return r
}

// secrets are the values that a server's message must not bring to light:
// whatever stands under a name that says so, at any depth.
func (r request) secrets() []string {
	var all []string
	for _, m := range r.members {
		dec := json.NewDecoder(bytes.NewReader(m.value))
		dec.UseNumber()
		var value any
		if dec.Decode(&value) == nil {
			all = appendSecrets(all, value, isSecretName(m.name))
		}
	}
	return all
}

func isSecretName(name string) bool { return strings.Contains(strings.ToLower(name), "pass") }

// appendSecrets adds the texts and numbers of a value that is a secret, or of
// those in it that are.
func appendSecrets(all []string, value any, secret bool) []string {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			all = appendSecrets(all, v, secret || isSecretName(name))
		}
	case []any:
		for _, v := range value {
			all = appendSecrets(all, v, secret)
		}
	case string:
		if secret {
			all = append(all, value)
		}
	case json.Number:
		if secret {
			all = append(all, value.String())
		}
	}
	return all
}

// stamp is what makes a call the account's: the email or the session, the time
// and the signature.
type stamp struct {
	kind      string // "email" or "session"
	who       string
	timestamp int64
	signed    string
}

// params writes the one JSON object that a call carries, in the order of the
// vendor guide's samples.
func (r request) params(s stamp) []byte {
	out := append([]byte(`{`), quote(s.kind)...)
	out = append(append(out, ':'), quote(s.who)...)
	out = strconv.AppendInt(append(out, `,"timestamp":`...), s.timestamp, 10)
	out = append(append(out, `,"signed":`...), quote(s.signed)...)
	for _, m := range r.members {
		out = append(append(out, ','), quote(m.name)...)
		out = append(append(out, ':'), m.value...)
	}
	return append(out, '}')
}

// form is the body of a POST: the verb first, then the params.
func form(verb string, params []byte) string {
	return "method=" + verb + "&" + query(params)
}

func query(params []byte) string { return "params=" + url.QueryEscape(string(params)) }
