package wedos

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/hebergo/hebergo/internal/transport"
)

// ErrQueueEmpty is PollReq's answer when no notification waits (1003).
var ErrQueueEmpty = errors.New("no notification waits")

// PollReq returns the oldest notification that is not acknowledged, or
// ErrQueueEmpty; ErrForbidden (2150) if the account does not use the queue.
// It is repeated.
func (c *Client) PollReq(ctx context.Context) (*Notification, error) {
	const command = "poll-req"
	a, err := c.Call(ctx, command, nil)
	if err != nil {
		return nil, err
	}
	if a.Code == CodeQueueEmpty {
		return nil, &Error{Command: command, Code: a.Code, Class: ClassDone, Result: a.Result, ClTRID: a.ClTRID, SvTRID: a.SvTRID, conditions: []error{ErrQueueEmpty}}
	}
	root, _ := a.data.find("notify")
	n, err := newNotification(root, string(a.Raw))
	if err != nil {
		e := notNotification()
		e.Command, e.SvTRID = command, a.SvTRID
		return nil, e
	}
	return n, nil
}

// PollAck acknowledges the notification that PollReq returned last, which
// makes the next one available. ErrNotFound (2151) means that it was
// acknowledged before, or never was. It is repeated.
func (c *Client) PollAck(ctx context.Context, id string) error {
	const command = "poll-ack"
	if err := checkWord(command, "id", id); err != nil {
		return err
	}
	_, err := c.Call(ctx, command, struct {
		ID string `wapi:"id"`
	}{id})
	return err
}

// PollOptions are optional.
type PollOptions struct {
	// Wait is how long to wait before an empty queue is asked again. Default:
	// the sequence ends when the queue is empty. A minute takes 60 of the
	// account's 1000 requests an hour.
	Wait time.Duration
}

// stuckPolls is how often the queue may repeat a notification that it has
// acknowledged before Notifications gives up.
const stuckPolls = 8

// Notifications reads the poll queue. A notification is acknowledged when the
// loop asks for the next one: after break, an error or a panic in the loop's
// body, and if the process dies there, it stays in the queue and comes again.
// The body must bear that.
//
// The sequence ends with the queue (or, with Wait, with ctx) or after one
// error.
func (c *Client) Notifications(ctx context.Context, options PollOptions) iter.Seq2[*Notification, error] {
	return func(yield func(*Notification, error) bool) {
		p := &poller{client: c, options: options}
		for {
			n, err := p.next(ctx)
			switch {
			case err != nil:
				yield(nil, err)
				return
			case n == nil || !yield(n, nil):
				return
			}
			if err := p.ack(ctx, n.ID); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// poller walks one queue.
type poller struct {
	client  *Client
	options PollOptions
	acked   string
}

// next waits for a notification other than the one just acknowledged; nil at
// the end of the queue.
func (p *poller) next(ctx context.Context) (*Notification, error) {
	waits := backoff.NewExponentialBackOff()
	for stuck := 0; ; {
		n, err := p.client.PollReq(ctx)
		wait := p.options.Wait
		switch {
		case errors.Is(err, ErrQueueEmpty):
			p.acked = ""
			if wait <= 0 {
				return nil, nil
			}
		case err != nil:
			return nil, err
		case n.ID == "" || n.ID != p.acked:
			return n, nil
		case stuck >= stuckPolls:
			return nil, &Error{Command: "poll-req", text: "the queue repeats a notification that it acknowledged", conditions: []error{ErrProtocol}}
		default:
			stuck++
			wait = waits.NextBackOff()
		}
		if err := transport.Sleep(ctx, wait); err != nil {
			return nil, &Error{Command: "poll-req", text: err.Error(), cause: err}
		}
	}
}

// ack takes "there is no such notification" for done: it was acknowledged by
// an attempt whose answer was lost.
func (p *poller) ack(ctx context.Context, id string) error {
	err := p.client.PollAck(ctx, id)
	if err != nil && !errors.Is(err, CodeNoNotification) {
		return err
	}
	p.acked = id
	return nil
}
