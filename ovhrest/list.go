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
		w := window[ID, T]{ids: ids, detail: detail, results: make([]chan result[T], len(ids))}
		defer w.running.Wait()
		defer cancel()
		for i := range min(ahead, len(ids)) {
			w.start(ctx, i)
		}
		for i := range ids {
			r := <-w.results[i]
			if !yield(r.value, r.err) || r.err != nil {
				return
			}
			w.start(ctx, i+ahead)
		}
	}
}

type result[T any] struct {
	value T
	err   error
}

// window holds the details that are being fetched.
type window[ID, T any] struct {
	ids     []ID
	detail  func(context.Context, ID) (T, error)
	results []chan result[T]
	running sync.WaitGroup
}

func (w *window[ID, T]) start(ctx context.Context, i int) {
	if i >= len(w.ids) {
		return
	}
	w.results[i] = make(chan result[T], 1)
	w.running.Go(func() {
		value, err := w.detail(ctx, w.ids[i])
		w.results[i] <- result[T]{value, err}
	})
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// endOfString returns the index of the quote that ends the string at i, or
// where b ends.
func endOfString(b []byte, i int) int {
	for i++; i < len(b) && b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return min(i, len(b))
}

// endOfValue returns the index behind the value at i.
func endOfValue(b []byte, i int) int {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = endOfString(b, i)
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return min(i, len(b))
}
