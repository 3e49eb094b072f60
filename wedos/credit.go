package wedos

import (
	"context"
	"time"

	"github.com/shopspring/decimal"
)

// CreditInfo tells the credit account's balance. It is repeated.
func (c *Client) CreditInfo(ctx context.Context) (Credit, error) {
	var out Credit
	_, err := c.fetch(ctx, "credit-info", nil, &out)
	return out, err
}

// Movement is a payment from the credit account or a deposit to it.
type Movement struct {
	ID          string          `wapi:"ID"`
	Type        string          `wapi:"type"` // payment or deposit
	Number      string          `wapi:"num"`  // of the order
	Description string          `wapi:"description"`
	Amount      decimal.Decimal `wapi:"amount"` // negative for a payment
	BillNumber  string          `wapi:"bill_num"`
	BillDate    time.Time       `wapi:"bill_date"`
	Blocked     bool            `wapi:"blocked"`
	CreatedDate time.Time       `wapi:"created_date"`
}

// AccountList lists the credit account's movements, both days included; the
// days are taken in Prague. It is repeated.
func (c *Client) AccountList(ctx context.Context, from, to time.Time) ([]Movement, error) {
	const command = "account-list"
	switch {
	case from.IsZero():
		return nil, invalid(command, "date_from", "is zero")
	case to.Before(from):
		return nil, invalid(command, "date_to", "is before date_from")
	}
	var list struct {
		Movements []Movement `wapi:"*"`
	}
	_, err := c.fetch(ctx, command, struct {
		From string `wapi:"date_from"`
		To   string `wapi:"date_to"`
	}{from.In(prague()).Format(time.DateOnly), to.In(prague()).Format(time.DateOnly)}, &list)
	return list.Movements, err
}
