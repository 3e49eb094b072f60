package velneo

import (
	"log/slog"

	"github.com/hebergo/hebergo/internal/redact"
)

// What holds a secret prints as a constant, whichever way it is printed.
const (
	hiddenConfig  = "velneo.Config{" + redact.Redacted + "}"
	hiddenClient  = "velneo.Client{" + redact.Redacted + "}"
	hiddenUser    = "velneo.User{" + redact.Redacted + "}"
	hiddenRFCCall = "velneo.RFCCall{" + redact.Redacted + "}"
)

// String returns a constant: a Config holds the API key.
func (Config) String() string { return hiddenConfig }

// GoString implements fmt.GoStringer with the text of String.
func (Config) GoString() string { return hiddenConfig }

// LogValue implements slog.LogValuer with the text of String.
func (Config) LogValue() slog.Value { return slog.StringValue(hiddenConfig) }

// MarshalJSON implements json.Marshaler with the text of String.
func (Config) MarshalJSON() ([]byte, error) { return quoted(hiddenConfig) }

// String returns a constant: a Client holds the API key and the session.
func (*Client) String() string { return hiddenClient }

// GoString implements fmt.GoStringer with the text of String.
func (*Client) GoString() string { return hiddenClient }

// LogValue implements slog.LogValuer with the text of String.
func (*Client) LogValue() slog.Value { return slog.StringValue(hiddenClient) }

// MarshalJSON implements json.Marshaler with the text of String.
func (*Client) MarshalJSON() ([]byte, error) { return quoted(hiddenClient) }

// String returns a constant: a User holds a password.
func (User) String() string { return hiddenUser }

// GoString implements fmt.GoStringer with the text of String.
func (User) GoString() string { return hiddenUser }

// LogValue implements slog.LogValuer with the text of String.
func (User) LogValue() slog.Value { return slog.StringValue(hiddenUser) }

// MarshalJSON implements json.Marshaler with the text of String.
func (User) MarshalJSON() ([]byte, error) { return quoted(hiddenUser) }

// String returns a constant: an RFCCall holds the session and a signature.
func (RFCCall) String() string { return hiddenRFCCall }

// GoString implements fmt.GoStringer with the text of String.
func (RFCCall) GoString() string { return hiddenRFCCall }

// LogValue implements slog.LogValuer with the text of String.
func (RFCCall) LogValue() slog.Value { return slog.StringValue(hiddenRFCCall) }

// MarshalJSON implements json.Marshaler with the text of String.
func (RFCCall) MarshalJSON() ([]byte, error) { return quoted(hiddenRFCCall) }

func quoted(constant string) ([]byte, error) { return []byte(`"` + constant + `"`), nil }
