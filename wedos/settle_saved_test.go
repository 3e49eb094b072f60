package wedos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// settling is a command that can be settled, with what it needs.
type settling struct {
	change func(context.Context, *wedos.Client) error
	done   wedos.Verdict // after its answer was lost
}

var settlings = map[string]settling{
	"domain-create": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DomainCreate(ctx, wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X"}))
	}, wedos.VerdictDone},
	"domain-renew": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DomainRenew(ctx, "ours.example", 1, wedos.DomainRenewOptions{Expires: settleNow.AddDate(0, 1, 0)}))
	}, wedos.VerdictDone},
	"domain-transfer": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DomainTransfer(ctx, wedos.Transfer{Name: "taken.example", AuthInfo: wedos.NewSecret("hush-hush")}))
	}, wedos.VerdictPending},
	"domain-update-ns": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DomainUpdateNS(ctx, "ours.example", wedos.Nameservers{Servers: []wedos.Nameserver{
			{Name: "NS1.ours.example", IPv4: []string{"192.0.2.1"}, IPv6: []string{"2001:db8::1"}}, {Name: "ns2.example.net"},
		}}))
	}, wedos.VerdictDone},
	"contact-create": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.ContactCreate(ctx, "cz", wedos.Contact{ID: "NEW", FirstName: "A", Email: "a@example.com"}))
	}, wedos.VerdictDone},
	"nsset-create": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.NSSETCreate(ctx, "cz", "NEW", []wedos.Nameserver{{Name: "ns.example.net"}, {Name: "ns.example.org"}}, wedos.NSSETOptions{}))
	}, wedos.VerdictDone},
	"nsset-update": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.NSSETUpdate(ctx, "cz", "OURS", []wedos.Nameserver{{Name: "other.example.net"}}, wedos.NewSecret("hush-hush"), wedos.NSSETOptions{}))
	}, wedos.VerdictDone},
	"dns-domain-add": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DNSDomainAdd(ctx, "new.example", wedos.DNSDomainSettings{}))
	}, wedos.VerdictDone},
	"dns-domain-delete": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DNSDomainDelete(ctx, "example.com"))
	}, wedos.VerdictDone},
	"dns-domain-commit": {func(ctx context.Context, c *wedos.Client) error { return second(c.DNSDomainCommit(ctx, "example.com")) }, wedos.VerdictDone},
	"dns-row-add": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DNSRowAdd(ctx, "example.com", wedos.NewRow{TTL: 300, Type: "TXT", Data: " a "}))
	}, wedos.VerdictDone},
	"dns-row-update": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DNSRowUpdate(ctx, "example.com", "7", 600, "b"))
	}, wedos.VerdictDone},
	"dns-row-delete": {func(ctx context.Context, c *wedos.Client) error {
		return second(c.DNSRowDelete(ctx, "example.com", "7"))
	}, wedos.VerdictDone},
}

var settleNow = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// world is a fake with what the commands need, and a client whose clock the
// test moves.
func world(t *testing.T, clock *time.Time) (*wedos.Client, *wedostest.Server) {
	t.Helper()
	tell := func() time.Time { return *clock }
	fake := wedostest.New(wedostest.Options{Now: tell})
	config := fake.Config()
	config.Now = tell
	c, err := wedos.New(config)
	require.NoError(t, err)
	fake.AddZone("example.com", wedos.Row{ID: "7", TTL: 300, Type: "A", Data: "192.0.2.1"})
	require.NoError(t, second(c.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{Name: "x", TTL: 300, Type: "A", Data: "192.0.2.2"})))
	fake.AddDomain(wedostest.Domain{Name: "ours.example", Expiration: settleNow.AddDate(0, 1, 0)})
	fake.Take("taken.example")
	require.NoError(t, second(c.NSSETCreate(t.Context(), "cz", "OURS", []wedos.Nameserver{{Name: "ns.example.net"}}, wedos.NSSETOptions{})))
	return c, fake
}

// The process dies: before the command was sent, after it was carried out, or
// on the way. What was saved before is all that the next one has.
func TestSettleIntent_AfterARestart(t *testing.T) {
	for name, command := range settlings {
		for kind, fault := range map[string]wedostest.Fault{"carried out": {Lose: true}, "lost": {Break: true}} {
			t.Run(name+", "+kind, func(t *testing.T) {
				clock := settleNow
				c, fake := world(t, &clock)
				fault.Command = name
				fake.Inject(fault)
				before := fake.Count(name)
				var stored []byte
				saving := c.With(wedos.CallOptions{Save: func(_ context.Context, i wedos.Intent) (err error) {
					assert.Equal(t, before, fake.Count(name), "it was sent before it was saved")
					stored, err = json.Marshal(i)
					return err
				}})
				require.ErrorIs(t, command.change(t.Context(), saving), wedos.ErrAmbiguous)
				assert.NotContains(t, string(stored), "hush")

				restarted, err := wedos.New(func() wedos.Config { c := fake.Config(); c.Now = func() time.Time { return clock }; return c }())
				require.NoError(t, err)
				var intent wedos.Intent
				require.NoError(t, json.Unmarshal(stored, &intent))
				soon, err := restarted.SettleIntent(t.Context(), intent)
				require.NoError(t, err)
				clock = clock.Add(6 * time.Minute)
				later, err := restarted.SettleIntent(t.Context(), intent)
				require.NoError(t, err)
				switch {
				case fault.Lose:
					assert.Equal(t, command.done, soon.Verdict, soon)
					assert.Equal(t, command.done, later.Verdict, later)
				case name == "dns-domain-commit": // harmless to repeat, so there is nothing to wait for
					assert.Equal(t, wedos.VerdictNotDone, soon.Verdict, soon)
				default:
					assert.Equal(t, wedos.VerdictUnknown, soon.Verdict, soon)
					assert.Positive(t, soon.RetryAfter)
					assert.Equal(t, wedos.VerdictNotDone, later.Verdict, later)
				}
				again, err := json.Marshal(intent)
				require.NoError(t, err)
				assert.JSONEq(t, string(stored), string(again))
			})
		}
	}
}

// What can't be saved is not sent.
func TestSave_FailureSendsNothing(t *testing.T) {
	for name, command := range settlings {
		t.Run(name, func(t *testing.T) {
			clock := settleNow
			c, fake := world(t, &clock)
			before := fake.Count(name)
			full := errors.New("disk full")
			for what, save := range map[string]func(context.Context, wedos.Intent) error{
				"fails": func(context.Context, wedos.Intent) error { return full },
				"slow":  func(context.Context, wedos.Intent) error { clock = clock.Add(2 * time.Minute); return nil },
			} {
				err := command.change(t.Context(), c.With(wedos.CallOptions{Save: save}))
				assert.Error(t, err, what)
				assert.Equal(t, what == "fails", errors.Is(err, full))
				assert.NotErrorIs(t, err, wedos.ErrAmbiguous, what)
			}
			assert.Equal(t, before, fake.Count(name))
		})
	}
}

// Commands that only read are not saved.
func TestSave_ReadsAreNotSaved(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddZone("example.com")
	saving := c.With(wedos.CallOptions{Save: func(context.Context, wedos.Intent) error { return errors.New("saved") }})
	assert.NoError(t, second(saving.DNSRowsList(t.Context(), "example.com")))
}

// A read that failed proves nothing, whatever its code says.
func TestSettle_FailedReadProvesNothing(t *testing.T) {
	reads := []string{"domain-info", "domains-list", "domain-transfer-check", "contact-info", "nsset-info", "dns-domains-list", "dns-domain-info", "dns-rows-list"}
	for name, command := range settlings {
		for _, code := range []int{3216, 3217, 3305, 4205, 5003, 2206, 3999} {
			t.Run(fmt.Sprint(name, " ", code), func(t *testing.T) {
				clock := settleNow
				c, fake := world(t, &clock)
				fake.Inject(wedostest.Fault{Command: name, Break: true})
				lost := command.change(t.Context(), c)
				clock = clock.Add(time.Hour)
				for _, read := range reads {
					fake.Inject(wedostest.Fault{Command: read, Code: code, Times: 9})
				}
				s, err := c.Settle(t.Context(), lost)
				assert.Error(t, err)
				assert.Zero(t, s)
			})
		}
	}
}

// An order that WEDOS is still at, or that waits for its fee, is pending.
func TestSettle_OrdersUnderWay(t *testing.T) {
	for status, want := range map[wedos.DomainStatus]wedos.Verdict{
		wedos.DomainActive: wedos.VerdictDone, wedos.DomainExpired: wedos.VerdictDone, wedos.DomainDisabled: wedos.VerdictDone,
		wedos.DomainFeeWaiting: wedos.VerdictPending, wedos.DomainSetupProcessing: wedos.VerdictPending,
		wedos.DomainTransferFeeWaiting: wedos.VerdictPending, wedos.DomainTransferProcessing: wedos.VerdictPending,
		"of_another_kind": wedos.VerdictUnknown,
	} {
		for _, name := range []string{"domain-create", "domain-transfer"} {
			t.Run(name+" "+string(status), func(t *testing.T) {
				clock := settleNow
				c, fake := world(t, &clock)
				fake.Inject(wedostest.Fault{Command: name, Break: true})
				lost := settlings[name].change(t.Context(), c)
				fake.AddDomain(wedostest.Domain{Name: map[string]string{"domain-create": "new.example", "domain-transfer": "taken.example"}[name], Status: string(status)})
				s, err := c.Settle(t.Context(), lost)
				require.NoError(t, err)
				assert.Equal(t, want, s.Verdict, s)
			})
		}
	}
}

// domain-info's "open failed" is not proof by itself: the account's list
// decides.
func TestSettle_ListDecides(t *testing.T) {
	clock := settleNow
	c, fake := world(t, &clock)
	fake.Inject(wedostest.Fault{Command: "domain-create", Lose: true})
	lost := settlings["domain-create"].change(t.Context(), c)
	clock = clock.Add(time.Hour)
	fake.Inject(wedostest.Fault{Command: "domain-info", Code: 3222})
	s, err := c.Settle(t.Context(), lost)
	require.NoError(t, err)
	assert.Equal(t, wedos.VerdictDone, s.Verdict, s)
}

// What is there may be somebody else's.
func TestSettle_SomebodyElses(t *testing.T) {
	clock := settleNow
	c, fake := world(t, &clock)
	require.NoError(t, second(c.ContactCreate(t.Context(), "cz", wedos.Contact{ID: "NEW", FirstName: "B", Email: "b@example.com"})))
	require.NoError(t, second(c.NSSETCreate(t.Context(), "cz", "NEW", []wedos.Nameserver{{Name: "x.example.net"}}, wedos.NSSETOptions{})))
	for _, name := range []string{"contact-create", "nsset-create"} {
		fake.Inject(wedostest.Fault{Command: name, Break: true})
		lost := settlings[name].change(t.Context(), c)
		clock = clock.Add(time.Hour)
		s, err := c.Settle(t.Context(), lost)
		require.NoError(t, err)
		assert.Equal(t, wedos.VerdictUnknown, s.Verdict, s)
	}
}

// What was not saved by this package is refused.
func TestIntent_BadJSON(t *testing.T) {
	c, _ := newPair(t, wedostest.Options{}, nil)
	for _, text := range []string{`{}`, `[]`, `"x"`, `{"command":"domain-create"}`, `{"command":"<x>","at":"2026-05-01T12:00:00Z"}`, `{"command":"x","at":"2026-05-01T12:00:00Z","data":[1]}`} {
		var intent wedos.Intent
		assert.ErrorIs(t, json.Unmarshal([]byte(text), &intent), wedos.ErrInvalid, text)
		_, err := c.SettleIntent(t.Context(), intent)
		assert.ErrorIs(t, err, wedos.ErrInvalid, text)
	}
}

// A row that WAPI may have spelled in its own way is not taken for missing.
func TestSettle_RowSpelledByWEDOS(t *testing.T) {
	for name, row := range map[string][2]wedos.Row{
		"an address":    {{Name: "a", TTL: 300, Type: "AAAA", Data: "2001:0db8::0001"}, {Name: "a", TTL: 300, Type: "AAAA", Data: "2001:db8::1"}},
		"quotes":        {{Name: "a", TTL: 300, Type: "TXT", Data: "v=spf1 -all"}, {Name: "a", TTL: 300, Type: "TXT", Data: `"v=spf1 -all"`}},
		"capitals":      {{Name: "WWW", TTL: 300, Type: "CNAME", Data: "Host.example.net"}, {Name: "www", TTL: 300, Type: "CNAME", Data: "host.example.net."}},
		"the other TTL": {{Name: "a", TTL: 301, Type: "A", Data: "192.0.2.1"}, {Name: "a", TTL: 300, Type: "A", Data: "192.0.2.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			clock := settleNow
			c, fake := world(t, &clock)
			fake.Inject(wedostest.Fault{Command: "dns-row-add", Break: true})
			asked := row[0]
			_, err := c.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{Name: asked.Name, TTL: asked.TTL, Type: asked.Type, Data: asked.Data})
			require.ErrorIs(t, err, wedos.ErrAmbiguous)
			fake.AddZone("example.com", row[1])
			clock = clock.Add(time.Hour)
			s, settleErr := c.Settle(t.Context(), err)
			require.NoError(t, settleErr)
			assert.Equal(t, wedos.VerdictUnknown, s.Verdict, s.Evidence)
			fake.AddZone("example.com", wedos.Row{Name: "a", TTL: 300, Type: "A", Data: "192.0.2.99"})
			s, settleErr = c.Settle(t.Context(), err)
			require.NoError(t, settleErr)
			assert.Equal(t, wedos.VerdictNotDone, s.Verdict, s.Evidence)
		})
	}
}
