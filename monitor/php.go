package monitor

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
)

// PHP writes the same fact as a number, a text, a truth value or null, and an
// empty map as an empty list. These types take what comes; what can't be
// understood stays unknown, which is their zero value, and spoils nothing
// around it.

// word is a text or a number, as it came.
type word string

func (w *word) UnmarshalJSON(data []byte) error {
	switch data[0] { // there is one: encoding/json has checked the syntax
	case '"':
		return json.Unmarshal(data, (*string)(w))
	case '{', '[', 'n', 't', 'f':
		*w = ""
	default: // a number
		*w = word(data)
	}
	return nil
}

// text is a text or a number, made safe to show.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var w word
	if err := w.UnmarshalJSON(data); err != nil {
		return err
	}
	*t = text(redact.Clean(string(w), 500))
	return nil
}

// release is a version: a text with a digit in it, or a number.
type release text

func (r *release) UnmarshalJSON(data []byte) error {
	var t text
	err := t.UnmarshalJSON(data)
	if *r = release(t); !strings.ContainsAny(string(t), "0123456789") {
		*r = ""
	}
	return err
}

// told is a truth value in PHP's spellings, unknown where there is none.
type told struct{ truth }

func (b *told) UnmarshalJSON(data []byte) error {
	if string(data) == "null" || string(data) == `""` {
		*b = told{}
		return nil
	}
	return b.truth.UnmarshalJSON(data)
}

// truth is one for which null and an empty text are false.
type truth struct{ on, known bool }

func (b *truth) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true", "1", `"1"`, `"true"`:
		*b = truth{true, true}
	case "false", "0", `"0"`, `"false"`, `""`, "null":
		*b = truth{false, true}
	default:
		*b = truth{}
	}
	return nil
}

// String is "true" or "false", empty where it is unknown.
func (b truth) String() string {
	if !b.known {
		return ""
	}
	return strconv.FormatBool(b.on)
}

// trouble is an error's text, which may come as anything that is not empty.
type trouble text

func (t *trouble) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null", "false", `""`, "[]", "{}", "0":
		*t = ""
		return nil
	}
	var said text
	if err := said.UnmarshalJSON(data); err != nil {
		return err
	}
	if *t = trouble(said); said == "" {
		*t = "an error that can't be read"
	}
	return nil
}

// count is a number that can't be negative, unknown where there is none.
func (t text) count() Count {
	n, err := strconv.ParseUint(string(t), 10, 63)
	if err != nil {
		return Count{}
	}
	return CountOf(int64(n))
}

// size is the number of units of so many bytes each. Anything but a number
// from zero is unknown: the connectors write -1, false or nothing at all.
func (t text) size(unit int64) Size {
	n, err := strconv.ParseFloat(string(t), 64)
	if strings.Trim(string(t), "0123456789.eE+") != "" { // ParseFloat knows more spellings than PHP writes
		return Size{}
	}
	if err != nil || unit == 0 || math.IsNaN(n) || n < 0 || n*float64(unit) >= math.MaxInt64 {
		return Size{}
	}
	if whole, err := strconv.ParseInt(string(t), 10, 64); err == nil {
		return Bytes(whole * unit)
	}
	return Bytes(int64(math.Round(n * float64(unit))))
}

// human reads sizes as "251.97 GB". Its units are powers of 1024, which the
// exact figures of the same machine show (captured).
func (t text) human() Size {
	number, unit, _ := strings.Cut(string(t), " ")
	unit = strings.ToUpper(unit)
	exponent := strings.Index("BKMGTPE", unit[:min(len(unit), 1)])
	switch strings.TrimLeft(unit, "KMGTPE") {
	case "B", "IB", "O", "IO": // bytes, or octets
	default:
		exponent = -1
	}
	if exponent < 0 {
		return Size{}
	}
	return text(number).size(1 << (10 * exponent))
}

// lenient decodes what it can of an object: a field of an unexpected type is
// skipped, as encoding/json does before it reports the first one.
func lenient(err error) error {
	if _, odd := err.(*json.UnmarshalTypeError); odd {
		return nil
	}
	return err
}
