package ovhsoap

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/hebergo/hebergo/internal/transport"
)

//go:generate go run ./internal/typed

// The methods of Session that have a function's name call that function. Their
// arguments are the WSDL's, in its order and without the session: up to four
// one by one, more in a structure that ends in Args. What is left empty there
// is sent empty, which Perl takes for false; to send nil, or nothing, use Call.
//
// The WSDL gives names and types and no words: what a method is said to do is
// read from its name.

// run calls a function that returns nothing.
func run(ctx context.Context, s *Session, function string, args ...any) error {
	_, err := Call[Void](ctx, s, function, args...)
	return err
}

// Secret is a text that must not be seen: a password, or a code that takes a
// domain or an order over. It prints as REDACTED under every verb, in
// log/slog and in JSON; string(s) is the text.
type Secret string

// Format writes REDACTED.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, transport.Redacted) }

// String returns REDACTED.
func (Secret) String() string { return transport.Redacted }

// LogValue is String, for log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(transport.Redacted) }

// MarshalJSON is String, for encoding/json.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + transport.Redacted + `"`), nil }
