package velneo

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Bounds on the texts of an answer, in bytes. The service's own are far
// shorter.
const (
	maxWord    = 256
	maxAddress = 1 << 10
	maxLink    = 8 << 10
	maxMessage = 200
)

// typed is an answer to a call whose result has a type. accept checks what was
// decoded, makes it safe to show, and returns what is wrong with it, or "".
type typed interface {
	accept(hide *hidden) (problem string)
}

// answerText is one text of an answer; null and absent are the empty text. As
// with statusCode, every member of the name arrives here.
type answerText struct {
	value string
	set   bool
	bad   bool // not a text, or two that differ
}

// UnmarshalJSON never fails.
func (t *answerText) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	var value string
	err := json.Unmarshal(raw, &value)
	t.take(value, err == nil)
	return nil
}

func (t *answerText) take(value string, ok bool) {
	t.bad = t.bad || !ok || t.set && value != t.value
	t.value, t.set = value, true
}

// check returns what makes the text unusable, or "". Texts are refused and not
// cleaned: half a link or another id is worse than none.
func (t answerText) check(name string, limit int) string {
	switch {
	case t.bad:
		return name + " is not one text"
	case len(t.value) > limit:
		return name + " is too long"
	case !isText(t.value) || strings.ContainsRune(t.value, utf8.RuneError):
		return name + " is not text on one line"
	}
	return ""
}

// checkPublic is check for a text that is not a secret itself and so must not
// hold one.
func (t answerText) checkPublic(name string, limit int, hide *hidden) string {
	if problem := t.check(name, limit); problem != "" {
		return problem
	}
	if hide.scrub(t.value) != t.value {
		return name + " repeats a secret of the call"
	}
	return ""
}

// answerID is an id, whose form the guide does not give: a text, or the digits
// of a number.
type answerID struct{ answerText }

// UnmarshalJSON never fails.
func (i *answerID) UnmarshalJSON(raw []byte) error {
	if strings.Trim(string(raw), "0123456789") == "" {
		i.take(string(raw), true)
		return nil
	}
	return i.answerText.UnmarshalJSON(raw)
}

// looseText is a text that the service may as well write as a number; whatever
// else it is counts as absent.
type looseText string

// UnmarshalJSON never fails.
func (l *looseText) UnmarshalJSON(raw []byte) error {
	var text string
	var number json.Number
	switch {
	case string(raw) == "null":
	case json.Unmarshal(raw, &text) == nil:
		*l = looseText(text)
	case json.Unmarshal(raw, &number) == nil:
		*l = looseText(number)
	}
	return nil
}
