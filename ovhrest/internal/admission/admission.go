// Package admission marks the context of a request that has a place in the
// Limiter already, or that must not wait for one.
package admission

import "context"

type key struct{}

// Grant returns a context whose requests pass the Limiter without waiting.
func Grant(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, true) }

// Granted reports whether ctx comes from Grant.
func Granted(ctx context.Context) bool { return ctx.Value(key{}) != nil }
