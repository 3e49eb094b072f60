package wedos

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/hebergo/hebergo/internal/transport"
)

// ErrQueueEmpty means that there is no notification in the queue (1003).
var ErrQueueEmpty = errors.New("no notification waits")

// PollReq returns the oldest unacknowledged notification, or ErrQueueEmpty;
// ErrForbidden (2150) if polling is disabled for the account. A notification
// that can't be decoded is returned too: see Notification.Err. Only one without
// a usable id, which can't be acknowledged, is ErrProtocol: it stays in the
// queue, and CallOptions.OnAnswer receives its text. It is retried.
func (c *Client) PollReq(ctx context.Context) (*Notification, error) {
	const command = "poll-req"
	p, err := c.do(ctx, command, nil)
	if err != nil {
		return nil, err
	}
	if p.Code == CodeQueueEmpty {
		return nil, &Error{Command: command, Code: p.Code, Class: ClassDone, Result: p.Result, ClTRID: p.ClTRID, SvTRID: p.SvTRID, conditions: []error{ErrQueueEmpty}}
	}
	root, _ := p.data.node().find("notify")
	n, err := readNotification(root, p.Raw.Text(), c.line(p.request))
	switch {
	case err == nil && n.ID == "":
		err = errors.New("no id")
	case err != nil && n.ID != "":
		n.malformed, err = err.Error(), nil
	}
	if err != nil {
		return nil, p.unreadable(within("data.notify", cannot("can't be acknowledged: "+err.Error())))
	}
	return n, nil
}

// PollAck acknowledges the notification that PollReq returned last, which makes
// the next one available. ErrNotFound (2151) means that it was already
// acknowledged or does not exist. It is retried.
func (c *Client) PollAck(ctx context.Context, id string) error {
	const command = "poll-ack"
	if err := checkWord(command, "id", id); err != nil {
		return err
	}
	_, err := c.do(ctx, command, struct {
		ID string `wapi:"id"`
	}{id})
	return err
}

// PollOptions are the options of Notifications.
type PollOptions struct {
	// Wait is how long to wait before polling an empty queue again. Default: the
	// sequence ends when the queue is empty. A shorter wait than MinPollWait is
	// raised to it. Polling every minute takes 60 of the account's 1000 requests
	// an hour.
	Wait time.Duration
}

// MinPollWait is the minimum interval between two requests to an empty queue:
// 240 requests an hour, which leaves three quarters of the account's budget.
// This package chose the value; WAPI documents none.
const MinPollWait = 15 * time.Second

// stuckPolls is how often the queue may repeat a notification that was
// acknowledged before Notifications gives up: about 20 seconds.
const stuckPolls = 8

// Notifications returns the notifications of the poll queue. Each is
// acknowledged when the loop asks for the next one. After a break, an error, a
// panic in the loop body or the end of the process, the current notification
// stays in the queue and is delivered again, so the loop body must be
// idempotent.
//
// If the queue still returns an acknowledged notification, because the
// acknowledgement was lost or had no effect, it is acknowledged again and not
// delivered twice. A notification that can't be decoded is delivered like any
// other, and its Notification.Err matches ErrProtocol.
//
// The sequence ends when the queue is empty (with Wait, when ctx ends) or after
// one error.
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
		wait := max(p.options.Wait, MinPollWait)
		switch {
		case errors.Is(err, ErrQueueEmpty):
			p.acked = ""
			if p.options.Wait <= 0 {
				return nil, nil
			}
		case err != nil:
			return nil, err
		case n.ID != p.acked:
			return n, nil
		case stuck >= stuckPolls:
			return nil, &Error{Command: "poll-req", text: "the queue repeats a notification that it acknowledged", conditions: []error{ErrProtocol}}
		default:
			if err := p.ack(ctx, n.ID); err != nil {
				return nil, err
			}
			if stuck++; stuck == 1 {
				continue // the acknowledgement was lost: this one took its place
			}
			wait = waits.NextBackOff()
		}
		if err := transport.Sleep(ctx, wait); err != nil {
			return nil, &Error{Command: "poll-req", text: err.Error(), cause: err}
		}
	}
}

// ack takes "there is no such notification" for done: it was acknowledged by
// an attempt whose answer was lost. If it is still there, next sees it.
func (p *poller) ack(ctx context.Context, id string) error {
	err := p.client.PollAck(ctx, id)
	if err != nil && !errors.Is(err, CodeNoNotification) {
		return err
	}
	p.acked = id
	return nil
}
