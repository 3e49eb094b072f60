package wedos_test

import (
	"context"
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

const token = "a-token-of-some-length"

// post sends a body to a webhook and returns the status.
func post(t *testing.T, hook http.Handler, path, contentType, body string) int {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	hook.ServeHTTP(w, r)
	return w.Code
}

func newHook(t *testing.T, handle func(context.Context, *wedos.Notification) error) *wedos.Webhook {
	t.Helper()
	hook, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret(token), Handle: handle, MaxBytes: 4096, Remember: 2})
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

const form = "application/x-www-form-urlencoded"

// The shape of a notification is the manual's; what it says is ours.
const notify = `{"notify":{"code":1000,"result":"OK","timestamp":"1287598792","clTRID":"mine","svTRID":"1287598777.6704.32338.1","command":"domain-transfer","id":"1088","data":{"note":"a+b; 100%\" & ž"}}}`

func TestWebhookReadsEveryEncoding(t *testing.T) {
	xml := `<notify><code>1000</code><result>OK</result><svTRID>1</svTRID><command>x</command><ID>1088</ID><data><note>a+b; 100%" &amp; ž</note></data></notify>`
	var multi strings.Builder
	w := multipart.NewWriter(&multi)
	_ = w.WriteField("request", notify)
	_ = w.Close()
	for name, c := range map[string][2]string{
		"form":      {form, url.Values{"request": {notify}}.Encode()},
		"raw JSON":  {form, "request=" + notify},
		"raw XML":   {form, "request=" + xml},
		"form XML":  {form, url.Values{"x": {"1"}, "request": {xml}}.Encode()},
		"bare":      {"application/json", notify},
		"multipart": {w.FormDataContentType(), multi.String()},
	} {
		var got *wedos.Notification
		hook := newHook(t, func(_ context.Context, n *wedos.Notification) error { got = n; return nil })
		if status := post(t, hook, "/x/"+token, c[0], c[1]); status != http.StatusOK || got == nil {
			t.Errorf("%s: status %d", name, status)
		} else if got.ID != "1088" || got.Value("note") != `a+b; 100%" & ž` {
			t.Errorf("%s: %s %q", name, got.ID, got.Value("note"))
		}
	}
}

func TestWebhookRefuses(t *testing.T) {
	hook := newHook(t, func(context.Context, *wedos.Notification) error { t.Error("handled"); return nil })
	for name, c := range map[string]struct {
		path, body string
		want       int
	}{
		"wrong token":   {"/wrong", "request=" + notify, http.StatusNotFound},
		"no token":      {"/", "request=" + notify, http.StatusNotFound},
		"token as part": {"/" + token + "/x", "request=" + notify, http.StatusNotFound},
		"empty":         {"/" + token, "", http.StatusBadRequest},
		"a response":    {"/" + token, `request={"response":{"code":1000}}`, http.StatusBadRequest},
		"endless":       {"/" + token, "request=" + strings.Repeat("x", 5000), http.StatusRequestEntityTooLarge},
	} {
		if got := post(t, hook, c.path, form, c.body); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	w := httptest.NewRecorder()
	hook.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+token, nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}

// While a notification is being handled, a second delivery must not be told
// 200: the first may still fail.
func TestWebhookDuplicateUnderWay(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan error)
	hook := newHook(t, func(context.Context, *wedos.Notification) error { close(inside); return <-leave })
	first := make(chan int)
	go func() { first <- post(t, hook, "/"+token, form, "request="+notify) }()
	<-inside
	if got := post(t, hook, "/"+token, form, "request="+notify); got != http.StatusServiceUnavailable {
		t.Errorf("while under way: %d", got)
	}
	leave <- nil
	if got := <-first; got != http.StatusOK {
		t.Errorf("the first: %d", got)
	}
	if got := post(t, hook, "/"+token, form, "request="+notify); got != http.StatusOK {
		t.Errorf("afterwards: %d", got)
	}
}

// A panicking handler leaves the notification to be delivered again.
func TestWebhookPanic(t *testing.T) {
	calls := 0
	hook := newHook(t, func(context.Context, *wedos.Notification) error {
		if calls++; calls == 1 {
			panic("once")
		}
		return nil
	})
	func() {
		defer func() { _ = recover() }()
		post(t, hook, "/"+token, form, "request="+notify)
	}()
	if got := post(t, hook, "/"+token, form, "request="+notify); got != http.StatusOK || calls != 2 {
		t.Errorf("%d after %d calls", got, calls)
	}
}

// Remember bounds the memory: the oldest id is forgotten first.
func TestWebhookForgetsTheOldest(t *testing.T) {
	calls := 0
	hook := newHook(t, func(context.Context, *wedos.Notification) error { calls++; return nil })
	for _, id := range []string{"1", "2", "3", "3", "2", "1"} {
		post(t, hook, "/"+token, form, `request={"notify":{"code":1000,"id":"`+id+`"}}`)
	}
	if calls != 4 { // 1, 2, 3 and 1 again
		t.Errorf("%d calls", calls)
	}
}

func TestParseNotificationFromMail(t *testing.T) {
	xml := "Dear customer,\r\n\r\n<?xml version=\"1.0\"?>\r\n<notify>\r\n <code>1200</code>\r\n <result>Domain transfered out</result>\r\n <svTRID>9</svTRID>\r\n" +
		" <command>system-notify</command>\r\n <id>2277</id>\r\n <data><domain>example.cz</domain></data>\r\n</notify>\r\n-- \r\nWEDOS {x}"
	for _, text := range []string{xml, "Hello {you},\n" + notify + "\nBye"} {
		n, err := wedos.ParseNotification(text)
		if err != nil || n.ID == "" || !n.Final() || n.Err() != nil {
			t.Errorf("%+v, %v", n, err)
		}
	}
	for _, text := range []string{"", "no document", "<notify>", `"notify"`, "<notify></notify>", `}"notify"{`, `{"notify":[]}`} {
		if n, err := wedos.ParseNotification(text); !errors.Is(err, wedos.ErrProtocol) {
			t.Errorf("%q: %+v, %v", text, n, err)
		}
	}
}

func TestPollWaitsAndSurvivesAStuckQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{})
		c, err := wedos.New(fake.Config())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		time.AfterFunc(5*time.Minute, func() { _, _ = c.PingAsync(t.Context()) })
		var got int
		var last error
		for n, err := range c.Notifications(ctx, wedos.PollOptions{Wait: time.Minute}) {
			if last = err; err == nil && n.Command == "ping-async" {
				got++
			}
		}
		if got != 1 || !errors.Is(last, context.DeadlineExceeded) {
			t.Errorf("%d notifications, %v", got, last)
		}
		if polls := fake.Count("poll-req"); polls > 13 {
			t.Errorf("asked %d times in 10 minutes", polls)
		}
	})
	// A queue that repeats what it acknowledged is neither handled twice nor
	// asked without end.
	synctest.Test(t, func(t *testing.T) {
		c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), HTTPClient: always(
			`{"response":{"code":1000,"result":"OK","data":{"notify":{"code":1000,"id":"5"}}}}`)})
		if err != nil {
			t.Fatal(err)
		}
		handled := 0
		var last error
		for _, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
			if last = err; err == nil {
				handled++
			}
		}
		if handled != 1 || !errors.Is(last, wedos.ErrProtocol) {
			t.Errorf("handled %d times, %v", handled, last)
		}
	})
}

func always(body string) *http.Client {
	return &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		_, _ = w.WriteString(body)
		return w.Result(), nil
	})}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestPollDisabledIsTerminal(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{PollDisabled: true}, nil)
	n := 0
	for _, err := range c.Notifications(t.Context(), wedos.PollOptions{Wait: time.Nanosecond}) {
		if n++; !errors.Is(err, wedos.ErrForbidden) || !errors.Is(err, wedos.CodePollDisabled) {
			t.Errorf("%v", err)
		}
	}
	if n != 1 || fake.Count("poll-req") != 1 {
		t.Errorf("%d turns, %d requests", n, fake.Count("poll-req"))
	}
}

// The answer of an acknowledgement is lost after WAPI took it: the retry is
// told 2151, which means acknowledged.
func TestPollLostAck(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	for range 2 {
		if _, err := c.PingAsync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fake.Inject(wedostest.Fault{Command: "poll-ack", Lose: true})
	n := 0
	for _, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 2 || fake.Queued() != 0 {
		t.Errorf("%d handled, %d left", n, fake.Queued())
	}
}

func TestTrackerThroughPollAfterARestart(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{HoldAsync: true}, nil)
	fake.Take("taken.example")
	a, err := c.DomainTransfer(t.Context(), wedos.Transfer{Name: "taken.example", AuthInfo: wedos.NewSecret("pw")})
	if err != nil {
		t.Fatal(err)
	}
	pending, _ := a.Pending()
	stored, err := json.Marshal(pending) // the process ends here
	if err != nil {
		t.Fatal(err)
	}
	fake.Complete(1001, "Request pending")
	fake.Complete(1000, "OK")

	var restored wedos.Pending
	if err := json.Unmarshal(stored, &restored); err != nil {
		t.Fatal(err)
	}
	progress := 0
	tracker := wedos.NewTracker(wedos.TrackerConfig{Progress: func(*wedos.Notification) { progress++ }})
	var wg sync.WaitGroup
	wg.Go(func() {
		n, err := tracker.Wait(t.Context(), restored)
		if err != nil || n.Value("domain") != "taken.example" {
			t.Errorf("%+v, %v", n, err)
		}
	})
	for n, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		tracker.Deliver(n)
	}
	wg.Wait()
	if progress != 1 {
		t.Errorf("%d notes of progress", progress)
	}
	if n, err := tracker.Wait(t.Context(), restored); err != nil || n == nil {
		t.Errorf("an outcome that came before: %v", err)
	}
}

func TestTrackerMatching(t *testing.T) {
	tracker := wedos.NewTracker(wedos.TrackerConfig{Remember: 2})
	deliver := func(text string) {
		n, err := wedos.ParseNotification(text)
		if err != nil {
			t.Fatal(err)
		}
		tracker.Deliver(n)
	}
	deliver(`{"notify":{"code":3226,"result":"Domain transfer failed","svTRID":"s1","clTRID":"c1","command":"domain-transfer","id":1}}`)
	n, err := tracker.Wait(t.Context(), wedos.Pending{SvTRID: "s1"})
	if n == nil || !errors.Is(err, wedos.Code(3226)) || !errors.Is(err, wedos.ErrFailed) {
		t.Errorf("%v, %v", n, err)
	}
	if _, err := tracker.Wait(t.Context(), wedos.Pending{ClTRID: "c1"}); !errors.Is(err, wedos.Code(3226)) {
		t.Errorf("by our id: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tracker.Wait(ctx, wedos.Pending{SvTRID: "s2", ClTRID: "c1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("WAPI's id decides where both have one: %v", err)
	}
	deliver(`{"notify":{"code":1000,"svTRID":"s3","id":3}}`)
	deliver(`{"notify":{"code":1000,"svTRID":"s4","id":4}}`)
	if _, err := tracker.Wait(ctx, wedos.Pending{SvTRID: "s1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("the oldest is forgotten: %v", err)
	}
}

func TestSystemNotification(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddDomain(wedostest.Domain{Name: "gone.example"})
	fake.TransferOut("gone.example")
	n, err := c.PollReq(t.Context())
	if err != nil || n.Code != wedos.CodeTransferredOut || n.Code.Class() != wedos.ClassNotice || n.Value("domain") != "gone.example" || n.ClTRID != "" {
		t.Errorf("%+v, %v", n, err)
	}
	if err := c.PollAck(t.Context(), n.ID); err != nil {
		t.Error(err)
	}
	if err := c.PollAck(t.Context(), n.ID); !errors.Is(err, wedos.ErrNotFound) {
		t.Errorf("acknowledged twice: %v", err)
	}
	if _, err := c.PollReq(t.Context()); !errors.Is(err, wedos.ErrQueueEmpty) {
		t.Error(err)
	}
}

// A field before the document, white space around it, and braces behind it in
// a mail's footer are no obstacle.
func TestNotificationAmongOtherText(t *testing.T) {
	xml := "<notify><code>1000</code><id>1088</id><data><note>x</note></data></notify>"
	for name, body := range map[string]string{
		"field before, encoded": url.Values{"a": {"1"}, "request": {notify}}.Encode(),
		"field before, raw":     "a=1&request=" + notify,
		"semicolon elsewhere":   "a=1;2&request=" + url.QueryEscape(notify),
		"space before":          "request=\r\n " + notify,
	} {
		var got *wedos.Notification
		hook := newHook(t, func(_ context.Context, n *wedos.Notification) error { got = n; return nil })
		if status := post(t, hook, "/"+token, form, body); status != http.StatusOK || got == nil || got.Value("note") != `a+b; 100%" & ž` {
			t.Errorf("%s: status %d, %+v", name, status, got)
		}
	}
	for name, text := range map[string]string{
		"JSON, braces behind": "Hello,\n" + notify + "\n-- \n{your} WEDOS }",
		"XML, twice":          xml + "\n> " + xml + "\n",
		"XML, tag in CDATA":   `<notify><code>1000</code><id>1088</id><result><![CDATA[</notify>]]></result></notify>`,
		"XML, then a word":    xml + " </notify is the last tag",
	} {
		if n, err := wedos.ParseNotification(text); err != nil || n.ID != "1088" {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
	}
}

// A queue that was empty may use an id again: it is another notification.
func TestPollTheSameIDAfterAnEmptyQueue(t *testing.T) {
	synctest.Test(t, testSameIDAfterAnEmptyQueue)
}

func testSameIDAfterAnEmptyQueue(t *testing.T) {
	const one, none, acked = `{"response":{"code":1000,"result":"OK","data":{"notify":{"code":1000,"id":"5"}}}}`, `{"response":{"code":1003,"result":"x"}}`, `{"response":{"code":1002,"result":"x"}}`
	script := []string{one, acked, none, one, acked, none}
	c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), HTTPClient: &http.Client{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if len(script) == 0 {
				return nil, context.Canceled
			}
			w := httptest.NewRecorder()
			_, _ = w.WriteString(script[0])
			script = script[1:]
			return w.Result(), nil
		}),
	}, MaxAttempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	for _, err := range c.Notifications(t.Context(), wedos.PollOptions{Wait: time.Nanosecond}) {
		if err == nil {
			got++
		}
	}
	if got != 2 {
		t.Errorf("%d notifications, want 2", got)
	}
}
