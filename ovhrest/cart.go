package ovhrest

import "context"

// CartIDs lists the carts assigned to the account, in one request; with a
// description, those that have exactly that.
func (c *Client) CartIDs(ctx context.Context, description string) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /order/cart", query: filter("description", description)})
}

// Cart returns one cart.
func (c *Client) Cart(ctx context.Context, cartID string) (Cart, error) {
	return fetch[Cart](ctx, c, request{route: "GET /order/cart/{cartId}", args: []string{cartID}, sign: ifAble})
}

// CreateCart creates an empty cart. It belongs to nobody until AssignCart.
func (c *Client) CreateCart(ctx context.Context, cart CartCreation) (Cart, error) {
	const route = "POST /order/cart"
	if cart.OvhSubsidiary == "" {
		return Cart{}, invalid(route, "OvhSubsidiary", "is empty: take it from Me")
	}
	return fetch[Cart](ctx, c, request{route: route, body: cart, sign: ifAble})
}

// EditCart changes a cart's description or the time it expires at.
func (c *Client) EditCart(ctx context.Context, cartID string, edit CartUpdate) (Cart, error) {
	return fetch[Cart](ctx, c, request{route: "PUT /order/cart/{cartId}", args: []string{cartID}, body: edit, sign: ifAble})
}

// DeleteCart removes a cart and what is in it.
func (c *Client) DeleteCart(ctx context.Context, cartID string) error {
	return c.do(ctx, request{route: "DELETE /order/cart/{cartId}", args: []string{cartID}}, nil)
}

// AssignCart gives a cart to the account. Without it neither the items'
// configuration nor the checkout work, though OVHcloud's guide to owner changes
// leaves it out.
func (c *Client) AssignCart(ctx context.Context, cartID string) error {
	return c.do(ctx, request{route: "POST /order/cart/{cartId}/assign", args: []string{cartID}}, nil)
}

// CartDomainOffers lists what can be ordered for a domain name into a cart.
func (c *Client) CartDomainOffers(ctx context.Context, cartID, domain string) ([]ProductInformation, error) {
	const route = "GET /order/cart/{cartId}/domain"
	if reason := badDomain(domain); reason != "" {
		return nil, invalid(route, "domain", reason)
	}
	return fetch[[]ProductInformation](ctx, c, request{route: route, args: []string{cartID}, query: filter("domain", domain)})
}

// CartCoupons lists the coupons in a cart.
func (c *Client) CartCoupons(ctx context.Context, cartID string) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /order/cart/{cartId}/coupon", args: []string{cartID}, sign: ifAble})
}

// AddCartCoupon puts a coupon into a cart and returns those in it then.
func (c *Client) AddCartCoupon(ctx context.Context, cartID, coupon string) ([]string, error) {
	body := struct {
		Coupon string `json:"coupon"`
	}{coupon}
	return fetch[[]string](ctx, c, request{route: "POST /order/cart/{cartId}/coupon", args: []string{cartID}, body: body, sign: ifAble})
}

// DeleteCartCoupon takes a coupon out of a cart.
func (c *Client) DeleteCartCoupon(ctx context.Context, cartID, coupon string) error {
	return c.do(ctx, request{route: "DELETE /order/cart/{cartId}/coupon", args: []string{cartID}, query: filter("coupon", coupon), sign: ifAble}, nil)
}
