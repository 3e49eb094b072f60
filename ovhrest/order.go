package ovhrest

import (
	"context"
	"iter"
	"time"
)

// OrderFilter narrows Orders down by date; its zero value takes all.
type OrderFilter struct {
	From time.Time // at or after
	To   time.Time // at or before
}

// OrderIDs lists the account's orders, in one request.
func (c *Client) OrderIDs(ctx context.Context, f OrderFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/order", query: filter("date.from", stamp(f.From), "date.to", stamp(f.To))})
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// Orders yields the account's orders, with one request for each and a few of
// them at once.
func (c *Client) Orders(ctx context.Context, f OrderFilter) iter.Seq2[Order, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.OrderIDs(ctx, f) }, c.Order)
}

// Order returns one order.
func (c *Client) Order(ctx context.Context, orderID int64) (Order, error) {
	return fetch[Order](ctx, c, request{route: "GET /me/order/{orderId}", args: []string{id(orderID)}})
}

// OrderStatus returns how far an order is. OrderDelivered says that OVHcloud
// has passed it on, not that the registry has done it: for an owner change,
// follow the domain's task.
func (c *Client) OrderStatus(ctx context.Context, orderID int64) (OrderStatus, error) {
	return fetch[OrderStatus](ctx, c, request{route: "GET /me/order/{orderId}/status", args: []string{id(orderID)}})
}

// OrderFollowUp returns the steps of an order with their history (beta in the
// API).
func (c *Client) OrderFollowUp(ctx context.Context, orderID int64) ([]FollowUp, error) {
	return fetch[[]FollowUp](ctx, c, request{route: "GET /me/order/{orderId}/followUp", args: []string{id(orderID)}})
}

// OrderDetailIDs lists the lines of an order, in one request.
func (c *Client) OrderDetailIDs(ctx context.Context, orderID int64) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/order/{orderId}/details", args: []string{id(orderID)}})
}

// OrderDetails yields the lines of an order, with one request for each and a
// few of them at once.
func (c *Client) OrderDetails(ctx context.Context, orderID int64) iter.Seq2[OrderDetail, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.OrderDetailIDs(ctx, orderID) },
		func(ctx context.Context, id int64) (OrderDetail, error) { return c.OrderDetail(ctx, orderID, id) })
}

// OrderDetail returns one line of an order.
func (c *Client) OrderDetail(ctx context.Context, orderID, detailID int64) (OrderDetail, error) {
	return fetch[OrderDetail](ctx, c, request{route: "GET /me/order/{orderId}/details/{orderDetailId}", args: []string{id(orderID), id(detailID)}})
}

// OrderDetailExtension returns what a line of an order was in the cart (beta
// in the API).
func (c *Client) OrderDetailExtension(ctx context.Context, orderID, detailID int64) (OrderDetailExtension, error) {
	return fetch[OrderDetailExtension](ctx, c, request{
		route: "GET /me/order/{orderId}/details/{orderDetailId}/extension", args: []string{id(orderID), id(detailID)},
	})
}

// OrderAssociatedObject returns the bill or refund that an order led to.
func (c *Client) OrderAssociatedObject(ctx context.Context, orderID int64) (AssociatedObject, error) {
	return fetch[AssociatedObject](ctx, c, request{route: "GET /me/order/{orderId}/associatedObject", args: []string{id(orderID)}})
}

// OrderBalances lists the credit balances used on an order (beta in the API).
func (c *Client) OrderBalances(ctx context.Context, orderID int64) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /me/order/{orderId}/balance", args: []string{id(orderID)}})
}

// WaiveRetraction gives up the right to take an order back, so that it starts
// at once.
func (c *Client) WaiveRetraction(ctx context.Context, orderID int64) error {
	return c.do(ctx, request{route: "POST /me/order/{orderId}/waiveRetraction", args: []string{id(orderID)}}, nil)
}

// RequestRetraction takes an order back within its retraction period; comment
// may be empty.
func (c *Client) RequestRetraction(ctx context.Context, orderID int64, reason RetractionReason, comment string) error {
	body := struct {
		Comment string           `json:"comment,omitzero"`
		Reason  RetractionReason `json:"reason"`
	}{comment, reason}
	return c.do(ctx, request{route: "POST /me/order/{orderId}/retraction", args: []string{id(orderID)}, body: body}, nil)
}
