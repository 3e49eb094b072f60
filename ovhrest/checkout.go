package ovhrest

import "context"

// CartSummary returns what a cart costs as far as can be told without an
// account.
func (c *Client) CartSummary(ctx context.Context, cartID string) (Checkout, error) {
	return fetch[Checkout](ctx, c, request{route: "GET /order/cart/{cartId}/summary", args: []string{cartID}, sign: ifAble})
}

// SimulateCheckout is the dry run: it returns the price and the contracts of a
// cart and orders nothing. It checks what the items ask for, too.
func (c *Client) SimulateCheckout(ctx context.Context, cartID string) (Checkout, error) {
	return fetch[Checkout](ctx, c, request{route: "GET /order/cart/{cartId}/checkout", args: []string{cartID}})
}

// ExecuteCheckout orders what is in a cart, which is read-only from then on. It
// is never repeated: after ErrAmbiguous, Cart.ReadOnly reports whether there is
// an order, and Orders which.
func (c *Client) ExecuteCheckout(ctx context.Context, cartID string, params CheckoutParams) (Checkout, error) {
	return fetch[Checkout](ctx, c, request{route: "POST /order/cart/{cartId}/checkout", args: []string{cartID}, body: params})
}
