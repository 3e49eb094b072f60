package velneo

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
)

// Do makes a call that this package has no method for, such as one of a later
// version of the API. verb is GET, POST, PUT or DELETE. resource is the path
// after the version, such as "vserver". params is nil or marshals to a JSON
// object; Do adds the members session, timestamp and signed. out is nil or a
// pointer into which the whole answer is decoded; after an error its content is
// undefined.
//
// A GET is retried after a failure, unless params have an action. Every other
// call is sent once, and once more after a 401 and a new login. A Secret in
// params is refused: pass what its Reveal returns. The service's messages are
// shown without the values of params whose name contains "pass", at any depth.
// Keep other secrets out of params.
func (c *Client) Do(ctx context.Context, verb, resource string, params, out any) error {
	r, err := newRequest(verb, resource, params)
	if err != nil {
		return err
	}
	if err := c.checkCall(ctx, r, out); err != nil {
		return err
	}
	return c.call(ctx, r, out)
}

func (c *Client) checkCall(ctx context.Context, r request, out any) error {
	if v := reflect.ValueOf(out); out != nil && (v.Kind() != reflect.Pointer || v.IsNil()) {
		return invalid(r.name(), "out", "is not a pointer")
	}
	return c.ready(r.name(), ctx)
}

// newRequest checks what came from outside.
func newRequest(verb, resource string, params any) (request, error) {
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}, verb) {
		return request{}, invalid("Do", "verb", "is not GET, POST, PUT or DELETE")
	}
	if reason := badResource(resource); reason != "" {
		return request{}, invalid("Do", "resource", reason)
	}
	r := request{verb: verb, resource: resource}
	var reason string
	if r.members, reason = membersOf(params); reason != "" {
		return request{}, invalid(r.name(), "params", reason)
	}
	for _, m := range r.members {
		switch strings.ToLower(m.name) {
		case "session", "timestamp", "signed":
			return request{}, invalid(r.name(), "params", "have a member that Do sets itself")
		case "action":
			r.action = "action"
		}
	}
	return r, nil
}

// badResource returns what is wrong with a resource, or "". Logging in and out
// is left to Login and Logout, which know the client's session.
func badResource(resource string) string {
	if strings.EqualFold(resource, "session") {
		return "is session: use Login and Logout"
	}
	for part := range strings.SplitSeq(resource, "/") {
		foreign := strings.ContainsFunc(part, func(r rune) bool {
			return !strings.ContainsRune("-._", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
		})
		if part == "" || part == "." || part == ".." || foreign {
			return "is not a path of letters, digits, -, . and _"
		}
	}
	return ""
}

// membersOf returns the members of an object in their order, or the reason why
// it can't.
func membersOf(params any) (all []member, reason string) {
	if params == nil {
		return nil, ""
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if enc.Encode(params) != nil {
		return nil, "can't be written as JSON"
	}
	// A Secret was just written as what it prints as.
	if strings.Contains(buf.String(), `"`+redact.Redacted+`"`) {
		return nil, "hold " + redact.Redacted + ": pass a Secret by its Reveal"
	}
	// What is not UTF-8 was just replaced, and by this escape alone.
	if strings.Contains(strings.ReplaceAll(buf.String(), `\\`, ""), `\ufffd`) {
		return nil, "have a text that is not UTF-8"
	}
	dec := json.NewDecoder(&buf)
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, "are not a JSON object"
	}
	for dec.More() {
		name, _ := dec.Token() // the encoder wrote it, so it is well-formed
		var value json.RawMessage
		_ = dec.Decode(&value)
		all = append(all, member{name.(string), value})
	}
	return all, ""
}
