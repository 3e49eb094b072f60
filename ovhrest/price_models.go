package ovhrest

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
