package monitor

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/hebergo/hebergo/internal/transport"
)

// PHP writes the same fact as a number, a text, a truth value or null, and an
// empty map as an empty list. These types take what comes; what can't be
// understood stays at its zero value and spoils nothing around it.

// word is any scalar, as it came.
type word string

func (w *word) UnmarshalJSON(data []byte) error {
	switch data[0] { // there is one: encoding/json has checked the syntax
	case '"':
		return json.Unmarshal(data, (*string)(w))
	case '{', '[', 'n':
		*w = ""
	default: // a number, true or false
		*w = word(data)
	}
	return nil
}

// text is any scalar, made safe to show.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var w word
	if err := w.UnmarshalJSON(data); err != nil {
		return err
	}
	*t = text(transport.Clean(string(w), 500))
	return nil
}

// scalar is the text of a JSON value, empty for null, objects and lists.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// count is a number that can't be negative, 0 where there is none.
func (t text) count() int {
	n, err := strconv.Atoi(string(t))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// truth is how PHP would see it: "", "0", false and null are false.
func (t text) truth() bool { return t != "" && t != "0" && t != "false" }

// size is the number of units of so many bytes each. Anything but a number
// from zero is unknown: the connectors write -1, false or nothing at all.
func (t text) size(unit int64) Size {
	n, err := strconv.ParseFloat(string(t), 64)
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
	exponent := strings.Index("BKMGTPE", strings.ToUpper(unit[:min(len(unit), 1)]))
	if unit == "" || exponent < 0 {
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
