package ovhrest

import (
	"bytes"
	"fmt"

	"github.com/shopspring/decimal"
)

// Price is order.Price: an amount with its currency. Value is decoded exactly;
// PriceInUcents, where it is given, is the amount in hundred-millionths.
type Price struct {
	CurrencyCode  CurrencyCode `json:"currencyCode"`
	PriceInUcents Opt[int64]   `json:"priceInUcents,omitzero"` // 1699000000 is 16.99
	Text          string       `json:"text"`                   // for people; its language is the account's
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

// Amount is a decimal number, exact as the API wrote it. Its zero value stands
// for no number, which is not 0.
type Amount struct {
	decimal.Decimal
	known bool
}

// NewAmount makes an Amount of a number.
func NewAmount(d decimal.Decimal) Amount { return Amount{d, true} }

// Known reports whether there was a number.
func (a Amount) Known() bool { return a.known }

// String is the number, or "unknown" where there is none.
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

// UnmarshalJSON reads a JSON number, or null for no number. A number with more
// than 40 characters or an exponent past 30 is refused: adding 1e999999999 to
// something would fill the memory.
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

// ParseMoney reads an amount such as "9.99".
func ParseMoney(amount string, currency CurrencyCode) (Money, error) {
	d, err := parseAmount(amount)
	if err != nil {
		return Money{}, invalid("", "amount", "is "+err.Error())
	}
	return Money{d, currency}, nil
}

// String reads "9.99 EUR".
func (m Money) String() string { return m.Amount.String() + " " + string(m.Currency) }

// Equal reports whether both the amount and the currency are the same; 9.9 and
// 9.90 are.
func (m Money) Equal(other Money) bool {
	return m.Currency == other.Currency && m.Amount.Equal(other.Amount)
}

// IsReal reports whether the currency is one that is paid in: not points, N/A or
// nothing.
func (m Money) IsReal() bool {
	return m.Currency != "" && m.Currency != CurrencyPoints && m.Currency != CurrencyNA
}

// ucentScale is how far PriceInUcents is shifted: 1 EUR is 100000000.
const ucentScale = -8

// Money returns the price as an exact amount. It fails with ErrProtocol where
// the price has no value or no currency, or where Value and PriceInUcents
// differ by a hundredth or more: nothing should be paid on such a price.
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
