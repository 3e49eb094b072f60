package wedos

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// settleAfter is how long an accepted command may still be under way at WEDOS
// after we lost its answer. The vendor speaks of 5 to 20 seconds for
// domain-create; the rest is margin, and our inference.
const settleAfter = 5 * time.Minute

// Verdict is what Settle found out.
type Verdict string

// The verdicts.
const (
	VerdictDone    Verdict = "done"     // it was carried out
	VerdictNotDone Verdict = "not done" // it was not, and is safe to send again
	VerdictUnknown Verdict = "unknown"  // WAPI does not show it (yet): ask again after RetryAfter, or look by hand
)

// Settlement is the answer of Settle.
type Settlement struct {
	Verdict    Verdict
	Evidence   string        // what WAPI showed, in a few words
	RetryAfter time.Duration // when asking again may tell more; 0 if it won't
}

// Settle finds out by reading whether a command that failed with ErrAmbiguous
// was carried out. It knows domain-create, domain-renew (with Expires given),
// domain-transfer, and the dns-row commands; for all others, and wherever
// WAPI's answers leave a doubt, the verdict is unknown. It changes nothing,
// and draws on the budgets as the commands that it reads by: for
// domain-transfer these are domain-info and domain-transfer-check. It reads
// for real even where the client is in test mode.
//
// A command that is not seen is called not done only five minutes after it
// was sent, for until then WEDOS may still be at it.
func (c *Client) Settle(ctx context.Context, failure error) (Settlement, error) {
	var e *Error
	if !errors.As(failure, &e) || !errors.Is(e, ErrAmbiguous) {
		return Settlement{}, invalid("", "failure", "is not an ambiguous one of this package")
	}
	if e.test {
		return Settlement{Verdict: VerdictNotDone, Evidence: "it was a test, which changes nothing"}, nil
	}
	c = c.reading()
	switch e.Command {
	case "domain-create":
		return c.settleCreate(ctx, e)
	case "domain-renew":
		return c.settleRenew(ctx, e)
	case "domain-transfer":
		return c.settleTransfer(ctx, e)
	case "dns-row-add", "dns-row-update", "dns-row-delete":
		return c.settleRow(ctx, e)
	}
	return Settlement{Verdict: VerdictUnknown, Evidence: "no reading command shows what " + e.Command + " does"}, nil
}

// reading is c out of test mode, in which WAPI's answers are empty.
func (c *Client) reading() *Client {
	derived := *c
	derived.config.Test, derived.options.Test = false, false
	return &derived
}

func (c *Client) settleCreate(ctx context.Context, e *Error) (Settlement, error) {
	d, err := c.DomainInfo(ctx, e.request.get("name"))
	switch {
	case errors.Is(err, ErrNotFound):
		return c.absent(e, "the account has no such domain"), nil
	case err != nil:
		return Settlement{}, err
	case d.ended():
		return c.older(e, d), nil
	case !d.SetupDate.IsZero() && d.SetupDate.Before(e.At.Add(-48*time.Hour)):
		return Settlement{Verdict: VerdictNotDone, Evidence: "the domain was the account's before"}, nil
	}
	return Settlement{Verdict: VerdictDone, Evidence: "the account has the domain, " + string(d.Status)}, nil
}

func (c *Client) settleRenew(ctx context.Context, e *Error) (Settlement, error) {
	d, err := c.DomainInfo(ctx, e.request.get("name"))
	switch {
	case err != nil:
		return Settlement{}, err
	case e.expires.IsZero() || d.Expiration.IsZero():
		return Settlement{Verdict: VerdictUnknown, Evidence: "the expiration before the renewal is not known"}, nil
	case d.Expiration.After(e.expires.Add(36 * time.Hour)): // more than zones and rounding explain
		return Settlement{Verdict: VerdictDone, Evidence: "the domain expires " + d.Expiration.Format(time.DateOnly)}, nil
	case d.Status == DomainRenewProcessing:
		return Settlement{Verdict: VerdictUnknown, Evidence: "a renewal is being processed", RetryAfter: settleAfter}, nil
	}
	return c.absent(e, "the domain still expires "+d.Expiration.Format(time.DateOnly)), nil
}

func (c *Client) settleTransfer(ctx context.Context, e *Error) (Settlement, error) {
	name := e.request.get("name")
	d, err := c.DomainInfo(ctx, name)
	switch {
	case err == nil && d.ended():
		return c.older(e, d), nil
	case err == nil:
		return Settlement{Verdict: VerdictDone, Evidence: "the account has the domain, " + string(d.Status)}, nil
	case !errors.Is(err, ErrNotFound):
		return Settlement{}, err
	}
	check, err := c.DomainTransferCheck(ctx, name)
	switch {
	case err != nil:
		return Settlement{}, err
	case check.Code == 3219: // pending. 3220 is no proof: another account of WEDOS's may have it
		return Settlement{Verdict: VerdictDone, Evidence: check.Result}, nil
	case check.Possible:
		return c.absent(e, "the domain can still be transferred"), nil
	}
	return Settlement{Verdict: VerdictUnknown, Evidence: check.Result}, nil
}

func (c *Client) settleRow(ctx context.Context, e *Error) (Settlement, error) {
	rows, err := c.DNSRowsList(ctx, e.request.get("domain"))
	if err != nil {
		return Settlement{}, err
	}
	found := false
	for _, r := range rows {
		found = found || e.describes(r)
	}
	if done := found != (e.Command == "dns-row-delete"); done {
		return Settlement{Verdict: VerdictDone, Evidence: "the zone is as asked"}, nil
	}
	return c.absent(e, "the zone is not as asked"), nil
}

// describes tells whether a row is the one that the command asked for.
func (e *Error) describes(r Row) bool {
	want := func(name string) string { n, _ := e.request.find(name); return n.text } // get would trim
	sameData := r.Data == want("rdata") && strconv.Itoa(r.TTL) == want("ttl")
	switch e.Command {
	case "dns-row-add":
		return r.Name == want("name") && r.Type == want("type") && sameData
	case "dns-row-update":
		return r.ID == want("row_id") && sameData
	}
	return r.ID == want("row_id")
}

// ended tells of an order that is over; WAPI keeps showing those.
func (d *Domain) ended() bool { return d.Status == DomainDeleted || d.Status == DomainCanceled }

// older is the verdict where WAPI shows an order that was over before ours
// began, and may yet show ours.
func (c *Client) older(e *Error, d *Domain) Settlement {
	return Settlement{
		Verdict: VerdictUnknown, Evidence: "the account has an older order of the domain, " + string(d.Status),
		RetryAfter: c.pendingFor(e),
	}
}

// absent is the verdict on something that reading does not show.
func (c *Client) absent(e *Error, evidence string) Settlement {
	if wait := c.pendingFor(e); wait > 0 {
		return Settlement{Verdict: VerdictUnknown, Evidence: evidence + ", but WEDOS may still be at it", RetryAfter: wait}
	}
	return Settlement{Verdict: VerdictNotDone, Evidence: evidence}
}

// pendingFor is how long WEDOS may still be at the command. Both moments are
// of our own clock: At is of WAPI's as it was known then, and a skew learnt
// since would make the command older than it is.
func (c *Client) pendingFor(e *Error) time.Duration {
	return max(settleAfter-c.config.Now().Sub(e.sent), 0)
}
