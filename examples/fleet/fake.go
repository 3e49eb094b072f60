package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// demo runs three trades, five probes and four domains to their end on the
// packages' own stand-ins, days in seconds, in a database that is deleted
// afterwards.
func demo(ctx context.Context, out io.Writer) error {
	folder, err := os.MkdirTemp("", "fleet")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	api, site, wapi := ovhresttest.NewServer(ovhresttest.Options{}), monitortest.NewServer(monitortest.Options{}), wedostest.NewServer(wedostest.Options{})
	defer api.Close()
	defer site.Close()
	defer wapi.Close()
	client := wapi.Config()
	s := settings{
		database: filepath.Join(folder, "fleet.db"), contracts: true,
		ovh:     fakeOVH(api.URL, api.Now),
		wapi:    &client,
		budgets: wedos.LimiterConfig{Account: 3},
		monitor: site.Config(),
		pace:    pace{poll: 20 * time.Millisecond, maxPoll: 100 * time.Millisecond},
		log:     slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: withoutTime})),
	}
	f, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer f.close()
	if err := f.fill(ctx, api, site, wapi); err != nil {
		return err
	}
	if err := f.demonstrate(ctx, api); err != nil {
		return err
	}
	fmt.Fprintf(out, "the API counts %d orders for 3 trades, WAPI %d requests where 3 are allowed\n", len(api.Ledger().Orders), len(wapi.Requests()))
	return f.status(ctx, out)
}

// demonstrate works until all trades have ended and everything else has been
// looked at, while time flies.
func (f *fleet) demonstrate(ctx context.Context, api *ovhresttest.Server) error {
	working, stop := context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- f.work(working); stop() }()
	for pause(working, 10*time.Millisecond) == nil {
		trades, err := f.store.Trades(ctx)
		step := tempo(trades)
		if err == nil && step == 0 && f.seen(ctx) {
			break
		}
		api.Advance(step)
		answerAll(api, trades)
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		return err
	}
	return ctx.Err()
}

// seen reports whether all has been looked at but the one domain for which the
// budget is too small.
func (f *fleet) seen(ctx context.Context) bool {
	const query = `SELECT (SELECT COUNT(*) FROM fleet_target WHERE probes = 0) + (SELECT COUNT(*) FROM fleet_domain WHERE checks = 0)`
	var left int
	return f.db.QueryRowContext(ctx, query).Scan(&left) == nil && left == 1
}

// answerAll answers the mails that the holders of all domains get.
func answerAll(api *ovhresttest.Server, trades []trade.Trade) {
	for _, t := range trades {
		if t.Phase == trade.Running {
			_ = api.Answer(t.Plan.Domain, ovhresttest.OldOwner, true)
			_ = api.Answer(t.Plan.Domain, ovhresttest.NewOwner, true)
		}
	}
}

// tempo is how far the clock moves at a time: not far while something is being
// ordered, farther while all there is to do is wait, nowhere at the end.
func tempo(trades []trade.Trade) (step time.Duration) {
	for _, t := range trades {
		switch t.Phase {
		case trade.Paid, trade.Running, trade.Closing:
			step = max(step, 20*time.Second)
		default:
			if !t.Phase.Terminal() {
				return time.Second
			}
		}
	}
	return step
}

// fill plans the demo.
func (f *fleet) fill(ctx context.Context, api *ovhresttest.Server, site *monitortest.Server, wapi *wedostest.Server) error {
	var targets []monitor.Target
	for n := range 3 {
		name := fmt.Sprintf("client%d.example", n)
		api.AddDomain(ovhresttest.Domain{Name: name})
		if _, err := f.trader.Start(ctx, fakePlan(name)); err != nil {
			return err
		}
	}
	for n := range 5 {
		targets = append(targets, monitor.Target{ID: fmt.Sprintf("site%d", n), Kind: monitor.KindURL, URL: site.SiteURL(), Interval: time.Second})
	}
	site.Script("/", nil, monitortest.Status(http.StatusServiceUnavailable))
	for n := range 4 {
		wapi.AddDomain(wedostest.Domain{Name: fmt.Sprintf("client%d.example", n), Expiration: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)})
	}
	return errors.Join(f.addTargets(ctx, targets), f.addDomains(ctx, []string{"client0.example", "client1.example", "client2.example", "client3.example"}))
}

// fakeOVH is a client of the API's stand-in, on its clock.
func fakeOVH(url string, now func() time.Time) *ovhrest.Config {
	return &ovhrest.Config{ // as the server's Config, for a worker in another process
		URL: url, AppKey: ovhresttest.ApplicationKey, AppSecret: ovhrest.NewSecret(ovhresttest.ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ovhresttest.ConsumerKey),
		Now: now, Limiter: ovhrest.NewLimiter(0),
	}
}

// fakePlan gives a domain to a new owner, for nothing at all.
func fakePlan(domain string) trade.Plan {
	return trade.Plan{
		Domain: domain, WaiveRetraction: true, AnyPrice: false, MaxPrice: ovhrest.Money{Currency: "EUR"},
		Owner: &ovhrest.Contact{
			LegalForm: ovhrest.Some(ovhrest.LegalForm("individual")), FirstName: ovhrest.Some("Owner"), LastName: ovhrest.Some("Of " + domain),
			Email: ovhrest.Some("owner@example.com"), Phone: ovhrest.Some("+33.123456789"), Language: ovhrest.Some(ovhrest.Language("fr_FR")),
			Address: &ovhrest.ContactAddress{
				Line1: ovhrest.Some("2 rue B"), City: ovhrest.Some("Lille"), Zip: ovhrest.Some("59000"), Country: ovhrest.Some(ovhrest.Country("FR")),
			},
		},
	}
}

// withoutTime leaves out a log line's time, for the demo has a clock of its own.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
		return slog.Attr{}
	}
	return a
}
