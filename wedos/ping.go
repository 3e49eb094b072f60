package wedos

import "context"

// Ping reports whether login, password, address and hour are right. It is
// repeated.
func (c *Client) Ping(ctx context.Context) (*Answer, error) { return c.answer(ctx, "ping", nil) }

// PingAsync orders a notification, to test how they arrive. Its answer is
// pending. It is sent once.
func (c *Client) PingAsync(ctx context.Context) (*Answer, error) {
	return c.answer(ctx, "ping-async", nil)
}
