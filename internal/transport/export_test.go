package transport

import (
	"context"
	"math"
	"net/http"
	"reflect"
)

// HTTP shows the tests what the client sends by.
func (c *Client) HTTP() *http.Client {
	return &http.Client{Transport: c.current.Load().RoundTripper, Jar: c.jar}
}

// UserAgent shows the tests what every request carries.
func (c *Client) UserAgent() string { return c.userAgent }

// JSONCost shows the tests what decoding text into out is taken to allocate.
func JSONCost(text []byte, out any) uint64 {
	s := jsonScan{ctx: context.Background(), text: text, limit: math.MaxUint64}
	_ = s.root(shapeOf(reflect.TypeOf(out).Elem()))
	return s.cost
}

// Leave gives up the client's present transport.
func (c *Client) Leave() { c.leave(c.current.Load()) }

// RoundTrip shows the guard around a RoundTripper to the tests.
func RoundTrip(ctx context.Context, rt http.RoundTripper, req *http.Request) (*http.Response, error) {
	return guard{rt, func() {}}.roundTrip(ctx, req)
}
