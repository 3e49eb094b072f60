package wedos_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
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

// What a stranger sends costs nothing: the method, the length and the token are
// looked at in that order, and the body of a stranger is not read.
func TestWebhook_CheapChecksFirst(t *testing.T) {
	hook := newHook(t, func(context.Context, *wedos.Notification) error { t.Error("handled"); return nil })
	for name, c := range map[string]struct {
		method, path string
		length       int64
		want         int
	}{
		"GET by a stranger":       {http.MethodGet, "/x", 5, http.StatusMethodNotAllowed},
		"PUT with the token":      {http.MethodPut, "/" + token, 5, http.StatusMethodNotAllowed},
		"too long, by a stranger": {http.MethodPost, "/x", 5000, http.StatusRequestEntityTooLarge},
		"too long":                {http.MethodPost, "/" + token, 5000, http.StatusRequestEntityTooLarge},
		"a stranger":              {http.MethodPost, "/" + token[1:] + "x", 5, http.StatusNotFound},
		"an endless path":         {http.MethodPost, "/" + strings.Repeat("x", 1<<20), 5, http.StatusNotFound},
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
