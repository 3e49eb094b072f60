package ovhrest

import (
	"bytes"
	"fmt"

	"github.com/shopspring/decimal"
)

// Price is order.Price: an amount and its currency. Value is decoded exactly;
// PriceInUcents, if present, is the amount in hundred-millionths.
type Price struct {
	CurrencyCode  CurrencyCode `json:"currencyCode"`
	PriceInUcents Opt[int64]   `json:"priceInUcents,omitzero"` // 1699000000 is 16.99
	Text          string       `json:"text"`                   // for people, in the language of the account
	Value         Amount       `json:"value"`                  // in the currency's unit

	Extra Extra `json:"-"`
}

// CurrencyCode is order.CurrencyCodeEnum: an ISO 4217 code, or points, or N/A.
type CurrencyCode string

// The values of CurrencyCode that the API documents.
const (
	CurrencyPoints CurrencyCode = "points"
	CurrencyAUD    CurrencyCode = "AUD"
	CurrencyCAD    CurrencyCode = "CAD"
	CurrencyCZK    CurrencyCode = "CZK"
	CurrencyEUR    CurrencyCode = "EUR"
	CurrencyGBP    CurrencyCode = "GBP"
	CurrencyINR    CurrencyCode = "INR"
	CurrencyLTL    CurrencyCode = "LTL"
	CurrencyMAD    CurrencyCode = "MAD"
	CurrencyNA     CurrencyCode = "N/A"
	CurrencyPLN    CurrencyCode = "PLN"
	CurrencySGD    CurrencyCode = "SGD"
	CurrencyTND    CurrencyCode = "TND"
	CurrencyUSD    CurrencyCode = "USD"
	CurrencyXOF    CurrencyCode = "XOF"
)

// Amount is a decimal number, exactly as in the API. Its zero value is an
// unknown amount, which is not 0.
type Amount struct {
	decimal.Decimal
	known bool
}

// NewAmount returns an Amount with the given number.
func NewAmount(d decimal.Decimal) Amount { return Amount{d, true} }

// Known reports whether the amount has a number.
func (a Amount) Known() bool { return a.known }

// String returns the number, or "unknown" if there is none.
func (a Amount) String() string {
	if !a.known {
		return "unknown"
	}
	return a.Decimal.String()
}

// MarshalJSON writes a JSON number, or null.
func (a Amount) MarshalJSON() ([]byte, error) {
	if !a.known {
		return []byte("null"), nil
	}
	return []byte(a.String()), nil
}

// UnmarshalJSON reads a JSON number, or null for an unknown amount. It rejects
// a number with more than 40 characters or an exponent above 30: adding
// 1e999999999 to another number would exhaust the memory.
func (a *Amount) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*a = Amount{}
		return nil
	}
	d, err := parseAmount(string(b))
	if err != nil {
		return err
	}
	*a = NewAmount(d)
	return nil
}

func parseAmount(text string) (decimal.Decimal, error) {
	if len(text) > 40 {
		return decimal.Decimal{}, fmt.Errorf("a number of %d characters", len(text))
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return d, fmt.Errorf("not a number")
	}
	if e := d.Exponent(); e > 30 || e < -40 {
		return decimal.Decimal{}, fmt.Errorf("a number with the exponent %d", e)
	}
	return d, nil
}

// Money is an exact amount in a currency.
type Money struct {
	Amount   decimal.Decimal `json:"amount"`
	Currency CurrencyCode    `json:"currency"`
}

// ParseMoney parses an amount such as "9.99".
func ParseMoney(amount string, currency CurrencyCode) (Money, error) {
	d, err := parseAmount(amount)
	if err != nil {
		return Money{}, invalid("", "amount", "is "+err.Error())
	}
	return Money{d, currency}, nil
}

// String returns a text such as "9.99 EUR".
func (m Money) String() string { return m.Amount.String() + " " + string(m.Currency) }

// Equal reports whether both the amount and the currency are equal; 9.9 equals
// 9.90.
func (m Money) Equal(other Money) bool {
	return m.Currency == other.Currency && m.Amount.Equal(other.Amount)
}

// IsReal reports whether the currency can be used for payment; points, N/A and
// an empty currency can't.
func (m Money) IsReal() bool {
	return m.Currency != "" && m.Currency != CurrencyPoints && m.Currency != CurrencyNA
}

// ucentScale is how far PriceInUcents is shifted: 1 EUR is 100000000.
const ucentScale = -8

// Money returns the price as an exact amount. It fails with ErrProtocol if the
// price has no value or no currency, or if Value and PriceInUcents differ by a
// hundredth or more: nothing should be paid at such a price.
func (p Price) Money() (Money, error) {
	if !p.Value.known || p.CurrencyCode == "" {
		return Money{}, broken("", "a price without a value or a currency")
	}
	if ucents, ok := p.PriceInUcents.Value(); ok {
		diff := decimal.New(ucents, ucentScale).Sub(p.Value.Decimal).Abs()
		if diff.GreaterThanOrEqual(decimal.New(1, -2)) {
			return Money{}, broken("", "a price that contradicts itself")
		}
	}
	return Money{p.Value.Decimal, p.CurrencyCode}, nil
}
