package wedos

import (
	"bytes"
	"crypto/rand"
	"net/url"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// maxClTRID is what is safe for a request's id: WAPI answers 2005 beyond a
// length that it does not publish.
const maxClTRID = 40

// request is one command to be sent, possibly more than once.
type request struct {
	command command
	clTRID  string
	data    node
	test    bool
	// sent and signed are the moment of the last attempt, by our clock and by
	// WAPI's as far as it was known.
	sent, signed time.Time
	// secrets are texts of data that may not show up in an error.
	secrets []string
	// webPage: the answer was a redirect to WEDOS's web page.
	webPage bool
	// expires is what the caller knows of a domain that is renewed, for Settle.
	expires time.Time
}

// newRequest turns a command's data into a request, and refuses data that
// the codec can't carry.
func (c *Client) newRequest(name string, data any) (*request, error) {
	r := &request{command: commandNamed(name), test: c.config.Test || c.options.Test, clTRID: c.options.ClTRID}
	if r.clTRID == "" {
		r.clTRID = rand.Text()
	}
	n, err := toNode("data", reflect.ValueOf(data), 0)
	if err != nil {
		e := err.(*Error) // toNode refuses, nothing else
		e.Command = name
		return nil, e
	}
	r.data, r.secrets = n, secretsOf(n)
	if c.config.Codec == XML {
		if field, ok := checkXML(n); !ok {
			return nil, invalid(name, field, "has a control character, which XML can't carry")
		}
	}
	return r, nil
}

// failure is an Error about the request, with what Settle needs to know.
func (r *request) failure() *Error {
	intent := r.intent()
	return &Error{Command: r.command.name, ClTRID: r.clTRID, At: r.signed, intent: &intent}
}

// secretsOf collects what may not show up in an error: Secrets, and the
// elements that WAPI treats as passwords.
func secretsOf(n node) (secrets []string) {
	if (n.secret || n.name == "auth_info") && n.text != "" {
		secrets = append(secrets, n.text)
	}
	for _, k := range n.children {
		secrets = append(secrets, secretsOf(k)...)
	}
	return secrets
}

// withoutSecrets is what an Error or an Intent may keep of a request's data.
func (n node) withoutSecrets() node {
	children := make([]node, 0, len(n.children))
	for _, k := range n.children {
		if k.name != "auth_info" && !k.secret {
			children = append(children, k.withoutSecrets())
		}
	}
	n.children = children
	return n
}

// form writes the request, signed for one moment, as the body of a POST. The
// vendor's sample leaves the percent-encoding out, and so loses + and &.
func (c *Client) form(r *request) string {
	root := node{name: "request", kind: kindObject, children: []node{
		{name: "user", text: c.config.Login},
		{name: "auth", text: authHash(c.config.Login, c.passwordHash, r.signed)},
		{name: "command", text: r.command.name},
		{name: "clTRID", text: r.clTRID},
	}}
	if r.data.kind != kindText || r.data.text != "" {
		root.children = append(root.children, r.data)
	}
	if r.test {
		root.children = append(root.children, number("test", "1"))
	}
	return "request=" + url.QueryEscape(c.encode(root))
}

func (c *Client) encode(root node) string {
	if c.config.Codec == XML {
		var b bytes.Buffer
		appendXML(&b, root)
		return b.String()
	}
	return string(appendJSON(make([]byte, 0, 512), node{kind: kindObject, children: []node{root}}))
}

// checkText refuses text that no element of WAPI means to hold, so that a
// value can't smuggle in a line of its own.
func checkText(command, field, value string) error {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return invalid(command, field, "has a control character")
	}
	if !utf8.ValidString(value) {
		return invalid(command, field, "is not valid UTF-8")
	}
	return nil
}
