package wedos

import (
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Client is a WAPI client. It is safe for concurrent use. Create one per
// account, because it holds the account's budgets.
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

// CallOptions are options for individual calls: see Client.With.
type CallOptions struct {
	// Test makes WAPI check the calls without carrying them out.
	Test bool
	// ClTRID is the id that WAPI returns in the answer and its notification:
	// printable ASCII, at most 40 bytes. Default: a new random one for each call.
	ClTRID string
	// Critical lets the calls use the part of the budgets that the Limiter
	// reserves.
	Critical bool
	// OnAnswer is called with the envelope of every answer, errors included,
	// before the call returns. It may be called by several goroutines at once.
	OnAnswer func(*Answer)
	// Save is called with the Intent of each command that spends money or changes
	// something, before it is sent, so that it can be stored: after a restart,
	// SettleIntent finds out whether it was carried out. If Save returns an error,
	// or takes longer than a minute, nothing is sent; it should take seconds. It
	// may be called again for the same ClTRID, and must then replace the stored
	// Intent. It must not call WAPI, because its command holds a slot in the
	// Limiter meanwhile. It may be called by several goroutines at once. Default:
	// nothing is saved.
	Save func(context.Context, Intent) error
}

// New validates the configuration and returns a client. It sends nothing. Its
// error is an *Error that names the Field.
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

// With returns a client whose calls also have these options. Fields of options
// that are zero keep their values from c. Everything else, the budgets
// included, is shared with c.
func (c *Client) With(options CallOptions) *Client {
	derived := *c
	derived.options = CallOptions{
		Test:     options.Test || c.options.Test,
		ClTRID:   cmp.Or(options.ClTRID, c.options.ClTRID),
		Critical: options.Critical || c.options.Critical,
		OnAnswer: options.OnAnswer,
		Save:     options.Save,
	}
	if options.OnAnswer == nil {
		derived.options.OnAnswer = c.options.OnAnswer
	}
	if options.Save == nil {
		derived.options.Save = c.options.Save
	}
	return &derived
}

// Close closes idle connections, unless they belong to the caller's own
// transport. Later calls of this client and of those returned by With fail with
// ErrClosed.
func (c *Client) Close() { c.transport.Close() }

// String returns a constant, because a Client and its copies hold a password.
func (Client) String() string { return "wedos.Client{" + redact.Redacted + "}" }

// GoString implements fmt.GoStringer with the text of String.
func (c Client) GoString() string { return c.String() }

// LogValue implements slog.LogValuer with the text of String.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON implements json.Marshaler with the text of String.
func (c Client) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// Call runs any command. data is nil, a struct with `wapi:"…"` tags, or a
// map[string]any of strings, numbers, bools, Secrets, maps and slices. Every
// failure is an *Error, including any code of 2000 or more; if WAPI answered,
// Call returns the Answer as well.
//
// A command that this package does not know to be read-only is never retried;
// see the package documentation.
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
	c.answered(a)
	if a != nil && errors.Is(err, CodeAuth) && c.learnSkew(a.Time, r.signed) {
		a, err = c.exchange(ctx, r)
		c.answered(a)
	}
	return a, err
}

// answered shows an answer to OnAnswer.
func (c *Client) answered(a *Answer) {
	if a != nil && c.options.OnAnswer != nil {
		c.options.OnAnswer(a)
	}
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
	x := &exchange{client: c, request: r, ctx: ctx}
	op := x.op()
	var unsent error // why the request could not be made
	resp, err := c.transport.Do(ctx, op, func(ctx context.Context) (req *http.Request, err error) {
		release(OutcomeOK) // of the attempt before: WAPI did not judge it
		release = func(Outcome) {}
		defer func() { unsent = err }()
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
	switch {
	case unsent != nil:
		return nil, unsent
	case err != nil:
		return nil, c.lost(r, err)
	}
	a, err = x.judge(op, resp)
	outcome = c.outcome(r, a)
	return a, err
}

// use describes a request to the limiter.
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
	if own, ok := errors.AsType[*Error](err); ok {
		copied := *own
		copied.Command = r.command.name
		return &copied
	}
	return &Error{Command: r.command.name, text: "limiter: " + err.Error(), cause: err, ClTRID: r.clTRID}
}

// lost wraps a failure of the exchange.
func (c *Client) lost(r *request, err error) error {
	e := r.failure()
	if r.webPage {
		e.text = "WAPI redirected to WEDOS's web page, as it does with callers by IPv6, and did nothing: set Config.IPv4Only"
		e.add(ErrProtocol)
		return e
	}
	e.fail(err)
	return e
}

// isWebPage reports whether a redirect is the one that callers by IPv6 get
// before WAPI reads what they ask: https://wedos.com/404.html (seen by another
// client's authors; that www. is the same page is inferred). Any other proves
// nothing.
func isWebPage(location string) bool {
	to, err := url.Parse(location)
	if err != nil {
		return false
	}
	host := strings.ToLower(to.Hostname())
	return (host == "wedos.com" || host == "www.wedos.com") && to.Path == "/404.html"
}
