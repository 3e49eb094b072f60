package ovhrest

import (
	"context"
	"iter"
	"strings"
)

// CartItemIDs lists the items of a cart, in one request.
func (c *Client) CartItemIDs(ctx context.Context, cartID string) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /order/cart/{cartId}/item", args: []string{cartID}, sign: ifAble})
}

// CartItems yields the items of a cart, with one request for each and a few of
// them at once.
func (c *Client) CartItems(ctx context.Context, cartID string) iter.Seq2[Item, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.CartItemIDs(ctx, cartID) },
		func(ctx context.Context, id int64) (Item, error) { return c.CartItem(ctx, cartID, id) })
}

// CartItem returns one item of a cart.
func (c *Client) CartItem(ctx context.Context, cartID string, itemID int64) (Item, error) {
	return fetch[Item](ctx, c, request{route: "GET /order/cart/{cartId}/item/{itemId}", args: []string{cartID, id(itemID)}, sign: ifAble})
}

// EditCartItem changes an item's duration or quantity.
func (c *Client) EditCartItem(ctx context.Context, cartID string, itemID int64, edit ItemUpdate) (Item, error) {
	return fetch[Item](ctx, c, request{route: "PUT /order/cart/{cartId}/item/{itemId}", args: []string{cartID, id(itemID)}, body: edit, sign: ifAble})
}

// DeleteCartItem takes an item out of a cart.
func (c *Client) DeleteCartItem(ctx context.Context, cartID string, itemID int64) error {
	return c.do(ctx, request{route: "DELETE /order/cart/{cartId}/item/{itemId}", args: []string{cartID, id(itemID)}, sign: ifAble}, nil)
}

// RequiredConfiguration lists what an item asks for. An owner change asks for
// OWNER_CONTACT and, for some extensions, for more.
func (c *Client) RequiredConfiguration(ctx context.Context, cartID string, itemID int64) ([]ConfigurationRequirements, error) {
	return fetch[[]ConfigurationRequirements](ctx, c, request{
		route: "GET /order/cart/{cartId}/item/{itemId}/requiredConfiguration", args: []string{cartID, id(itemID)}, sign: ifAble,
	})
}

// ItemConfigurationIDs lists the values given to an item, in one request; with
// a label, those that have exactly that.
func (c *Client) ItemConfigurationIDs(ctx context.Context, cartID string, itemID int64, label string) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /order/cart/{cartId}/item/{itemId}/configuration", args: []string{cartID, id(itemID)}, query: filter("label", label), sign: ifAble,
	})
}

// ItemConfigurations yields the values given to an item, with one request for
// each and a few of them at once.
func (c *Client) ItemConfigurations(ctx context.Context, cartID string, itemID int64, label string) iter.Seq2[ConfigurationItem, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.ItemConfigurationIDs(ctx, cartID, itemID, label) },
		func(ctx context.Context, id int64) (ConfigurationItem, error) {
			return c.ItemConfiguration(ctx, cartID, itemID, id)
		})
}

// ItemConfiguration returns one value given to an item.
func (c *Client) ItemConfiguration(ctx context.Context, cartID string, itemID, configurationID int64) (ConfigurationItem, error) {
	return fetch[ConfigurationItem](ctx, c, request{
		route: "GET /order/cart/{cartId}/item/{itemId}/configuration/{configurationId}", args: []string{cartID, id(itemID), id(configurationID)}, sign: ifAble,
	})
}

// AddItemConfiguration gives an item a value. A label given twice makes the
// checkout fail, so list and delete the old one first.
func (c *Client) AddItemConfiguration(ctx context.Context, cartID string, itemID int64, value ItemConfigurationCreation) (ConfigurationItem, error) {
	r := request{route: "POST /order/cart/{cartId}/item/{itemId}/configuration", args: []string{cartID, id(itemID)}, body: value, sign: ifAble}
	if strings.Contains(value.Label, "CODE") || strings.Contains(value.Label, "AUTH") { // PROTECTED_CODE, AUTH_INFO
		r.secrets = []string{value.Value}
	}
	return fetch[ConfigurationItem](ctx, c, r)
}

// DeleteItemConfiguration takes a value from an item.
func (c *Client) DeleteItemConfiguration(ctx context.Context, cartID string, itemID, configurationID int64) error {
	return c.do(ctx, request{
		route: "DELETE /order/cart/{cartId}/item/{itemId}/configuration/{configurationId}", args: []string{cartID, id(itemID), id(configurationID)}, sign: ifAble,
	}, nil)
}
