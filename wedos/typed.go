package wedos

import (
	"context"
	"log/slog"

	"github.com/hebergo/hebergo/internal/transport"
)

// Secret is text that prints as REDACTED, such as a domain's auth_info.
type Secret string

// String returns a constant.
func (Secret) String() string { return transport.Redacted }

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// LogValue is String, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON is String, for encoding/json.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// fetch carries out a command and decodes data into a struct.
func (c *Client) fetch(ctx context.Context, command string, data, into any) (Answer, error) {
	a, err := c.Call(ctx, command, data)
	if err != nil {
		return Answer{}, err
	}
	return *a, decode(*a.data, into)
}

// fetchObject is fetch for an answer that must hold one object of that name.
// Only a test call may come back without: WAPI then reads nothing.
func (c *Client) fetchObject(ctx context.Context, command, name string, data, into any) (Answer, error) {
	a, err := c.Call(ctx, command, data)
	if err != nil {
		return Answer{}, err
	}
	objects := a.data.objects(name)
	switch {
	case len(objects) > 0:
		return *a, decode(objects[0], into)
	case a.Test || c.config.Test || c.options.Test:
		return *a, nil
	}
	return Answer{}, &Error{
		Command: command, text: "the answer holds no " + name, SvTRID: a.SvTRID, ClTRID: a.ClTRID,
		conditions: []error{ErrProtocol},
	}
}

// negative reads a command's documented "no" as an answer.
func negative(a *Answer, err error, command string, codes func(Code) bool) (Answer, bool, error) {
	switch {
	case err == nil:
		return *a, true, nil
	case a != nil && codes(a.Code):
		return *a, false, nil
	}
	return Answer{Command: command}, false, err
}
