package ovhrest

import (
	"context"
	"iter"
	"strconv"
)

// OrderPayment returns how an order was paid; ErrNotFound while it is not.
func (c *Client) OrderPayment(ctx context.Context, orderID int64) (Payment, error) {
	return fetch[Payment](ctx, c, request{route: "GET /me/order/{orderId}/payment", args: []string{id(orderID)}})
}

// OrderPaymentMethods returns the methods that can pay an order (beta in the
// API).
func (c *Client) OrderPaymentMethods(ctx context.Context, orderID int64) (OrderPaymentMethods, error) {
	return fetch[OrderPaymentMethods](ctx, c, request{route: "GET /me/order/{orderId}/paymentMethods", args: []string{id(orderID)}})
}

// OrderPaymentMeans returns the pages where an order can be paid by hand.
func (c *Client) OrderPaymentMeans(ctx context.Context, orderID int64) (OrderPaymentMeans, error) {
	return fetch[OrderPaymentMeans](ctx, c, request{route: "GET /me/order/{orderId}/paymentMeans", args: []string{id(orderID)}})
}

// AvailableRegisteredPaymentMeans lists the means on file that can pay an
// order.
func (c *Client) AvailableRegisteredPaymentMeans(ctx context.Context, orderID int64) ([]RegisteredPaymentMean, error) {
	return fetch[[]RegisteredPaymentMean](ctx, c, request{route: "GET /me/order/{orderId}/availableRegisteredPaymentMean", args: []string{id(orderID)}})
}

// PayOrder pays an order with a method on file, a free order as well: it is
// not paid by itself. It is never repeated: after ErrAmbiguous, OrderStatus
// tells. Nothing here compares the price with anything.
func (c *Client) PayOrder(ctx context.Context, orderID, paymentMethodID int64) error {
	body := struct {
		PaymentMethod PayWithPaymentMethod `json:"paymentMethod"`
	}{PayWithPaymentMethod{ID: paymentMethodID}}
	return c.do(ctx, request{route: "POST /me/order/{orderId}/pay", args: []string{id(orderID)}, body: body}, nil)
}

// PayOrderWithRegisteredMean pays an order with a means on file.
// ReusablePaymentMeanFidelityAccount pays an order of 0 without any method on
// file (terraform-provider-ovh). The means' id is needed for bankAccount,
// creditCard and paypal, and 0 otherwise. It is never repeated.
func (c *Client) PayOrderWithRegisteredMean(ctx context.Context, orderID int64, mean ReusablePaymentMean, meanID int64) error {
	body := struct {
		PaymentMean   ReusablePaymentMean `json:"paymentMean"`
		PaymentMeanID int64               `json:"paymentMeanId,omitzero"`
	}{mean, meanID}
	return c.do(ctx, request{route: "POST /me/order/{orderId}/payWithRegisteredPaymentMean", args: []string{id(orderID)}, body: body}, nil)
}

// PaymentMethodFilter narrows PaymentMethods down; its zero value takes all.
type PaymentMethodFilter struct {
	Default     Opt[bool]
	PaymentType string
	Status      PaymentStatus
}

// PaymentMethodIDs lists the methods of payment on file, in one request.
func (c *Client) PaymentMethodIDs(ctx context.Context, f PaymentMethodFilter) ([]int64, error) {
	query := filter("paymentType", f.PaymentType, "status", string(f.Status))
	if wanted, ok := f.Default.Value(); ok {
		query.Set("default", strconv.FormatBool(wanted))
	}
	return fetch[[]int64](ctx, c, request{route: "GET /me/payment/method", query: query})
}

// PaymentMethods yields the methods of payment on file, with one request for
// each and a few of them at once.
func (c *Client) PaymentMethods(ctx context.Context, f PaymentMethodFilter) iter.Seq2[PaymentMethod, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.PaymentMethodIDs(ctx, f) }, c.PaymentMethod)
}

// PaymentMethod returns one method of payment on file.
func (c *Client) PaymentMethod(ctx context.Context, paymentMethodID int64) (PaymentMethod, error) {
	return fetch[PaymentMethod](ctx, c, request{route: "GET /me/payment/method/{paymentMethodId}", args: []string{id(paymentMethodID)}})
}

// AvailablePaymentMethods lists the methods of payment that can be added.
func (c *Client) AvailablePaymentMethods(ctx context.Context) ([]AvailablePaymentMethod, error) {
	return fetch[[]AvailablePaymentMethod](ctx, c, request{route: "GET /me/payment/availableMethods"})
}
