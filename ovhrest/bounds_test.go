package ovhrest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/transport"
)

// largeList is a list of about n bytes.
func largeList(element string, n int) []byte {
	var b bytes.Buffer
	b.Grow(n + len(element) + 2)
	b.WriteByte('[')
	for b.Len() < n {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(element)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// hostile are answers that would take many times their length in memory.
func hostile() map[string][]byte {
	const n = 4 << 20
	wide := bytes.Replace(largeList(`"k":0`, n), []byte("["), []byte(`[{"id":1,`), 1)
	wide = append(wide[:len(wide)-1], "}]"...)
	extras := &bytes.Buffer{}
	extras.WriteString(`[{"id":1`)
	for i := 0; extras.Len() < n; i++ {
		extras.WriteString(`,"` + strings.Repeat("x", 1+i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676%26)) + `":0`)
	}
	extras.WriteString("}]")
	return map[string][]byte{
		"empty objects": largeList(`{}`, n), "ids": largeList(`{"id":1}`, n), "null": largeList(`null`, n), "numbers": largeList(`1`, n), "lists": largeList(`[]`, n), "strings": largeList(`""`, n),
		"one field again and again": wide, "unknown fields": extras.Bytes(), "nested": largeList(`{"id":1,"address":{}}`, n),
		"unknown trees": largeList(`{"id":1,"x":[{},{},{}]}`, n), "requirements": largeList(`{"label":"a","type":"b","fields":[]}`, n),
		"deep": []byte(strings.Repeat("[", n)), "endless string": append([]byte(`["`), bytes.Repeat([]byte("x"), n)...), "escapes": largeList(`"\\u0041"`, n),
	}
}

// Whatever an answer is, reading it takes no more than 16 times its length,
// what is given back meanwhile included.
func TestAnswers_MemoryIsBounded(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	s := &stage{}
	c, err := New(Config{URL: "https://api.example.com/1.0", AccessToken: NewSecret("hush"), MaxAttempts: 1, HTTPClient: &http.Client{Transport: s}, Limiter: NewLimiter(0)})
	require.NoError(t, err)
	defer c.Close()
	const most = 16 + 8 // the body itself takes up to 5 times its length while it grows
	worst := 0.0
	for name, body := range hostile() {
		for call, run := range map[string]func() error{
			"DomainContacts":        func() error { _, err := c.DomainContacts(t.Context()); return err },
			"RequiredConfiguration": func() error { _, err := c.RequiredConfiguration(t.Context(), "a-cart", 1); return err },
			"CartIDs":               func() error { _, err := c.CartIDs(t.Context(), ""); return err },
			"MeContactIDs":          func() error { _, err := c.MeContactIDs(t.Context()); return err },
			"ConfigurationRule":     func() error { _, err := c.ConfigurationRule(t.Context(), "example.com", "update"); return err },
			"Get":                   func() error { var v any; return c.Get(t.Context(), "/x", &v) },
			"DeleteCart":            func() error { return c.DeleteCart(t.Context(), "a-cart") },
		} {
			s.body = body
			var err error
			times := float64(allocated(func() { err = run() })) / float64(len(body))
			worst = max(worst, times)
			assert.LessOrEqual(t, times, float64(most), "%s, %s: %v", name, call, err)
			if err != nil && !errors.Is(err, ErrTooLarge) {
				assert.ErrorIs(t, err, ErrProtocol, "%s, %s", name, call)
			}
		}
	}
	t.Logf("at most %.1f times the answer, garbage and the body itself included", worst)
}

// allocated is what f allocates, garbage included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// An honest answer just under the limit is read.
func TestAnswers_LargeListIsRead(t *testing.T) {
	s := &stage{body: largeList(`{"id":7,"firstName":"Grace","lastName":"Newton","email":"grace@example.com","phone":"+33.123456789","language":"fr_FR","legalForm":"individual","address":{"line1":"2 rue B","city":"Lille","zip":"59000","country":"FR"}}`, 7<<20)}
	c, err := New(Config{URL: "https://api.example.com/1.0", AccessToken: NewSecret("hush"), HTTPClient: &http.Client{Transport: s}, Limiter: NewLimiter(0)})
	require.NoError(t, err)
	defer c.Close()
	contacts, err := c.DomainContacts(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Some("Lille"), contacts[len(contacts)-1].Address.City)
}

// A large answer is given up as the context ends.
func TestAnswers_LargeListAndTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := &exchange{request: request{route: "GET /domain/contact"}}
	x.op.Repeatable = true
	var out []Contact
	err := x.decode(ctx, response(largeList(`{"id":1,"address":{}}`, 1<<20)), &out)
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, ErrAmbiguous)
	require.NoError(t, x.decode(ctx, response([]byte(`[{"id":1}]`)), &out))
	assert.Len(t, out, 1)
}

func response(body []byte) *transport.Response {
	return &transport.Response{Status: http.StatusOK, Body: body}
}
