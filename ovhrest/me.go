package ovhrest

import (
	"context"
	"reflect"
)

// Me returns the account of the credential: its nic handle, its subsidiary,
// its currency.
func (c *Client) Me(ctx context.Context) (Nichandle, error) {
	return fetch[Nichandle](ctx, c, request{route: "GET /me"})
}

// EditMe changes the account. Fields left out stay as they are, and those that
// the API marks read-only are not sent.
func (c *Client) EditMe(ctx context.Context, edit Nichandle) error {
	return c.do(ctx, request{route: "PUT /me", body: writable(edit)}, nil)
}

// writable returns a copy of model without the fields that are read-only in
// the API (api:"ro"): the API refuses some of them and ignores others.
func writable[T any](model T) T {
	v := reflect.ValueOf(&model).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("api") == "ro" {
			v.Field(i).SetZero()
		}
	}
	return model
}
