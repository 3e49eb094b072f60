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

// GoString is String.
func (Config) GoString() string { return hiddenConfig }

// LogValue is String, for log/slog.
func (Config) LogValue() slog.Value { return slog.StringValue(hiddenConfig) }

// MarshalJSON is String, for encoding/json.
func (Config) MarshalJSON() ([]byte, error) { return quoted(hiddenConfig) }

// String returns a constant: a Client holds the API key and the session.
func (*Client) String() string { return hiddenClient }

// GoString is String.
func (*Client) GoString() string { return hiddenClient }

// LogValue is String, for log/slog.
func (*Client) LogValue() slog.Value { return slog.StringValue(hiddenClient) }

// MarshalJSON is String, for encoding/json.
func (*Client) MarshalJSON() ([]byte, error) { return quoted(hiddenClient) }

// String returns a constant: a User holds a password.
func (User) String() string { return hiddenUser }

// GoString is String.
func (User) GoString() string { return hiddenUser }

// LogValue is String, for log/slog.
func (User) LogValue() slog.Value { return slog.StringValue(hiddenUser) }

// MarshalJSON is String, for encoding/json.
func (User) MarshalJSON() ([]byte, error) { return quoted(hiddenUser) }

// String returns a constant: an RFCCall holds the session and a signature.
func (RFCCall) String() string { return hiddenRFCCall }

// GoString is String.
func (RFCCall) GoString() string { return hiddenRFCCall }

// LogValue is String, for log/slog.
func (RFCCall) LogValue() slog.Value { return slog.StringValue(hiddenRFCCall) }

// MarshalJSON is String, for encoding/json.
func (RFCCall) MarshalJSON() ([]byte, error) { return quoted(hiddenRFCCall) }

func quoted(constant string) ([]byte, error) { return []byte(`"` + constant + `"`), nil }
