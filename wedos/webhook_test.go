package wedos_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// Accounts number their notifications alike: two of them with one id are two,
// and the same one again is not.
func TestWebhook_TwoAccountsOneID(t *testing.T) {
	calls := 0
	hook, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret(token), Handle: func(context.Context, *wedos.Notification) error { calls++; return nil }})
	require.NoError(t, err)
	one := `request={"notify":{"code":1000,"svTRID":"1.1.1","clTRID":"a","command":"domain-transfer","id":"7"}}`
	for _, body := range []string{one, strings.Replace(one, "1.1.1", "2.2.2", 1), strings.Replace(one, `"a"`, `"b"`, 1), one, one} {
		assert.Equal(t, http.StatusOK, post(t, hook, "/"+token, form, body))
	}
	assert.Equal(t, 3, calls)
}

// A token that no address can end in would never be met.
func TestNewWebhook_TokenIsAPathElement(t *testing.T) {
	handle := func(context.Context, *wedos.Notification) error { return nil }
	for name, bad := range map[string]string{
		"slash": "0123456789abc/def", "question mark": "0123456789abc?def", "hash": "0123456789abc#def", "percent": "0123456789abc%41def", "space": "0123456789abc def",
		"dots": "................", "newline": "0123456789abc\ndef", "not ASCII": "0123456789abcédef", "short": "0123456789abcde", "long": strings.Repeat("x", 257), "none": "", "backslash": `0123456789abc\def`,
	} {
		var e *wedos.Error
		_, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret(bad), Handle: handle})
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, "Token", e.Field, name)
	}
	for _, good := range []string{"0123456789abcdef", "0123456789-._~$&+=:@", strings.Repeat("x", 256)} {
		hook, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret(good), Handle: handle})
		require.NoError(t, err, good)
		assert.Equal(t, http.StatusOK, post(t, hook, "/wapi/"+good, form, "request="+notify), good)
	}
}

// reads counts what is read of a body.
type reads struct {
	io.Reader
	n int
}

func (r *reads) Read(p []byte) (int, error) { r.n++; return r.Reader.Read(p) }

// An unauthenticated request costs nothing: the method, the length and the
// token are checked in that order, and its body is not read.
func TestWebhook_CheapChecksFirst(t *testing.T) {
	hook := newHook(t, func(context.Context, *wedos.Notification) error { t.Error("handled"); return nil })
	for name, c := range map[string]struct {
		method, path string
		length       int64
		want         int
	}{
		"GET by somebody else":       {http.MethodGet, "/x", 5, http.StatusMethodNotAllowed},
		"PUT with the token":         {http.MethodPut, "/" + token, 5, http.StatusMethodNotAllowed},
		"too long, by somebody else": {http.MethodPost, "/x", 5000, http.StatusRequestEntityTooLarge},
		"too long":                   {http.MethodPost, "/" + token, 5000, http.StatusRequestEntityTooLarge},
		"somebody else":              {http.MethodPost, "/" + token[1:] + "x", 5, http.StatusNotFound},
		"an endless path":            {http.MethodPost, "/" + strings.Repeat("x", 1<<20), 5, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			body := &reads{Reader: strings.NewReader("request=" + notify)}
			r := httptest.NewRequest(c.method, c.path, body)
			r.ContentLength = c.length
			w := httptest.NewRecorder()
			hook.ServeHTTP(w, r)
			assert.Equal(t, c.want, w.Code)
			assert.Zero(t, body.n, "the body was read")
		})
	}
}

// A notification within a text of another is only a text, however it is written.
func TestParseNotification_InnerTextDoesNotWin(t *testing.T) {
	for name, text := range map[string]string{
		"XML within JSON, PHP's slash": `{"notify":{"code":1000,"id":"1","command":"outer","result":"<notify><code>3201<\/code><id>666<\/id><\/notify>"}}`,
		"XML within JSON":              `{"notify":{"code":1000,"id":"1","command":"outer","result":"<notify><code>3201</code><id>666</id></notify>"}}`,
		"JSON within XML":              `<notify><code>1000</code><id>1</id><command>outer</command><result>{"notify":{"code":3201,"id":"666"}}</result></notify>`,
		"in a mail":                    "Hello,\n" + `{"notify":{"code":1000,"id":"1","command":"outer","result":"<notify><code>3201<\/code><id>666<\/id><\/notify>"}}` + "\nBye",
	} {
		n, err := wedos.ParseNotification(text)
		require.NoError(t, err, name)
		assert.Equal(t, []string{"1", "outer"}, []string{n.ID, n.Command}, name)
	}
	broken := `{"notify":{"code":1000,"id":"1","result":"<notify><code>1000</code><id>666</id></notify>"`
	_, err := wedos.ParseNotification(broken)
	assert.ErrorIs(t, err, wedos.ErrProtocol, "the outer one is broken")
}

// What is remembered of a notification does not hold its document.
func TestWebhook_RemembersNoDocuments(t *testing.T) {
	hook, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret(token), Handle: func(context.Context, *wedos.Notification) error { return nil }})
	require.NoError(t, err)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	const count = 500
	for n := range count {
		body := `request={"notify":{"code":1000,"id":"` + strconv.Itoa(n) + `","command":"x","result":"` + strings.Repeat("y", 60_000) + `"}}`
		require.Equal(t, http.StatusOK, post(t, hook, "/"+token, form, body))
	}
	after := heap()
	assert.Less(t, int64(after)-int64(before), int64(count*2000), "30 MB went through")
	runtime.KeepAlive(hook)
}

// Ids that can't be printed, or are too long to be kept, are refused.
func TestParseNotification_IDsAreBounded(t *testing.T) {
	for _, id := range []string{strings.Repeat("7", 65), "7 7", `7\u001b[2J`, "é"} {
		_, err := wedos.ParseNotification(`{"notify":{"code":1000,"id":"` + id + `"}}`)
		assert.ErrorIs(t, err, wedos.ErrProtocol, id)
		assert.NotContains(t, err.Error(), "7")
	}
}

// What can't be read is delivered once as what it is, and not sent for ever.
func TestWebhook_MalformedNotification(t *testing.T) {
	for name, c := range map[string]struct{ body, id, why string }{
		"no code":        {`{"notify":{"id":"7","command":"domain-transfer"}}`, "7", "no code"},
		"a word as code": {`<notify><code>none</code><id>7</id></notify>`, "7", `code "none"`},
		"a strange id":   {`{"notify":{"code":1000,"id":"7 7"}}`, "", "an id that is not printable ASCII"},
		"cut off":        {`{"notify":{"code":1000,"id":"7"`, "", "no notify document"},
		"cut off, XML":   {`<notify><code>1000</code><id>7</id>`, "", "no notify document"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []*wedos.Notification
			hook := newHook(t, func(_ context.Context, n *wedos.Notification) error { got = append(got, n); return nil })
			for range 2 {
				assert.Equal(t, http.StatusOK, post(t, hook, "/"+token, form, "request="+c.body))
			}
			require.Len(t, got, 1, "the same one again is a duplicate")
			assert.Equal(t, c.id, got[0].ID)
			assert.Equal(t, c.body, got[0].Raw.Text())
			assert.ErrorIs(t, got[0].Err(), wedos.ErrProtocol)
			assert.ErrorContains(t, got[0].Err(), c.why)
		})
	}
}

func TestWebhook_MalformedNotificationThatWasNotHandled(t *testing.T) {
	fails := true
	hook := newHook(t, func(context.Context, *wedos.Notification) error {
		if fails {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	body := `request={"notify":{"id":"7"}}`
	assert.Equal(t, http.StatusInternalServerError, post(t, hook, "/"+token, form, body))
	fails = false
	assert.Equal(t, http.StatusOK, post(t, hook, "/"+token, form, body))
}

// The fake posts what can't be read, and sees it taken.
func TestWebhook_MalformedNotificationOfTheFake(t *testing.T) {
	var got []*wedos.Notification
	listener := httptest.NewServer(newHook(t, func(_ context.Context, n *wedos.Notification) error { got = append(got, n); return nil }))
	defer listener.Close()
	fake := wedostest.NewServer(wedostest.Options{WebhookURL: listener.URL + "/" + token})
	defer fake.Close()
	fake.Malformed()
	left, err := fake.Deliver(t.Context())
	require.NoError(t, err)
	assert.Zero(t, left)
	require.Len(t, got, 1)
	assert.ErrorIs(t, got[0].Err(), wedos.ErrProtocol)
	assert.NotEmpty(t, got[0].ID)
}

// The outcomes that a Tracker keeps are bounded in bytes.
func TestTracker_BoundedInBytes(t *testing.T) {
	tracker := wedos.NewTracker(wedos.TrackerConfig{MaxBytes: 10_000})
	deliver := func(id string) {
		n, err := wedos.ParseNotification(`{"notify":{"code":1000,"id":"1","clTRID":"` + id + `","x":"` + strings.Repeat("y", 4000) + `"}}`)
		require.NoError(t, err)
		tracker.Deliver(n)
	}
	kept := func(id string) bool {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		n, _ := tracker.Wait(ctx, wedos.Pending{ClTRID: id})
		return n != nil
	}
	for _, id := range []string{"a", "b", "c"} {
		deliver(id)
	}
	assert.Equal(t, []bool{false, true, true}, []bool{kept("a"), kept("b"), kept("c")})
	small := wedos.NewTracker(wedos.TrackerConfig{MaxBytes: 1})
	tracker = small
	deliver("d")
	assert.True(t, kept("d"), "the latest one is kept in any case")
	deliver("e")
	assert.Equal(t, []bool{false, true}, []bool{kept("d"), kept("e")})
}

func TestWebhook_RedeliveredUntilHandled(t *testing.T) {
	var calls, failures atomic.Int32
	failures.Store(1)
	hook := newHook(t, func(context.Context, *wedos.Notification) error {
		if calls.Add(1); failures.Add(-1) >= 0 {
			return errors.New("database is away")
		}
		return nil
	})
	listener := httptest.NewServer(hook)
	defer listener.Close()
	c, fake := newPair(t, wedostest.Options{WebhookURL: listener.URL + "/wapi/" + token}, nil)
	require.NoError(t, second(c.PingAsync(t.Context())))
	left, err := fake.Deliver(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, left, "what was not handled must be delivered again")
	left, err = fake.Deliver(t.Context())
	require.NoError(t, err)
	require.Zero(t, left)
	require.EqualValues(t, 2, calls.Load())
	n, err := c.PollReq(t.Context())
	require.NoError(t, err)
	duplicate := fmt.Sprintf(`request={"notify":{"code":1000,"svTRID":%q,"clTRID":%q,"command":"ping-async","id":%q}}`, n.SvTRID, n.ClTRID, n.ID)
	assert.Equal(t, http.StatusOK, post(t, hook, "/"+token, form, duplicate))
	assert.EqualValues(t, 2, calls.Load(), "a duplicate is not handled")
}

// An outcome that can be read counts more than one that can't, whichever came
// first.
func TestTracker_PrefersWhatCanBeRead(t *testing.T) {
	tracker := wedos.NewTracker(wedos.TrackerConfig{})
	hook := newHook(t, tracker.Handle)
	pending := wedos.Pending{ClTRID: "mine"}
	require.Equal(t, http.StatusOK, post(t, hook, "/"+token, form, `request={"notify":{"id":"1","clTRID":"mine"}}`))
	n, err := tracker.Wait(t.Context(), pending)
	assert.ErrorIs(t, err, wedos.ErrProtocol)
	assert.Equal(t, "1", n.ID)
	require.Equal(t, http.StatusOK, post(t, hook, "/"+token, form, `request={"notify":{"code":1000,"id":"2","clTRID":"mine"}}`))
	n, err = tracker.Wait(t.Context(), pending)
	require.NoError(t, err)
	assert.Equal(t, "2", n.ID)
}
