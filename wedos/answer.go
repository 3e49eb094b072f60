package wedos

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Answer is the envelope of a WAPI response. Typed results that are a single
// object embed it; for lists, see CallOptions.OnAnswer.
type Answer struct {
	Command string
	Code    Code
	Result  string
	Time    time.Time // WAPI's clock, in Prague time; zero if missing
	ClTRID  string
	SvTRID  string
	Test    bool     // WAPI only checked the request
	Raw     Document `json:"-"`

	data hidden
}

// Document is the raw text of an answer. It can hold an auth_info, so it prints
// as its length only; Text returns it.
type Document struct {
	text *string // a pointer: fmt follows none within a value
}

func newDocument(text string) Document { return Document{&text} }

// Text returns the document.
func (d Document) Text() string {
	if d.text == nil {
		return ""
	}
	return *d.text
}

// String returns the length.
func (d Document) String() string { return strconv.Itoa(len(d.Text())) + " bytes" }

// GoString returns the length.
func (d Document) GoString() string { return d.String() }

// Value returns the text at a path of element names below data, or "" if there
// is none: a.Value("domain", "expiration").
func (a Answer) Value(path ...string) string { return a.data.node().get(path...) }

// Decode decodes data into a struct by tags such as `wapi:"expiration"`. It is
// meant for Call, with commands that this package has no types for. Fields may
// be strings, bools, numbers, time.Time (Prague local time), decimal.Decimal,
// types with an UnmarshalText method, structs, pointers to any of these (nil if
// WAPI sends no value), or slices of them, which accept every form in which
// WAPI writes lists.
//
// An absent or empty value leaves the zero value, unless the tag has the option
// "required" (not empty) or "present". A value that does not fit its field is
// ErrProtocol; a field of an unsupported type is ErrInvalid.
func (a Answer) Decode(into any) error {
	if err := checkTarget(into); err != nil {
		return err
	}
	d := decoder{mem: newMemory(context.Background(), len(a.Raw.Text()))}
	root := a.data.node()
	v := reflect.ValueOf(into).Elem()
	if err := d.structure(root, v, fieldsOf(v.Type())); err != nil {
		return a.unreadable(err)
	}
	return nil
}

// unreadable is an Error about what could not be decoded.
func (a Answer) unreadable(err error) *Error {
	e := &Error{Command: a.Command, ClTRID: a.ClTRID, SvTRID: a.SvTRID, text: "the answer can't be read: " + err.Error(), conditions: []error{ErrProtocol}}
	switch {
	case errors.Is(err, errTooMany):
		e.conditions = []error{ErrTooLarge}
	case isEnd(err):
		e.ended(err)
	}
	return e
}

// hidden is a tree of elements that does not print with the struct that it is
// in: fmt follows one pointer, and no second one.
type hidden struct{ root **node }

func hide(n node) hidden {
	p := &n
	return hidden{&p}
}

// node is the tree, empty where a struct was made by hand or came from JSON.
func (h hidden) node() *node {
	if h.root == nil {
		return &node{}
	}
	return *h.root
}

// parseDocument reads an answer or a notification in either codec.
func parseDocument(ctx context.Context, s string) (node, error) {
	mem := newMemory(ctx, len(s))
	s = strings.TrimPrefix(strings.TrimSpace(s), "\ufeff")
	if strings.HasPrefix(s, "<") {
		return parseXML(s, mem)
	}
	return parseJSON(s, mem)
}

// line makes a text of a peer's fit to show: see Client.line.
type line func(text string, limit int) string

// parseAnswer reads a response document. The error says which check failed.
func parseAnswer(ctx context.Context, body string, show line) (*Answer, error) {
	doc, err := parseDocument(ctx, body)
	if err != nil {
		return nil, fmt.Errorf("neither JSON nor XML: %w", err)
	}
	root, found := doc.find("response")
	if !found {
		return nil, errors.New("no response element")
	}
	return readEnvelope(root, body, show)
}

// readEnvelope reads what an answer and a notification have in common. The
// Answer is returned beside an error: that there is no code of WAPI's, which
// begin at 1000; no other may pass for success.
func readEnvelope(root node, raw string, show line) (*Answer, error) {
	code, err := strconv.Atoi(root.get("code"))
	switch {
	case root.get("code") == "":
		err = errors.New("no code")
	case err != nil || code < 1000 || root.count("code") > 1:
		code, err = 0, fmt.Errorf("code %q", show(root.get("code"), 20))
	}
	data := dataOf(root)
	text := func(name string, limit int) string { // cloned, for it may be kept longer than the document
		return strings.Clone(show(root.get(name), limit))
	}
	return &Answer{
		Command: text("command", 60),
		Code:    Code(code),
		Result:  text("result", 300),
		Time:    unixTime(root.get("timestamp")),
		ClTRID:  text("clTRID", 100),
		SvTRID:  text("svTRID", 100),
		Test:    root.get("test") == "1" || root.get("test") == "true",
		Raw:     newDocument(raw),
		data:    hide(data),
	}, err
}

// dataOf is the data element. Where it is a list, its items are the children.
func dataOf(root node) node {
	data, _ := root.find("data")
	if root.count("data") < 2 && !data.listed {
		return data
	}
	list := node{name: "data", kind: kindList}
	for _, k := range root.children {
		if k.name == "data" {
			list.children = append(list.children, k)
		}
	}
	return list
}

func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds <= 0 || seconds > 1<<36 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).In(prague())
}
