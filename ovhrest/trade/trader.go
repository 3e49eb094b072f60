package trade

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/hebergo/hebergo/ovhrest"

	"github.com/cenkalti/backoff/v5"
)

// The ways in which a trade can end other than done. Trade.Err and Run return
// errors that match them.
var (
	ErrRefused        = errors.New("refused")
	ErrCancelled      = errors.New("cancelled")
	ErrExpired        = errors.New("expired")
	ErrNeedsAttention = errors.New("needs attention")
)

// The times that a trade keeps to.
const (
	sendTime   = time.Minute      // an unsafe request is given up after this
	ownTime    = 2 * time.Minute  // an intention younger than this belongs to whoever saved it
	settleTime = 10 * time.Minute // without a trace for this long after the first look, a request was not carried out
	pollFirst  = 30 * time.Second // between two looks, growing to
	pollMost   = time.Hour
	cartLife   = 24 * time.Hour     // a cart deletes itself after this
	taskTime   = 3 * 24 * time.Hour // a delivered order without a task for this long needs attention
	mailTime   = 14 * 24 * time.Hour
	proofTime  = 24 * time.Hour // a task that is done has changed the owner after this
	maxCarts   = 5
	maxPays    = 3
)

// Config configures a Trader. Store is required.
type Config struct {
	Store Store

	// Contracts is called with the contracts of the order before the order is
	// placed. An error refuses them, and the trade with them. Default: a trade
	// that has contracts is refused, because nobody has accepted them.
	Contracts func(ctx context.Context, t Trade, contracts []ovhrest.Contract) error

	// OnEvent is called for each event, after the event has been stored. Default:
	// none.
	OnEvent func(Event)

	// Sleep waits between two steps of Run; together with ovhrest.Config.Now it
	// lets a trade run on a simulated clock. Default: a timer that stops when ctx
	// ends.
	Sleep func(ctx context.Context, d time.Duration) error
}

// service is the API as trades use it.
type service struct{ *ovhrest.Client }

// Trader carries out owner changes, as described in the package comment. It is
// safe for concurrent use, and several processes may share its Store: of
// several workers that advance the same trade at once, one succeeds and the
// others get ovhrest.ErrConflict.
type Trader struct {
	client service
	config Config

	mu      sync.Mutex
	account *ovhrest.Nichandle              // of the client's credential
	lines   map[int64][]ovhrest.OrderDetail // by order
	closed  map[int64]orderState            // of orders that are over for good
	carts   map[string]string               // trade id to cart id, stored nowhere else
}

// New returns a Trader. It does no I/O.
func New(c *ovhrest.Client, cfg Config) (*Trader, error) {
	if c == nil {
		return nil, invalid("client", "is nil")
	}
	if cfg.Store == nil {
		return nil, invalid("Store", "is nil")
	}
	if cfg.Sleep == nil {
		cfg.Sleep = sleep
	}
	return &Trader{client: service{c}, config: cfg, carts: map[string]string{}, lines: map[int64][]ovhrest.OrderDetail{}, closed: map[int64]orderState{}}, nil
}

// sleep waits until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Event is an event of a trade.
type Event struct {
	At     time.Time
	Trade  string // ID of the trade
	Domain string
	Phase  Phase          // phase reached, or the current one
	Text   string         // what happened, for people
	Quote  *ovhrest.Money // total of the dry run; set from Quoted on
	Order  int64          // ID of the order; set from Ordered on
	Task   int64          // ID of the registry's task; set from Running on
	Err    error          // the error after which Run tries again
}

// Start checks plan and stores a new trade; it sends nothing. Its errors name
// the field of the plan. Start does not look for another trade of the same
// domain, but the steps do: a trade waits for an order that is in progress, is
// refused if a trade of the domain is running, and neither orders nor pays
// while there is another order.
func (tr *Trader) Start(ctx context.Context, plan Plan) (Trade, error) {
	if err := tr.client.offersTrades(ctx); err != nil {
		return Trade{}, err
	}
	if err := plan.validate(true); err != nil {
		return Trade{}, err
	}
	u := tr.begin(newTrade(plan, tr.now()))
	u.event("planned")
	if err := u.save(ctx); err != nil {
		return Trade{}, err
	}
	tr.report(u.events)
	return *u.t, nil
}

// Load returns a stored trade.
func (tr *Trader) Load(ctx context.Context, id string) (Trade, error) {
	if ctx == nil {
		return Trade{}, invalid("ctx", "is nil")
	}
	if err := checkID(id); err != nil {
		return Trade{}, err
	}
	data, revision, err := tr.config.Store.Load(ctx, id)
	if err != nil {
		return Trade{}, storeError(err)
	}
	t, err := Parse(data)
	if err != nil {
		return Trade{}, err
	}
	if t.ID != id || t.Revision != revision {
		return Trade{}, invalid("data", "was stored under another id or revision")
	}
	return t, nil
}

// Step makes one transition of a trade, or checks once whether what it waits
// for has happened, and returns the trade as stored afterwards. A terminal
// trade is returned unchanged. After an error, which is an *Error, the next
// Step can continue the trade; ovhrest.ErrConflict means that another worker is
// advancing it.
func (tr *Trader) Step(ctx context.Context, id string) (Trade, error) {
	t, _, events, err := tr.step(ctx, id)
	tr.report(events)
	return t, interrupted(id, t, err)
}

// Run steps a trade until it ends, for days if necessary. Between two checks it
// waits 30 s, increasing to an hour while nothing changes. It continues after
// temporary failures, such as an outage or a response that does not come from
// the API, and returns other failures as an *Error whose Resume says whether
// the trade is worth another Run, from this or another process. For a trade
// that ends other than done it returns Trade.Err.
func (tr *Trader) Run(ctx context.Context, id string) (Trade, error) {
	return tr.run(ctx, id, func(e Event) bool { return true })
}

// Events is like Run, but returns a sequence of events. The trade advances only
// as the caller iterates, and stays where it is when the caller stops. The last
// element is Run's error, if any.
func (tr *Trader) Events(ctx context.Context, id string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		more := true
		_, err := tr.run(ctx, id, func(e Event) bool {
			more = yield(e, nil)
			return more
		})
		if err != nil && more {
			yield(Event{}, err)
		}
	}
}

func (tr *Trader) run(ctx context.Context, id string, yield func(Event) bool) (Trade, error) {
	growing := backoff.NewExponentialBackOff()
	growing.InitialInterval, growing.MaxInterval, growing.RandomizationFactor = pollFirst, pollMost, 0.1
	for {
		t, next, events, err := tr.step(ctx, id)
		if err != nil && passes(ctx, err) {
			events = append(events, Event{At: tr.now(), Trade: id, Domain: t.Plan.Domain, Phase: t.Phase, Text: "trying again", Err: err})
			next, err = retryPause(err), nil
		}
		tr.report(events)
		for _, e := range events {
			if !yield(e) {
				return t, nil
			}
		}
		switch {
		case err != nil:
			return t, interrupted(id, t, err)
		case t.Phase.Terminal():
			return t, t.Err()
		case next == noPause:
			growing.Reset()
			continue
		case next == nextPoll:
			next.exactly = growing.NextBackOff()
		}
		if err := tr.config.Sleep(ctx, next.exactly); err != nil {
			return t, interrupted(id, t, err)
		}
	}
}

// pause is how long Run waits before the next step of a trade: not at all as a
// zero value.
type pause struct {
	growing bool          // the next of the growing waits, for nothing moved
	exactly time.Duration // where not growing
}

var (
	noPause  = pause{}
	nextPoll = pause{growing: true}
)

func waitFor(d time.Duration) pause { return pause{exactly: d} }

// passes reports whether Run goes on after a failure.
func passes(ctx context.Context, err error) bool {
	return ctx != nil && ctx.Err() == nil && goesAway(err)
}

// retryPause is what the service asked for, within the hour, else the next of
// the growing waits.
func retryPause(err error) pause {
	var e *ovhrest.Error
	if errors.As(err, &e) && e.RetryAfter > pollFirst {
		return waitFor(min(e.RetryAfter, pollMost))
	}
	return nextPoll
}

// Abort undoes a trade as far as possible: a cart is deleted, an unpaid order
// is left to expire, a task is cancelled if the API allows it. Abort makes one
// Step towards that; Run continues it. A trade that can no longer be undone
// continues to its end.
func (tr *Trader) Abort(ctx context.Context, id string) (Trade, error) {
	t, err := tr.Load(ctx, id)
	if err != nil || t.Phase.Terminal() {
		return t, interrupted(id, t, err)
	}
	if !t.Aborting && t.Phase != Closing {
		u := tr.begin(t)
		u.t.Aborting = true
		u.event("abort asked for")
		if err := u.save(ctx); err != nil {
			return t, interrupted(id, t, err)
		}
		tr.report(u.events)
	}
	return tr.Step(ctx, id)
}

// Resolution is what somebody has found out about a trade that needs attention.
type Resolution struct {
	// Order is the ID of the order that the trade did place. It is checked against
	// the guards again, and paid only if it is not yet paid. Resolve fails with
	// ovhrest.ErrInvalid if the order does not name the domain, or if the trade
	// stopped before its quote, which the order has to match.
	Order int64
	// NotDone states that the unclear request was not carried out, or that the
	// cause of the stop has been removed. The request may then be sent again.
	NotDone bool
}

// Resolve continues a trade that needs attention from where it stopped.
func (tr *Trader) Resolve(ctx context.Context, id string, r Resolution) (Trade, error) {
	if r.Order < 0 || (r.Order > 0) == r.NotDone {
		return Trade{}, invalid("Resolution", "has to be either an order or NotDone")
	}
	t, err := tr.Load(ctx, id)
	if err != nil {
		return t, err
	}
	if t.Phase != NeedsAttention {
		return t, newError("the trade is "+string(t.Phase)+" and needs no attention", ovhrest.ErrConflict)
	}
	u := tr.begin(t)
	u.resolve(r)
	if err := u.checkResolved(ctx, r.Order); err != nil {
		return t, err
	}
	if err := u.save(ctx); err != nil {
		return t, err
	}
	tr.report(u.events)
	return *u.t, nil
}

// step is Step, with how long to wait before the next one.
func (tr *Trader) step(ctx context.Context, id string) (Trade, pause, []Event, error) {
	t, err := tr.Load(ctx, id)
	if err != nil || t.Phase.Terminal() {
		return t, nextPoll, nil, err
	}
	if err := tr.client.offersTrades(ctx); err != nil {
		return t, nextPoll, nil, err
	}
	u := tr.begin(t)
	err = u.step(ctx)
	if u.changed {
		if failed := u.save(ctx); failed != nil {
			return t, nextPoll, nil, errors.Join(err, failed)
		}
	}
	return *u.t, u.wait, u.events, err
}

func (tr *Trader) report(events []Event) {
	if tr.config.OnEvent == nil {
		return
	}
	for _, e := range events {
		tr.config.OnEvent(e)
	}
}
