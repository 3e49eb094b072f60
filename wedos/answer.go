package wedos

import (
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// Answer is the envelope of what WAPI said. The typed answers that are one
// object embed it; for lists, see CallOptions.OnAnswer.
type Answer struct {
	Command string
	Code    Code
	Result  string
	Time    time.Time // WAPI's clock, in Prague's zone; zero if it did not tell
	ClTRID  string
	SvTRID  string
	Test    bool     // WAPI only checked the request
	Raw     Document `json:"-"`

	data *node // a pointer, so that printing an Answer does not print it
}

// Document is a whole answer as it came. It can hold an auth_info, so it
// prints as its length; convert it to a string to read it.
type Document string

// String returns the length.
func (d Document) String() string { return strconv.Itoa(len(d)) + " bytes" }

// GoString returns the length.
func (d Document) GoString() string { return d.String() }

// Value returns the text at a path of element names below data, "" where
// there is none: a.Value("domain", "expiration").
func (a Answer) Value(path ...string) string { return a.node().get(path...) }

// Decode fills a struct from data by tags like `wapi:"expiration"`; it serves
// Call for commands that this package does not type. Fields may be string,
// int, bool, time.Time (Prague wall time), decimal.Decimal, a struct, or a
// slice of those, which accepts every list shape of WAPI.
func (a Answer) Decode(into any) error { return decode(a.node(), into) }

// node is data, empty where an Answer was made by hand or came from JSON.
func (a Answer) node() node {
	if a.data == nil {
		return node{}
	}
	return *a.data
}

// parseDocument reads an answer or a notification in either codec.
func parseDocument(s string) (node, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "\ufeff")
	if strings.HasPrefix(s, "<") {
		return parseXML(s)
	}
	return parseJSON(s)
}

// parseAnswer reads a response document. ok is false where it is none.
func parseAnswer(body string) (a *Answer, ok bool) {
	doc, err := parseDocument(body)
	if err != nil {
		return nil, false
	}
	root, found := doc.find("response")
	if !found {
		return nil, false
	}
	return readEnvelope(root, body)
}

// readEnvelope reads what an answer and a notification have in common. ok is
// false without a code of WAPI's, which begin at 1000: no other may pass for
// success.
func readEnvelope(root node, raw string) (a *Answer, ok bool) {
	code, err := strconv.Atoi(root.get("code"))
	data, _ := root.find("data")
	return &Answer{
		Command: transport.Clean(root.get("command"), 60),
		Code:    Code(code),
		Result:  transport.Clean(root.get("result"), 300),
		Time:    unixTime(root.get("timestamp")),
		ClTRID:  transport.Clean(root.get("clTRID"), 100),
		SvTRID:  transport.Clean(root.get("svTRID"), 100),
		Test:    root.get("test") == "1",
		Raw:     Document(raw),
		data:    &data,
	}, err == nil && code >= 1000
}

func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds <= 0 || seconds > 1<<36 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).In(prague())
}
