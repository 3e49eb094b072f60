package ovhrest

import (
	"context"
	"iter"
	"sync"
)

// ahead is how many details a list fetches at once, and how far it may be
// ahead of the caller.
const ahead = 8

// each lists ids and yields the detail of each in the ids' order. It ends with
// the first error, and leaves nothing running when the caller breaks off.
func each[ID, T any](ctx context.Context, list func(context.Context) ([]ID, error), detail func(context.Context, ID) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		ids, err := list(ctx)
		if err != nil {
			yield(none, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()

		type result struct {
			value T
			err   error
		}
		results := make([]chan result, len(ids))
		start := func(i int) {
			if i >= len(ids) {
				return
			}
			results[i] = make(chan result, 1)
			running.Go(func() {
				value, err := detail(ctx, ids[i])
				results[i] <- result{value, err}
			})
		}
		for i := range min(ahead, len(ids)) {
			start(i)
		}
		for i := range ids {
			r := <-results[i]
			if r.err != nil {
				yield(none, r.err)
				return
			}
			if !yield(r.value, nil) {
				return
			}
			start(i + ahead)
		}
	}
}
