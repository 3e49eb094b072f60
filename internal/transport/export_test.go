package transport

import "net/http"

// HTTP shows the private client to the tests.
func (c *Client) HTTP() *http.Client { return c.http }

// UserAgent shows the tests what every request carries.
func (c *Client) UserAgent() string { return c.userAgent }
