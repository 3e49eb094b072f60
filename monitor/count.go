package monitor

import (
	"encoding/json"
	"strconv"
)

// Count is a number that may be unknown. The zero value is unknown, which is
// null in JSON and not the same as 0.
type Count struct {
	N     int64
	Known bool
}

// CountOf returns a known Count, or an unknown one if n is negative.
func CountOf(n int64) Count {
	if n < 0 {
		return Count{}
	}
	return Count{n, true}
}

// String returns the number, such as "7", or "unknown".
func (c Count) String() string {
	if !c.Known {
		return "unknown"
	}
	return strconv.FormatInt(c.N, 10)
}

// MarshalJSON returns a number, or null if it is unknown.
func (c Count) MarshalJSON() ([]byte, error) {
	if !c.Known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, c.N, 10), nil
}

// UnmarshalJSON accepts a number or null.
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
