package wedos

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
)

// Notification is a message from WAPI about the progress or outcome of an
// asynchronous command, or about another event. It is the same value whether it
// came through the poll queue, a webhook or an e-mail.
//
// Only the poll queue is authenticated. WAPI signs neither webhooks nor
// e-mails, so treat what they report as unverified: confirm it with a command
// such as DomainInfo before money or access rights depend on it.
type Notification struct {
	Answer        // Code and Result, ids of the request that it belongs to, and data
	ID     string // in the account's queue, printable and at most 64 bytes; not unique across accounts

	malformed string // why it can't be read, "" if it can
}

// Final reports whether this is the last notification of the request. A command
// of several steps sends one for each; those before the last have code 1001.
func (n *Notification) Final() bool { return n.Code != CodePending }

// Err returns nil for a successful outcome, an *Error with the code of a failed
// one, and ErrProtocol for a notification that can't be decoded. The poll queue
// and a Webhook deliver such a notification too, with the fields that are known
// and its text in Raw, so that it can be stored and does not block the next
// one. Its outcome is unknown.
func (n *Notification) Err() error {
	if n.malformed != "" {
		return &Error{Command: n.Command, ClTRID: n.ClTRID, SvTRID: n.SvTRID, text: "the notification can't be read: " + n.malformed, conditions: []error{ErrProtocol}}
	}
	if n.Code < 2000 {
		return nil
	}
	return &Error{
		Command: n.Command, Code: n.Code, Class: n.Code.Class(), Result: n.Result,
		ClTRID: n.ClTRID, SvTRID: n.SvTRID, conditions: n.Code.conditions(n.Command),
	}
}

// ParseNotification extracts a notification from a text, such as the body of an
// e-mail: a notify document in XML or JSON, with any text before and after it.
// If one is nested in another, the outer one is returned. The error matches
// ErrProtocol.
func ParseNotification(text string) (*Notification, error) {
	n, err := findNotification(text)
	if err != nil {
		return nil, notNotification(err.Error())
	}
	return n, nil
}

// findNotification returns what can be read of a notification beside the error
// that says what can't; nil where there is none.
func findNotification(text string) (*Notification, error) {
	why := errors.New("no notify document")
	for _, candidate := range candidates(text) {
		doc, err := parseDocument(context.Background(), candidate)
		if err != nil {
			continue
		}
		if root, ok := doc.find("notify"); ok {
			return readNotification(root, candidate, redact.Clean)
		}
	}
	if strings.Contains(text, "<notify") || strings.Contains(text, `"notify"`) {
		return &Notification{Answer: Answer{Raw: newDocument(text)}}, why
	}
	return nil, why
}

// candidates cuts out what may be a document: from <notify to an end tag, and
// the JSON value that begins with the brace before "notify". What begins first
// comes first, for the other may be part of its texts; and if what begins first
// is JSON beyond doubt, the other does not count at all.
func candidates(text string) []string {
	atXML, asXML := xmlCandidates(text)
	atJSON, asJSON, sure := jsonCandidate(text)
	switch {
	case atJSON < 0 || atXML >= 0 && atXML < atJSON:
		return append(asXML, asJSON...)
	case sure:
		return asJSON
	}
	return append(asJSON, asXML...)
}

// xmlCandidates ends at the first end tag, for a mail may quote or name it
// again, or at the last, for the first may be part of a text.
func xmlCandidates(text string) (at int, out []string) {
	at = strings.Index(text, "<notify")
	if at < 0 {
		return -1, nil
	}
	rest := text[at:]
	first, last := strings.Index(rest, "</notify"), strings.LastIndex(rest, "</notify")
	if first < 0 {
		return at, nil
	}
	return at, []string{rest[:first] + "</notify>", rest[:last] + "</notify>"}
}

// jsonCandidate is the value from the brace before "notify" to its end. It is
// sure where the name is the first thing behind the brace.
func jsonCandidate(text string) (at int, out []string, sure bool) {
	name := strings.Index(text, `"notify"`)
	if name < 0 {
		return -1, nil, false
	}
	at = strings.LastIndexByte(text[:name], '{')
	if at < 0 {
		return -1, nil, false
	}
	var value json.RawMessage
	if json.NewDecoder(strings.NewReader(text[at:])).Decode(&value) == nil {
		out = []string{string(value)}
	}
	return at, out, strings.TrimSpace(text[at+1:name]) == ""
}

// readNotification returns what can be read beside the error that says what
// can't.
func readNotification(root node, raw string, show line) (*Notification, error) {
	envelope, err := readEnvelope(root, raw, show)
	id := root.get("id")
	if id == "" {
		id = root.get("ID") // the manual's template has it so
	}
	n := &Notification{Answer: *envelope}
	if !isID(id) {
		return n, errors.New("an id that is not printable ASCII of at most 64 bytes")
	}
	n.ID = strings.Clone(id) // kept for long, and the document is not
	return n, err
}

// isID knows ids: WAPI's are decimal numbers (vendor guide). None at all is
// fine, for a system's notification may lack it.
func isID(id string) bool {
	return len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}

func notNotification(why string) *Error {
	return &Error{text: "not a WAPI notification: " + why, conditions: []error{ErrProtocol}}
}
