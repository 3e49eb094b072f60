package monitor

import (
	"encoding/json"
	"strconv"
)

// Count is a number of things that may be unknown. Unknown is the zero value
// and null in JSON; it is not 0.
type Count struct {
	N     int64
	Known bool
}

// CountOf returns a known Count, or an unknown one for a negative number.
func CountOf(n int64) Count {
	if n < 0 {
		return Count{}
	}
	return Count{n, true}
}

// String reads "7" or "unknown".
func (c Count) String() string {
	if !c.Known {
		return "unknown"
	}
	return strconv.FormatInt(c.N, 10)
}

// MarshalJSON writes a number, or null.
func (c Count) MarshalJSON() ([]byte, error) {
	if !c.Known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, c.N, 10), nil
}

// UnmarshalJSON reads a number, or null.
func (c *Count) UnmarshalJSON(data []byte) error {
	var n *int64
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*c = Count{}
	if n != nil {
		*c = CountOf(*n)
	}
	return nil
}
