package wedos

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Client calls WAPI. It is safe for concurrent use; make one an account, for
// it carries the account's budgets.
type Client struct {
	config       Config
	options      CallOptions
	endpoint     *url.URL
	passwordHash Secret
	scrubber     *accountScrubber
	transport    *transport.Client
	// skew is how far WAPI's clock is ahead of ours, in nanoseconds, once a
	// refused signature has shown it.
	skew *atomic.Int64
}

// CallOptions change single calls: see Client.With.
type CallOptions struct {
	// Test makes WAPI check the calls without carrying them out.
	Test bool
	// ClTRID is the id that WAPI returns with the answer and its notification:
	// printable ASCII, at most 40 bytes. Default: a new random one each call.
	ClTRID string
	// Critical calls may use the part of the budgets that the Limiter keeps back.
	Critical bool
	// OnAnswer sees the envelope of every answer, errors included, before the
	// call returns. It may be called by several goroutines at once.
	OnAnswer func(*Answer)
	// Save is handed the Intent of each command that spends or changes, before
	// it is sent, so that it can be stored: after a restart SettleIntent finds
	// out what became of it. If it returns an error, nothing is sent. It may be
	// called again for the same ClTRID, and then replaces what was stored; it
	// should take seconds, for after a minute nothing is sent either. It may be
	// called by several goroutines at once. Default: nothing is saved.
	Save func(context.Context, Intent) error
}

// New validates the configuration and returns a client. It sends nothing.
// Its error is an *Error with the Field.
func New(config Config) (*Client, error) {
	if err := config.setDefaults(); err != nil {
		return nil, err
	}
	endpoint, err := transport.CheckURL("URL", config.URL, false)
	if err != nil {
		return nil, fieldError(err)
	}
	tc, err := config.newTransport()
	if err != nil {
		return nil, err
	}
	endpoint.Path, endpoint.RawPath = endpoint.Path+"/"+string(config.Codec), ""
	inner := sha1.Sum([]byte(config.Password.Reveal()))
	hash := NewSecret(hex.EncodeToString(inner[:]))
	return &Client{
		config:       config,
		endpoint:     endpoint,
		passwordHash: hash,
		scrubber:     &accountScrubber{login: config.Login, password: config.Password, hash: hash},
		transport:    tc,
		skew:         new(atomic.Int64),
	}, nil
}

// With returns a client whose calls have these options in place of the former
// ones; only test mode stays, once it is on. It shares everything else, the
// budgets included, with the one it was made from.
func (c *Client) With(options CallOptions) *Client {
	derived := *c
	options.Test = options.Test || c.options.Test
	derived.options = options
	return &derived
}

// Close frees idle connections, unless they are of the caller's own
// transport. Later calls of this client and of those made by With return
// ErrClosed.
func (c *Client) Close() { c.transport.Close() }

// String returns a constant: a Client holds a password, and so does a copy.
func (Client) String() string { return "wedos.Client{" + redact.Redacted + "}" }

// GoString is String.
func (c Client) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, for encoding/json.
func (c Client) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// Call carries out any command. data is nil, a struct with `wapi:"…"` tags, or
// a map[string]any of strings, numbers, bools, Secrets, maps and slices. A code
// from 2000 on is an *Error, as is everything that went wrong; where WAPI did
// answer, the Answer is returned beside it.
//
// A command that this package does not know as a reading one is sent at most
// once; see the package comment for what is repeated.
func (c *Client) Call(ctx context.Context, command string, data any) (*Answer, error) {
	_, a, err := c.call(ctx, command, data)
	return a, err
}

// call is Call, and returns the request as well; tune may add to it.
func (c *Client) call(ctx context.Context, command string, data any, tune ...func(*request)) (*request, *Answer, error) {
	if ctx == nil {
		return nil, nil, invalid(command, "ctx", "is nil")
	}
	if !isName(command) {
		return nil, nil, invalid(command, "command", "is not the name of a command")
	}
	if err := c.options.check(command); err != nil {
		return nil, nil, err
	}
	r, err := c.newRequest(command, data)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range tune {
		f(r)
	}
	a, err := c.send(ctx, r)
	return r, a, err
}

func (o CallOptions) check(command string) error {
	if len(o.ClTRID) > maxClTRID || strings.ContainsFunc(o.ClTRID, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return invalid(command, "ClTRID", "is longer than 40 bytes or not printable ASCII")
	}
	return nil
}

// send carries out r, and once more if WAPI refused the signature because its
// clock shows another hour: a refused signature proves that nothing was done.
// The same hour means a wrong password, which is never tried twice: it counts
// towards the block.
func (c *Client) send(ctx context.Context, r *request) (*Answer, error) {
	a, err := c.exchange(ctx, r)
	if errors.Is(err, CodeAuth) && c.learnSkew(a.Time, r.signed) {
		a, err = c.exchange(ctx, r)
	}
	if a != nil && c.options.OnAnswer != nil {
		c.options.OnAnswer(a)
	}
	return a, err
}

// learnSkew compares WAPI's clock with the moment a request was signed for,
// and reports whether that explains a refused signature.
func (c *Client) learnSkew(server, signed time.Time) bool {
	if server.IsZero() || sameHour(server, signed) {
		return false
	}
	c.skew.Store(int64(server.Sub(c.config.Now())))
	return true
}

// now is the moment to sign for, by WAPI's clock as far as it is known.
func (c *Client) now() time.Time { return c.config.Now().Add(time.Duration(c.skew.Load())) }

// exchange sends r, through the limiter, and reads the answer. The place that
// the limiter gave is given back whatever happens, a panic of the caller's own
// code included.
func (c *Client) exchange(ctx context.Context, r *request) (a *Answer, err error) {
	release, outcome := func(Outcome) {}, OutcomeOK
	defer func() { release(outcome) }()
	r.webPage = false
	op := transport.Op{Name: r.command.name, Repeatable: r.command.repeatable, Redirect: func(hr *http.Response) error {
		r.webPage = isWebPage(hr.Header.Get("Location"))
		return nil // refused all the same
	}}
	resp, err := c.transport.Do(ctx, op, func(ctx context.Context) (*http.Request, error) {
		release(OutcomeOK) // of the attempt before: WAPI did not judge it
		release = func(Outcome) {}
		done, err := c.config.Limiter.Acquire(ctx, c.config.Login, c.use(ctx, r))
		if err != nil {
			return nil, c.refused(r, err)
		}
		release = done
		if err := c.save(ctx, r); err != nil {
			return nil, err
		}
		r.sent, r.signed = c.config.Now(), c.now()
		return c.post(ctx, c.form(r))
	})
	if err != nil {
		return nil, c.lost(r, err)
	}
	a, err = c.judge(r, op, resp)
	outcome = c.outcome(r, a)
	return a, err
}

// use is what the limiter is told of a request.
func (c *Client) use(ctx context.Context, r *request) Use {
	return Use{
		Command: r.command.name, Availability: r.command.availability, Critical: c.options.Critical,
		Waiting: func(wait time.Duration, why string) { c.logWait(ctx, r, wait, why) },
	}
}

// logWait writes one line about a wait of the limiter's: one that is as long
// as a person notices is worth more than a debug line.
func (c *Client) logWait(ctx context.Context, r *request, wait time.Duration, why string) {
	if c.config.Logger == nil {
		return
	}
	level := slog.LevelDebug
	if wait >= time.Second {
		level = slog.LevelInfo
	}
	c.config.Logger.LogAttrs(ctx, level, "wedos waits", slog.String("operation", r.command.name),
		slog.Duration("wait", wait), slog.String("why", why))
}

// maxSaving is how long CallOptions.Save may take: the Intent holds the time
// before it, and Settle counts from there.
const maxSaving = time.Minute

// save hands out the Intent of a command that changes something.
func (c *Client) save(ctx context.Context, r *request) error {
	if c.options.Save == nil || r.command.repeatable {
		return nil
	}
	start := c.config.Now()
	r.sent, r.signed = start, c.now()
	err := c.options.Save(ctx, r.intent())
	if err == nil && c.config.Now().Sub(start) > maxSaving {
		err = errors.New("it took longer than a minute")
	}
	if err == nil {
		return nil
	}
	e := r.failure()
	e.text, e.cause, e.intent = "nothing was sent, for saving the intent failed: "+err.Error(), err, nil
	return e
}

func (c *Client) post(ctx context.Context, form string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "", strings.NewReader(form))
	if err != nil {
		return nil, invalid("", "URL", "can't be requested")
	}
	target := *c.endpoint // parsed once, in New
	req.URL = &target
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req, nil
}

// refused wraps the limiter's error.
func (c *Client) refused(r *request, err error) error {
	var own *Error
	if errors.As(err, &own) {
		copied := *own
		copied.Command = r.command.name
		return &copied
	}
	return &Error{Command: r.command.name, text: "limiter: " + err.Error(), cause: err, ClTRID: r.clTRID}
}

// lost wraps a failure of the exchange.
func (c *Client) lost(r *request, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	e := r.failure()
	if r.webPage {
		e.text = "WAPI redirected to WEDOS's web page, as it does with callers by IPv6, and did nothing: set Config.IPv4Only"
		e.add(ErrProtocol)
		return e
	}
	e.fail(err)
	return e
}

// isWebPage knows where WAPI redirects callers by IPv6 to, before it reads what
// they ask: https://wedos.com/404.html (seen by another client's authors).
// Redirects by anybody else prove nothing.
func isWebPage(location string) bool {
	to, err := url.Parse(location)
	if err != nil || location == "" {
		return false
	}
	host := strings.ToLower(to.Hostname())
	return host == "wedos.com" || host == "www.wedos.com" || strings.HasSuffix(to.Path, "/404.html")
}

// judge reads an answer and turns a code of 2000 and above into an error. The
// Answer is returned beside it.
func (c *Client) judge(r *request, op transport.Op, resp *transport.Response) (*Answer, error) {
	show := c.line(r)
	if resp.Status >= 300 {
		e := r.failure()
		e.fail(resp.StatusError(op))
		e.Snippet = snippet(show, resp.Body)
		return nil, e
	}
	a, err := c.check(r, resp, show)
	if err != nil {
		return nil, c.notWAPI(r, resp.Body, err)
	}
	if a.Time.IsZero() {
		if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			a.Time = date.In(prague())
		}
	}
	if a.Code < 2000 {
		return a, nil
	}
	e := r.failure()
	e.Code, e.Class, e.Result, e.SvTRID = a.Code, a.Code.Class(), a.Result, a.SvTRID
	e.conditions = a.Code.conditions(r.command.name)
	if !r.command.repeatable && a.Code.unclear() {
		e.add(ErrAmbiguous)
	}
	return a, e
}

// check reads an answer; the error says which check showed that it is not
// WAPI's answer to this request. WAPI may leave the client's id out, and has
// been documented to shorten ping-async to ping.
func (c *Client) check(r *request, resp *transport.Response, show line) (*Answer, error) {
	if resp.Status != http.StatusOK {
		return nil, fmt.Errorf("HTTP status %d, want 200", resp.Status)
	}
	a, err := parseAnswer(string(resp.Body), show)
	switch {
	case err != nil:
		return nil, err
	case a.ClTRID != "" && a.ClTRID != r.clTRID:
		return nil, fmt.Errorf("clTRID %q, want %q", a.ClTRID, r.clTRID)
	case a.ClTRID == "" && a.Command != "" && a.Command != r.command.name:
		return nil, fmt.Errorf("command %q, want %q", a.Command, r.command.name)
	case a.Test && !r.test:
		return nil, errors.New("it answers a test, and none was asked for")
	}
	return a, nil
}

// notWAPI describes an answer by somebody else. Only a caller's repeatable
// command is safe from having been carried out.
func (c *Client) notWAPI(r *request, body []byte, why error) error {
	e := r.failure()
	e.text, e.Snippet = "the answer is not WAPI's: "+why.Error(), snippet(c.line(r), body)
	e.add(ErrProtocol)
	if errors.Is(why, errTooMany) {
		e.text, e.conditions = "the answer can't be read: "+why.Error(), []error{ErrTooLarge}
	}
	lower := strings.ToLower(string(body[:min(len(body), 1<<10)]))
	switch {
	case strings.HasPrefix(lower, "user-agent rate limit"):
		e.text = "the User-Agent is rate limited"
		e.add(ErrRateLimited)
	case strings.Contains(lower, "doctype") && strings.Contains(lower, "protection"):
		e.text = "a protection page stands before WAPI"
		e.add(ErrUnavailable)
	}
	if !r.command.repeatable {
		e.add(ErrAmbiguous)
	}
	return e
}

// snippet is what an Error shows of an answer that is not WAPI's.
func snippet(show line, body []byte) string { return show(string(body[:min(len(body), 1<<10)]), 200) }

// line takes the secrets of a request out of a text that WAPI wrote, for a
// hostile or helpful server may repeat them; then it makes the text one line
// and cuts it.
func (c *Client) line(r *request) line {
	return func(text string, limit int) string {
		if text == "" || text == "OK" || text == r.command.name || text == r.clTRID {
			return text // ours, or known to be harmless
		}
		if len(r.secrets) > 0 {
			text = redact.Scrub(text, r.secrets...)
		}
		return redact.Clean(c.scrubber.at(c.now()).scrub(text), limit)
	}
}

// outcome is what the limiter is told that WAPI made of the request.
func (c *Client) outcome(r *request, a *Answer) Outcome {
	switch {
	case a == nil:
		return OutcomeOK
	case a.Code == CodeLimit:
		return OutcomeLimit
	case a.Code == CodeCheckLimit, a.Code == CodeTransferLimit:
		return OutcomeAvailabilityLimit
	case a.Code == CodeBlocked:
		return OutcomeBlocked
	case r.command.isNegative(a.Code):
		return OutcomeNegative
	case a.Code >= 2000:
		return OutcomeInvalid
	}
	return OutcomeOK
}
