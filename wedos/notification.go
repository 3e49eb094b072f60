package wedos

import (
	"encoding/json"
	"strings"
)

// Notification is what WAPI tells later: the progress and outcome of an
// asynchronous command, or an event of its own. It is the same value whether
// it came through the poll queue, a webhook or an e-mail.
//
// Only the poll queue is authenticated. What a webhook or an e-mail says is a
// hint, to be confirmed by a command such as DomainInfo before money or
// rights hang on it: WAPI signs neither.
type Notification struct {
	Answer        // Code, Result, the ids of the request it belongs to, data
	ID     string // in the queue; the same id means the same notification
}

// Final tells whether no other notification follows for the request: a
// command of several steps sends one each, and those under way have 1001.
func (n *Notification) Final() bool { return n.Code != CodePending }

// Err is nil for a good outcome, and an *Error for the code of a bad one.
func (n *Notification) Err() error {
	if n.Code < 2000 {
		return nil
	}
	return &Error{
		Command: n.Command, Code: n.Code, Class: n.Code.Class(), Result: n.Result,
		ClTRID: n.ClTRID, SvTRID: n.SvTRID, conditions: n.Code.conditions(n.Command),
	}
}

// ParseNotification reads a notification from a text that holds one, such as
// the body of an e-mail: a notify document in XML or JSON, with whatever
// stands before and after it. The error matches ErrProtocol.
func ParseNotification(text string) (*Notification, error) {
	for _, candidate := range candidates(text) {
		doc, err := parseDocument(candidate)
		if err != nil {
			continue
		}
		if root, ok := doc.find("notify"); ok {
			return newNotification(root, candidate)
		}
	}
	return nil, notNotification()
}

// candidates cuts out what may be a document: from <notify to an end tag, and
// the JSON value that begins with the brace before "notify".
func candidates(text string) []string {
	var out []string
	if at := strings.Index(text, "<notify"); at >= 0 {
		rest := text[at:]
		// The first end tag, for a mail may quote or name it again; else the
		// last, for the first may be part of a text.
		first, last := strings.Index(rest, "</notify"), strings.LastIndex(rest, "</notify")
		if first >= 0 {
			out = append(out, rest[:first]+"</notify>", rest[:last]+"</notify>")
		}
	}
	if at := strings.Index(text, `"notify"`); at >= 0 {
		var value json.RawMessage
		open := strings.LastIndexByte(text[:at], '{')
		if open >= 0 && json.NewDecoder(strings.NewReader(text[open:])).Decode(&value) == nil {
			out = append(out, string(value))
		}
	}
	return out
}

func newNotification(root node, raw string) (*Notification, error) {
	envelope, ok := readEnvelope(root, raw)
	if !ok {
		return nil, notNotification()
	}
	id := root.get("id")
	if id == "" {
		id = root.get("ID") // the manual's template has it so
	}
	return &Notification{Answer: *envelope, ID: id}, nil
}

func notNotification() *Error {
	return &Error{text: "not a WAPI notification", conditions: []error{ErrProtocol}}
}
