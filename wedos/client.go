package wedos

import (
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

	"github.com/hebergo/hebergo/internal/transport"
)

// Client calls WAPI. It is safe for concurrent use; make one an account, for
// it carries the account's budgets.
type Client struct {
	config       Config
	options      CallOptions
	endpoint     *url.URL
	passwordHash string
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
	inner := sha1.Sum([]byte(config.Password))
	return &Client{
		config:       config,
		endpoint:     endpoint,
		passwordHash: hex.EncodeToString(inner[:]),
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
func (Client) String() string { return "wedos.Client{" + transport.Redacted + "}" }

// GoString is String.
func (c Client) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, for encoding/json.
func (c Client) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// Call carries out any command. data is nil, a struct with `wapi:"…"` tags, or
// a map[string]any of strings, numbers, bools, maps and slices. A code from
// 2000 on is an *Error, as is everything that went wrong; where WAPI did
// answer, the Answer is returned beside it.
//
// A command that this package does not know as a reading one is sent at most
// once; see the package comment for what is repeated.
func (c *Client) Call(ctx context.Context, command string, data any) (*Answer, error) {
	if ctx == nil {
		return nil, invalid(command, "ctx", "is nil")
	}
	if !isName(command) {
		return nil, invalid(command, "command", "is no command's name")
	}
	if err := c.options.check(command); err != nil {
		return nil, err
	}
	r, err := c.newRequest(command, data)
	if err != nil {
		return nil, err
	}
	return c.send(ctx, r)
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
// and tells whether that explains a refused signature.
func (c *Client) learnSkew(server, signed time.Time) bool {
	if server.IsZero() || sameHour(server, signed) {
		return false
	}
	c.skew.Store(int64(server.Sub(c.config.Now())))
	return true
}

// now is the moment to sign for, by WAPI's clock as far as it is known.
func (c *Client) now() time.Time { return c.config.Now().Add(time.Duration(c.skew.Load())) }

// exchange sends r, through the limiter, and reads the answer.
func (c *Client) exchange(ctx context.Context, r *request) (a *Answer, err error) {
	release := func(Outcome) {}
	op := transport.Op{Name: r.command.name, Repeatable: r.command.repeatable}
	use := Use{Command: r.command.name, Availability: r.command.availability, Critical: c.options.Critical}
	resp, err := c.transport.Do(ctx, op, func(ctx context.Context) (*http.Request, error) {
		release(OutcomeOK) // of the attempt before: WAPI did not judge it
		release = func(Outcome) {}
		done, err := c.config.Limiter.Acquire(ctx, c.config.Login, use)
		if err != nil {
			return nil, c.refused(r, err)
		}
		release = done
		r.sent, r.signed = c.config.Now(), c.now()
		return c.post(ctx, c.form(r))
	})
	outcome := OutcomeOK
	if err != nil {
		err = c.lost(r, err)
	} else {
		a, err = c.judge(r, op, resp)
		outcome = c.outcome(r, a)
	}
	release(outcome)
	return a, err
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
	e.fail(err)
	return e
}

// judge reads an answer and turns a code of 2000 and above into an error. The
// answer is returned beside the error.
func (c *Client) judge(r *request, op transport.Op, resp *transport.Response) (*Answer, error) {
	if resp.Status >= 300 {
		e := r.failure()
		e.fail(resp.StatusError(op))
		e.Snippet = c.snippet(r, resp.Body)
		return nil, e
	}
	a, ok := parseAnswer(string(resp.Body))
	if !ok || resp.Status != http.StatusOK || !a.answers(r) {
		return nil, c.notWAPI(r, resp.Body)
	}
	if a.Result != "OK" {
		a.Result = c.scrub(r, a.Result)
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
	e.Code, e.Class, e.Result, e.SvTRID = a.Code, a.Code.Class(), a.Result, c.scrub(r, a.SvTRID)
	e.conditions = a.Code.conditions(r.command.name)
	if !r.command.repeatable && a.Code.unclear() {
		e.add(ErrAmbiguous)
	}
	return a, e
}

// answers tells whether an answer belongs to the request. WAPI may leave the
// client's id out, and has been documented to shorten ping-async to ping.
func (a *Answer) answers(r *request) bool {
	if a.ClTRID != "" {
		return a.ClTRID == r.clTRID
	}
	return a.Command == "" || a.Command == r.command.name
}

// notWAPI describes an answer by somebody else. Only a caller's repeatable
// command is safe from having been carried out.
func (c *Client) notWAPI(r *request, body []byte) error {
	e := r.failure()
	e.text, e.Snippet = "the answer is not WAPI's", c.snippet(r, body)
	e.add(ErrProtocol)
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
func (c *Client) snippet(r *request, body []byte) string {
	return transport.Clean(c.scrub(r, string(body[:min(len(body), 1<<10)])), 200)
}

// scrub takes the secrets of a request out of a text that WAPI wrote: a
// hostile or helpful server may repeat them.
func (c *Client) scrub(r *request, text string) string {
	secrets := append([]string{c.config.Password, c.passwordHash}, r.secrets...)
	for _, hour := range []time.Duration{-time.Hour, 0, time.Hour} {
		secrets = append(secrets, authHash(c.config.Login, c.passwordHash, c.now().Add(hour)))
	}
	return transport.Scrub(text, secrets...)
}

// outcome tells the limiter what WAPI made of the request.
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
