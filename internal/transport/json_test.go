package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// wide is as large as the largest objects of a service's API.
type wide struct {
	ID     int64             `json:"id"`
	Name   string            `json:"name"`
	Note   *string           `json:"note"`
	Inner  *wide             `json:"inner"`
	List   []wide            `json:"list"`
	Words  []string          `json:"words"`
	Table  map[string]int    `json:"table"`
	Wides  map[string]wide   `json:"wides"`
	Other  any               `json:"other"`
	Raw    json.RawMessage   `json:"raw"`
	Number json.Number       `json:"number"`
	Bytes  []byte            `json:"bytes"`
	At     time.Time         `json:"at"`
	Texts  map[string]string `json:"texts"`
	Choice option[wide]      `json:"choice"`
	Set    option[[]string]  `json:"set"`
	Kept   keeper            `json:"kept"`
	Kepts  []keeper          `json:"kepts"`
	Fixed  [4]string         `json:"fixed"`
	embeddedPart
	*PointedPart
	Pad [60]int64 `json:"pad"`
}

type embeddedPart struct {
	Inside []string `json:"inside"`
}

// PointedPart is made when one of its fields is there.
type PointedPart struct {
	Behind []int64    `json:"behind"`
	Large  [100]int64 `json:"large"`
}

// option decodes itself into its first field, as optional values do.
type option[T any] struct {
	value *T
	set   bool
}

func (o *option[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	o.value, o.set = new(T), true
	return json.Unmarshal(b, o.value)
}

// keeper keeps what it has no field for.
type keeper struct {
	Name  string `json:"name"`
	Extra map[string]json.RawMessage
}

func (k *keeper) UnmarshalJSON(b []byte) error {
	type plain keeper
	if err := json.Unmarshal(b, (*plain)(k)); err != nil {
		return err
	}
	if err := json.Unmarshal(b, &k.Extra); err != nil {
		return err
	}
	delete(k.Extra, "name")
	return nil
}

// repeated is a list of n times the same element.
func repeated(elem string, n int) string {
	return "[" + strings.Repeat(elem+",", n-1) + elem + "]"
}

// distinct is an object of n members with names of their own.
func distinct(value string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":%s`, i, value)
	}
	return "{" + b.String()[1:] + "}"
}

// allocated is what f allocates, garbage included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// oneShape is a kind of text and what it is decoded into.
type oneShape struct {
	text func(n int) string
	out  func() any
}

func list[T any](elem string) oneShape {
	return oneShape{func(n int) string { return repeated(elem, n) }, func() any { return new([]T) }}
}

func table[T any](value string) oneShape {
	return oneShape{func(n int) string { return distinct(value, n) }, func() any { return new(map[string]T) }}
}

func inField[T any](field, elem string) oneShape {
	return oneShape{func(n int) string { return `{"` + field + `":` + repeated(elem, n) + `}` }, func() any { return new(T) }}
}

var shapes = map[string]oneShape{
	"empty objects into structs":     list[wide](`{}`),
	"nulls into structs":             list[wide](`null`),
	"empty objects into pointers":    list[*wide](`{}`),
	"nulls into pointers":            list[*wide](`null`),
	"empty objects into maps":        list[map[string]string](`{}`),
	"small objects into maps":        list[map[string]string](`{"":""}`),
	"empty lists into lists":         list[[]wide](`[]`),
	"short lists into lists":         list[[]wide](`[{}]`),
	"numbers":                        list[int64](`1`),
	"empty strings":                  list[string](`""`),
	"strings":                        list[string](`"abcdefghijklmnopq"`),
	"strings that are not UTF-8":     list[string]("\"" + strings.Repeat("\xff", 99) + "\""),
	"escaped strings":                list[string](`"\u00e9\n\"\\"`),
	"any: empty objects":             list[any](`{}`),
	"any: small objects":             list[any](`{"":0}`),
	"any: empty lists":               list[any](`[]`),
	"any: short lists":               list[any](`[0]`),
	"any: numbers":                   list[any](`1.5`),
	"any: strings":                   list[any](`"ab"`),
	"any: an object":                 {func(n int) string { return distinct("null", n) }, func() any { return new(any) }},
	"optional structs":               list[option[wide]](`{}`),
	"optional lists":                 list[option[[]wide]](`[{}]`),
	"kept members":                   list[keeper](`{"a":1}`),
	"one with many kept members":     {func(n int) string { return distinct("0", n) }, func() any { return new(keeper) }},
	"raw":                            list[json.RawMessage](`[1,2,3]`),
	"numbers kept as text":           list[json.Number](`12`),
	"map of structs":                 table[wide](`{}`),
	"map of numbers":                 table[int](`1`),
	"map of strings":                 table[string](`""`),
	"map of lists":                   table[[]string](`[""]`),
	"a list in a struct":             inField[wide]("list", `{}`),
	"a list in a pointed-to struct":  inField[*wide]("list", `{}`),
	"a list in an embedded struct":   inField[wide]("inside", `""`),
	"a list behind a pointer":        inField[wide]("behind", `1`),
	"a field in other letters":       inField[wide]("LI\u017ft", `{}`),
	"an escaped field":               inField[wide](`\u006cist`, `{}`),
	"an unknown field":               inField[wide]("unknown", `{}`),
	"a field again and again":        {func(n int) string { return `{` + strings.Repeat(`"inner":{},"inner":null,`, n) + `"id":1}` }, func() any { return new(wide) }},
	"structs in structs":             list[wide](`{"inner":{"inner":{}}}`),
	"white space":                    list[int64](strings.Repeat(" \t\r\n", 5) + "1"),
	"structs with pointers to embed": list[wide](`{"large":[]}`),
}

// What is counted is what the runtime allocates, or more.
func TestDecodeJSON_CountsWhatIsAllocated(t *testing.T) {
	if raceDetector {
		t.Skip("other allocations under the race detector")
	}
	for name, shape := range shapes {
		for _, n := range []int{1, 2, 9, 300, 3000} {
			t.Run(fmt.Sprint(name, "/", n), func(t *testing.T) {
				text := []byte(shape.text(n))
				out := shape.out()
				require.NoError(t, json.Unmarshal(text, shape.out())) // whatever encoding/json caches
				counted := transport.JSONCost(text, out)
				got := allocated(func() { _ = transport.DecodeJSON(context.Background(), text, out) })
				if strings.Contains(name, "optional") || strings.Contains(name, "kept") {
					got /= 8 // a decoder of its own for each element is garbage at once
				}
				assert.LessOrEqual(t, got, counted+8<<10, "of %d bytes", len(text))
			})
		}
	}
}

// A value that is decoded takes no more than the factor, whatever its shape.
func TestDecodeJSON_MemoryIsBounded(t *testing.T) {
	size := 2 << 20
	if testing.Short() {
		size >>= 3
	}
	refused := 0
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			text := []byte(shape.text(size / len(shape.text(1))))
			var err error
			out := shape.out()
			got := allocated(func() { err = transport.DecodeJSON(context.Background(), text, out) })
			if err != nil {
				refused++
				require.ErrorIs(t, err, condition.ErrTooLarge)
				assert.Less(t, got, uint64(64<<10), "for a refusal")
				return
			}
			if !raceDetector {
				assert.Less(t, got, uint64(len(text)*transport.MaxJSONFactor+64<<10))
			}
		})
	}
	t.Logf("%d of %d shapes refused", refused, len(shapes))
}

// An answer that a service really gives passes, close to the default limit.
func TestDecodeJSON_HonestListsPass(t *testing.T) {
	elem := `{"id":123456789,"name":"example.com","note":"a domain","words":["ns1.example.com","ns2.example.com"],` +
		`"at":"2026-05-01T12:00:00+02:00","table":{"a":1,"b":2},"choice":null,"kept":{"name":"x","more":true}}`
	text := []byte(repeated(elem, 35000))
	for name, c := range map[string]struct {
		text []byte
		out  any
		n    func(out any) int
	}{
		"a list":         {text, new([]wide), func(out any) int { return len(*out.(*[]wide)) }},
		"in a struct":    {[]byte(`{"status":200,"list":` + string(text) + `}`), new(wide), func(out any) int { return len(out.(*wide).List) }},
		"of any":         {text, new([]any), func(out any) int { return len(*out.(*[]any)) }},
		"of maps":        {text, new([]map[string]any), func(out any) int { return len(*out.(*[]map[string]any)) }},
		"short, sparse":  {[]byte(repeated(`{"id":1}`, 900)), new([]wide), nil},
		"small elements": {[]byte(repeated(`{"name":"example.com","id":123,"state":"ok"}`, 45000)), new([]keeper), nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.Less(t, len(c.text), transport.DefaultMaxResponseBytes+1<<20)
			require.NoError(t, transport.DecodeJSON(t.Context(), c.text, c.out))
			if c.n != nil {
				assert.Equal(t, 35000, c.n(c.out))
			}
		})
	}
}

func TestDecodeJSON_SaysWhatIsTooLarge(t *testing.T) {
	var out wide
	err := transport.DecodeJSON(t.Context(), []byte(`{"list":`+repeated(`{}`, 100000)+`}`), &out)
	require.ErrorIs(t, err, condition.ErrTooLarge)
	assert.EqualError(t, err, "the answer of 300010 bytes would take more than 4800160 bytes in memory: \"list\" is too large")
	assert.Equal(t, wide{}, out)
}

func TestDecodeJSON_EqualsUnmarshal(t *testing.T) {
	for _, text := range []string{
		`{"id":1,"name":"a\"b\\","list":[{"id":2},{}],"words":[],"inside":["x"],"behind":[1],"LIST":[{"id":3}]}`, `{"list":null}`, `{}`, `null`,
		`{"list":[{"id":1},{"id":2}],"list":[{"name":"x"}]}`, `{"table":{"a":1},"other":[{"a":[1,"b",null,true]}],"fixed":["a","b","c","d","e"]}`,
		``, `{`, `[`, `{"id"`, `{"id":`, `{"id":1`, `{"id":1}x`, `{"id" 1}`, `{1:1}`, `"\`, `"`, `{"a":"\\\"`, `nul`, `{"id":1,}`, `{"list":[,]}`, `}`, "\x00",
		`{"id":"one"}`, `{"list":{}}`, `{"list":[1]}`,
	} {
		t.Run(text, func(t *testing.T) {
			var got, want wide
			wantErr := json.Unmarshal([]byte(text), &want)
			assert.Equal(t, wantErr, transport.DecodeJSON(t.Context(), []byte(text), &got))
			assert.Equal(t, want, got)
		})
	}
	assert.Error(t, transport.DecodeJSON(t.Context(), []byte(`{}`), wide{}))
	assert.Error(t, transport.DecodeJSON(t.Context(), []byte(`{}`), nil))
}

func TestDecodeJSON_Depth(t *testing.T) {
	for _, open := range []string{`[`, `{"a":`} {
		err := transport.DecodeJSON(t.Context(), []byte(strings.Repeat(open, 1<<20)), new(any))
		require.ErrorIs(t, err, condition.ErrProtocol)
		assert.EqualError(t, err, "the answer nests more than 64 deep")
	}
	assert.NoError(t, transport.DecodeJSON(t.Context(), []byte(strings.Repeat("[", 64)+strings.Repeat("]", 64)), new(any)))
}

// ended is a context that ends when it was asked so often, but does not say so
// to those who wait.
type ended struct {
	context.Context
	left *int
}

func (e ended) Err() error {
	if *e.left--; *e.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

func TestDecodeJSON_EndsWithItsContext(t *testing.T) {
	text := []byte(repeated(`[1,2,3,4,5,6,7,8]`, 1<<17))
	t.Run("while it counts", func(t *testing.T) {
		left := 3
		err := transport.DecodeJSON(ended{t.Context(), &left}, text, new([][]int))
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	t.Run("while encoding/json is at work", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		never, gone := make(chan struct{}), make(chan struct{})
		var out [][]int
		err := transport.DecodeJSONBy(ctx, text, &out, func([]byte, any) error {
			defer close(gone)
			cancel()
			<-never
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		assert.Nil(t, out)
		close(never)
		<-gone
	})
}

func TestBoundJSON_FirstValueAlone(t *testing.T) {
	var names []string
	assert.NoError(t, transport.BoundJSON(t.Context(), []byte(`["a"] and more`), &names))
	assert.ErrorIs(t, transport.BoundJSON(t.Context(), []byte(repeated(`{}`, 100000)+" and more"), new([]wide)), condition.ErrTooLarge)
	assert.NoError(t, transport.BoundJSON(t.Context(), []byte(`[`), nil))
}

// FuzzDecodeJSON: whatever is accepted allocates no more than was counted.
func FuzzDecodeJSON(f *testing.F) {
	for _, shape := range shapes {
		f.Add([]byte(shape.text(3)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, out := range []func() any{
			func() any { return new(wide) }, func() any { return new([]wide) }, func() any { return new(any) },
			func() any { return new(map[string]*wide) }, func() any { return new([][]string) },
		} {
			err := json.Unmarshal(text, out())
			if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
				continue // an error's text each time
			}
			counted := transport.JSONCost(text, out())
			into := out()
			got := allocated(func() { err = transport.DecodeJSON(context.Background(), text, into) })
			if err == nil && got > counted+16<<10+uint64(len(text))*100 { // decoders of the types that decode themselves
				t.Errorf("%T: %d bytes, counted %d: %q", into, got, counted, text)
			}
		}
	})
}
