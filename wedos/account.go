package wedos

import (
	"context"
	"time"

	"github.com/shopspring/decimal"
)

// Ping checks the login, the password, the caller's address and the hour of the
// signature: it returns an error unless WAPI accepts them all. It is retried.
func (c *Client) Ping(ctx context.Context) (*Answer, error) { return c.answer(ctx, "ping", nil) }

// PingAsync requests a notification, to test that notifications arrive. Its
// answer is pending. It is never retried.
func (c *Client) PingAsync(ctx context.Context) (*Answer, error) {
	return c.answer(ctx, "ping-async", nil)
}

// CreditInfo returns the balance of the credit account. A balance that is
// missing or can't be decoded is an error that matches ErrProtocol, never 0. It
// is retried.
func (c *Client) CreditInfo(ctx context.Context) (Credit, error) {
	var out Credit
	p, err := c.do(ctx, "credit-info", nil)
	if err == nil {
		err = p.fields(&out)
	}
	if err != nil {
		return Credit{}, err
	}
	return out, nil
}

// Movement is a payment from the credit account or a deposit to it.
type Movement struct {
	ID          string          `wapi:"ID,required"`
	Type        string          `wapi:"type,required"`   // payment or deposit
	Number      string          `wapi:"num"`             // order number; "" if there is none
	Description string          `wapi:"description"`     // "" if there is none
	Amount      decimal.Decimal `wapi:"amount,required"` // negative for a payment
	BillNumber  string          `wapi:"bill_num"`        // "" until there is a bill
	BillDate    time.Time       `wapi:"bill_date"`       // zero until there is a bill
	Blocked     bool            `wapi:"blocked,required"`
	CreatedDate time.Time       `wapi:"created_date,required"`
}

// AccountList lists the movements of the credit account between two days, both
// included, in Prague time. It is retried.
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
	p, err := c.do(ctx, command, struct {
		From string `wapi:"date_from"`
		To   string `wapi:"date_to"`
	}{from.In(prague()).Format(time.DateOnly), to.In(prague()).Format(time.DateOnly)})
	if err == nil {
		err = p.list("*", &list)
	}
	if err != nil {
		return nil, err
	}
	return list.Movements, nil
}
