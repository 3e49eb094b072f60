package ovhrest

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/shopspring/decimal"
)

func price(t *testing.T, text string) (Price, error) {
	t.Helper()
	var p Price
	err := json.Unmarshal([]byte(text), &p)
	return p, err
}

func TestMoneyIsExact(t *testing.T) {
	a, err := price(t, `{"currencyCode":"EUR","value":0.1,"text":"0,10 €"}`)
	if err != nil {
		t.Fatal(err)
	}
	b, err := price(t, `{"currencyCode":"EUR","value":0.2}`)
	if err != nil {
		t.Fatal(err)
	}
	sum := Money{a.Value.Add(b.Value.Decimal), "EUR"}
	want, err := ParseMoney("0.3", CurrencyEUR)
	if err != nil || !sum.Equal(want) {
		t.Errorf("0.1 + 0.2 = %v", sum)
	}
	if other, _ := ParseMoney("0.3", CurrencyUSD); sum.Equal(other) {
		t.Error("EUR equals USD")
	}
	if long, err := price(t, `{"currencyCode":"EUR","value":16.990000000000002}`); err != nil || long.Value.String() != "16.990000000000002" {
		t.Errorf("%v %v", long.Value, err)
	}
}

// No price may pass for 0.
func TestPricesThatAreNone(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"currencyCode":"EUR"}`, `{"currencyCode":"EUR","value":null}`, `{"value":0}`, `{"currencyCode":"","value":0}`,
		`{"currencyCode":"EUR","value":0,"priceInUcents":999000000}`, `{"currencyCode":"EUR","value":9.99,"priceInUcents":0}`,
		`{"currencyCode":"EUR","value":-1,"priceInUcents":100000000}`,
	} {
		p, err := price(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := p.Money(); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s is %v, %v", text, m, err)
		}
	}
	for _, text := range []string{
		`{"currencyCode":"EUR","value":16.99,"priceInUcents":1699000000}`, `{"currencyCode":"EUR","value":16.99,"priceInUcents":null}`,
		`{"currencyCode":"EUR","value":0.01,"priceInUcents":1234567}`,
	} {
		p, err := price(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Money(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A number may not make its reader compute for hours.
func TestNumbersThatAreBombs(t *testing.T) {
	for _, number := range []string{"1e999999999", "1e-999999999", "1e31", "0." + longDigits, longDigits, `"1"x`, `"abc"`, "true", "[]"} {
		var a Amount
		if err := json.Unmarshal([]byte(number), &a); err == nil {
			t.Errorf("%.20s… passed as %d digits", number, a.NumDigits())
		}
		if _, err := ParseMoney(number, "EUR"); !errors.Is(err, ErrInvalid) {
			t.Errorf("%.20s…: %v", number, err)
		}
	}
}

const longDigits = "11111111111111111111111111111111111111111111111111"

func TestAmountRoundTrip(t *testing.T) {
	for _, text := range []string{"0", "9.99", "-2.5", "null", "1234567.891"} {
		var a Amount
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(a); err != nil || string(again) != text {
			t.Errorf("%s became %s: %v", text, again, err)
		}
	}
	if raw, _ := json.Marshal(NewAmount(decimal.New(15, -1))); string(raw) != "1.5" {
		t.Errorf("%s", raw)
	}
}

func TestMoneyIsReal(t *testing.T) {
	for currency, want := range map[CurrencyCode]bool{"EUR": true, "XYZ": true, "points": false, "N/A": false, "": false} {
		if got := (Money{Currency: currency}).IsReal(); got != want {
			t.Errorf("%q: %v", currency, got)
		}
	}
}
