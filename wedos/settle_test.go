package wedos_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// Each changing command loses its answer after the work is done, and its
// request before: Settle tells the two apart, and does not guess too early.
func TestSettle(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	expires := now.AddDate(0, 1, 0)
	for name, change := range map[string]func(*wedos.Client) error{
		"domain-create": func(c *wedos.Client) error {
			return second(c.DomainCreate(t.Context(), wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X"}))
		},
		"domain-renew": func(c *wedos.Client) error {
			return second(c.DomainRenew(t.Context(), "ours.example", 1, wedos.DomainRenewOptions{Expires: expires}))
		},
		"domain-transfer": func(c *wedos.Client) error {
			return second(c.DomainTransfer(t.Context(), wedos.Transfer{Name: "taken.example", AuthInfo: wedos.NewSecret("pw")}))
		},
		"dns-row-add": func(c *wedos.Client) error {
			return second(c.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{TTL: 300, Type: "TXT", Data: "a"}))
		},
		"dns-row-update": func(c *wedos.Client) error {
			return second(c.DNSRowUpdate(t.Context(), "example.com", "7", 600, "b"))
		},
		"dns-row-delete": func(c *wedos.Client) error { return second(c.DNSRowDelete(t.Context(), "example.com", "7")) },
	} {
		for fault, want := range map[wedostest.Fault]wedos.Verdict{
			{Lose: true}:     wedos.VerdictDone,
			{Truncate: true}: wedos.VerdictDone,
			{Break: true}:    wedos.VerdictNotDone,
		} {
			clock := now
			tell := func() time.Time { return clock }
			c, fake := newPair(t, wedostest.Options{Now: tell}, func(c *wedos.Config) { c.Now = tell })
			fake.AddZone("example.com", wedos.Row{ID: "7", TTL: 300, Type: "A", Data: "192.0.2.1"})
			fake.AddDomain(wedostest.Domain{Name: "ours.example", Expiration: expires})
			fake.Take("taken.example")
			fault.Command = name
			fake.Inject(fault)
			lost := change(c)
			if !errors.Is(lost, wedos.ErrAmbiguous) {
				t.Fatalf("%s: %v, want ErrAmbiguous", name, lost)
			}
			soon, err := c.Settle(t.Context(), lost)
			if want == wedos.VerdictDone && name == "domain-transfer" {
				want = wedos.VerdictPending // WEDOS is at it
			}
			if err != nil || want != wedos.VerdictNotDone && soon.Verdict != want || want == wedos.VerdictNotDone && (soon.Verdict != wedos.VerdictUnknown || soon.RetryAfter <= 0) {
				t.Errorf("%s, %+v, at once: %+v, %v", name, fault, soon, err)
			}
			clock = clock.Add(6 * time.Minute)
			later, err := c.Settle(t.Context(), lost)
			if err != nil || later.Verdict != want || later.Evidence == "" {
				t.Errorf("%s, %+v, later: %+v, %v", name, fault, later, err)
			}
		}
	}
}

// What can't be known is reported as unknown.
func TestSettleUnknown(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddDomain(wedostest.Domain{Name: "ours.example", Expiration: time.Now()})
	for _, change := range []func() error{
		func() error { return second(c.PingAsync(t.Context())) },
		func() error {
			return second(c.DomainRenew(t.Context(), "ours.example", 1, wedos.DomainRenewOptions{}))
		},
	} {
		fake.Inject(wedostest.Fault{Lose: true})
		s, err := c.Settle(t.Context(), change())
		if err != nil || s.Verdict != wedos.VerdictUnknown {
			t.Errorf("%+v, %v", s, err)
		}
	}
}

// A domain that the account had long before was not made by the lost request.
func TestSettleCreateOfAnOldDomain(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddDomain(wedostest.Domain{Name: "ours.example", Setup: time.Now().AddDate(-1, 0, 0), Expiration: time.Now()})
	fake.Inject(wedostest.Fault{Lose: true})
	_, lost := c.DomainCreate(t.Context(), wedos.NewDomain{Name: "ours.example", Period: 1, Owner: "X"})
	if s, err := c.Settle(t.Context(), lost); err != nil || s.Verdict != wedos.VerdictNotDone {
		t.Errorf("%+v, %v", s, err)
	}
}

// Internal errors of WAPI leave a changing command open, and no other code does.
func TestAmbiguousCodes(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{InvalidBudget: 100}, func(c *wedos.Config) {
		c.Limiter = wedos.NewLimiter(wedos.LimiterConfig{Invalid: 100})
	})
	for code, want := range map[int]bool{
		2100: false, 2206: true, 2286: true, 2290: true, 3221: false, 4000: true, 4003: true, 4207: false, 5000: true, 7777: true,
	} {
		fake.Inject(wedostest.Fault{Command: "domain-create", Code: code})
		_, err := c.DomainCreate(t.Context(), wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X"})
		if errors.Is(err, wedos.ErrAmbiguous) != want {
			t.Errorf("%d: %v, want ambiguous: %v", code, err, want)
		}
	}
}

// What is learnt of WAPI's clock between the loss and the settling makes the
// lost command no older: the hour turns a minute after it was sent.
func TestSettleCountsItsAgeByOneClock(t *testing.T) {
	clock := time.Date(2026, 5, 1, 12, 9, 30, 0, time.UTC)
	ahead := func() time.Time { return clock.Add(50 * time.Minute) }
	fake := wedostest.New(wedostest.Options{Now: ahead}) // no socket: all reads of the clock are ours
	config := fake.Config()
	config.Now = func() time.Time { return clock }
	c, err := wedos.New(config)
	if err != nil {
		t.Fatal(err)
	}
	fake.AddDomain(wedostest.Domain{Name: "ours.example", Expiration: clock.AddDate(0, 1, 0)})
	fake.Inject(wedostest.Fault{Command: "domain-renew", Break: true})
	_, lost := c.DomainRenew(t.Context(), "ours.example", 1, wedos.DomainRenewOptions{Expires: clock.AddDate(0, 1, 0)})
	clock = clock.Add(time.Minute)
	s, err := c.Settle(t.Context(), lost)
	if err != nil || s.Verdict != wedos.VerdictUnknown || s.RetryAfter != 4*time.Minute {
		t.Errorf("%+v, %v: it was sent a minute ago", s, err)
	}
	if fake.Count("domain-info") != 2 {
		t.Error("no skew was learnt")
	}
}

// An order of the same domain that ended before proves nothing.
func TestSettleOfADomainThatWasOnceOurs(t *testing.T) {
	clock := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	tell := func() time.Time { return clock }
	for _, status := range []wedos.DomainStatus{wedos.DomainDeleted, wedos.DomainCanceled} {
		for name, change := range map[string]func(*wedos.Client) error{
			"domain-create": func(c *wedos.Client) error {
				return second(c.DomainCreate(t.Context(), wedos.NewDomain{Name: "once.example", Period: 1, Owner: "X"}))
			},
			"domain-transfer": func(c *wedos.Client) error {
				return second(c.DomainTransfer(t.Context(), wedos.Transfer{Name: "once.example", AuthInfo: wedos.NewSecret("pw")}))
			},
		} {
			c, fake := newPair(t, wedostest.Options{Now: tell}, func(c *wedos.Config) { c.Now = tell })
			fake.AddDomain(wedostest.Domain{Name: "once.example", Status: string(status), Setup: clock.AddDate(-3, 0, 0)})
			fake.Inject(wedostest.Fault{Command: name, Break: true})
			s, err := c.Settle(t.Context(), change(c))
			if err != nil || s.Verdict != wedos.VerdictUnknown {
				t.Errorf("%s, %s: %+v, %v", name, status, s, err)
			}
		}
	}
}

// A test call changes nothing, whatever became of it; and a client in test
// mode, to which WAPI shows nothing, settles by reading for real.
func TestSettleAndTestMode(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	dry := c.With(wedos.CallOptions{Test: true})
	order := wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X"}
	fake.Inject(wedostest.Fault{Command: "domain-create", Lose: true})
	_, lost := dry.DomainCreate(t.Context(), order)
	if s, err := c.Settle(t.Context(), lost); err != nil || s.Verdict != wedos.VerdictNotDone || s.RetryAfter != 0 {
		t.Errorf("a test: %+v, %v", s, err)
	}
	fake.Inject(wedostest.Fault{Command: "domain-create", Break: true})
	_, lost = c.DomainCreate(t.Context(), order)
	if s, err := dry.Settle(t.Context(), lost); err != nil || s.Verdict != wedos.VerdictUnknown {
		t.Errorf("by a test client: %+v, %v", s, err)
	}
	for _, r := range fake.Requests() {
		if r.Command == "domain-info" && r.Test {
			t.Error("Settle asked in test mode, where WAPI's answers are empty")
		}
	}
}

// Spaces belong to a row's data.
func TestSettleKeepsSpaces(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddZone("example.com")
	fake.Inject(wedostest.Fault{Command: "dns-row-add", Lose: true})
	_, lost := c.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{TTL: 300, Type: "TXT", Data: " two words "})
	if s, err := c.Settle(t.Context(), lost); err != nil || s.Verdict != wedos.VerdictDone {
		t.Errorf("%+v, %v", s, err)
	}
}

// What a transfer check tells of a lost transfer: one under way is ours; a
// domain that is at WEDOS and not in our account may be another customer's.
func TestSettleTransferByTheCheck(t *testing.T) {
	for code, want := range map[int]wedos.Verdict{
		3219: wedos.VerdictPending, 3220: wedos.VerdictUnknown, 3218: wedos.VerdictUnknown, 3207: wedos.VerdictUnknown,
	} {
		c, fake := newPair(t, wedostest.Options{}, nil)
		fake.Inject(wedostest.Fault{Command: "domain-transfer", Break: true})
		fake.Inject(wedostest.Fault{Command: "domain-transfer-check", Code: code})
		_, lost := c.DomainTransfer(t.Context(), wedos.Transfer{Name: "taken.example", AuthInfo: wedos.NewSecret("pw")})
		if s, err := c.Settle(t.Context(), lost); err != nil || s.Verdict != want || s.Evidence == "" {
			t.Errorf("%d: %+v, %v", code, s, err)
		}
	}
}

// A renewal shows in the expiration, by more than zones and rounding explain,
// and not while WEDOS says that it is at it.
func TestSettleRenewal(t *testing.T) {
	clock := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	expires := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, status := range []wedos.DomainStatus{wedos.DomainActive, wedos.DomainRenewProcessing} {
		now := clock
		fake := wedostest.New(wedostest.Options{Now: func() time.Time { return now }})
		config := fake.Config()
		config.Now = func() time.Time { return now }
		c, err := wedos.New(config)
		if err != nil {
			t.Fatal(err)
		}
		fake.AddDomain(wedostest.Domain{Name: "ours.example", Status: string(status), Expiration: expires})
		fake.Inject(wedostest.Fault{Command: "domain-renew", Break: true})
		_, lost := c.DomainRenew(t.Context(), "ours.example", 1, wedos.DomainRenewOptions{Expires: expires.Add(-30 * time.Hour)})
		now = now.Add(6 * time.Minute)
		s, err := c.Settle(t.Context(), lost)
		if want := map[wedos.DomainStatus]wedos.Verdict{wedos.DomainActive: wedos.VerdictNotDone, wedos.DomainRenewProcessing: wedos.VerdictUnknown}[status]; err != nil || s.Verdict != want {
			t.Errorf("%s: %+v, %v, want %s", status, s, err, want)
		}
		if (s.RetryAfter > 0) != (status == wedos.DomainRenewProcessing) {
			t.Errorf("%s: ask again after %v", status, s.RetryAfter)
		}
	}
}

// A create that timed out is ambiguous, was sent once, and is settled by its id.
func TestSettle_TimeoutOfDomainCreate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{})
		c := newClient(t, fake.Config())
		fake.Inject(wedostest.Fault{Command: "domain-create", Hang: true})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := c.DomainCreate(ctx, wedos.NewDomain{Name: "new.example", Period: 1, Owner: "CONTACT-1"})
		assert.ErrorIs(t, err, wedos.ErrAmbiguous)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		e, ok := errors.AsType[*wedos.Error](err)
		require.True(t, ok)
		require.NotEmpty(t, e.ClTRID)
		require.Len(t, fake.Requests(), 1)
		assert.Equal(t, e.ClTRID, fake.Requests()[0].ClTRID)
		s, err := c.Settle(t.Context(), e)
		require.NoError(t, err)
		assert.Equal(t, wedos.VerdictDone, s.Verdict, "the server has the domain")
	})
}
