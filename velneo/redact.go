package velneo

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/hebergo/hebergo/internal/transport"
)

// What holds a secret prints as a constant, whichever way it is printed.
const (
	hiddenConfig  = "velneo.Config{" + transport.Redacted + "}"
	hiddenClient  = "velneo.Client{" + transport.Redacted + "}"
	hiddenSession = "velneo.Session{" + transport.Redacted + "}"
	hiddenUser    = "velneo.User{" + transport.Redacted + "}"
	hiddenRFCCall = "velneo.RFCCall{" + transport.Redacted + "}"
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

// String returns a constant; string(s) is the id.
func (Session) String() string { return hiddenSession }

// GoString is String.
func (Session) GoString() string { return hiddenSession }

// Format is String for every verb, those for strings and bytes among them.
func (Session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hiddenSession) }

// LogValue is String, for log/slog.
func (Session) LogValue() slog.Value { return slog.StringValue(hiddenSession) }

// MarshalJSON is String, for encoding/json: save string(s) where the id is
// meant to be kept.
func (Session) MarshalJSON() ([]byte, error) { return quoted(hiddenSession) }

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
