package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// Runner carries out one probe; *Monitor implements it. Run must return when
// ctx ends. A Scheduler and package promprobe accept any Runner.
type Runner interface {
	Run(ctx context.Context, t Target) Result
}

// grace is what a Probe of the program's own has to hand over its Result once
// its time is up, before Run goes on without it.
const grace = 250 * time.Millisecond

// Run probes t once and always returns a Result: an invalid Target or a Probe
// that panicked is StatusUnknown with ReasonConfig or ReasonPanic. It ignores
// Disabled and Interval. Run returns when ctx ends or t's timeout has passed,
// or a quarter of a second later if a registered Probe ignores its context;
// such a Probe is left running, and until it returns, Run for t returns
// ReasonTimeout at once.
func (m *Monitor) Run(ctx context.Context, t Target) Result { return m.run(ctx, t, nil) }

// run is Run for a Target that may be compiled already.
func (m *Monitor) run(ctx context.Context, t Target, c *Compiled) Result {
	var at time.Time
	start := time.Now()
	res := Result{}
	switch {
	case ctx == nil:
		res.misconfigured("ctx", "is nil")
	case m.closed.Load():
		res.Reason, res.Detail = ReasonCanceled, closedDetail
	default:
		at = m.config.Now()
		res = m.probe(ctx, t, c)
	}
	if at.IsZero() {
		at = m.config.Now()
	}
	res.Target, res.Kind, res.At, res.Attempts = t.ID, t.Kind, at, 1
	res.Duration = time.Since(start)
	m.log(ctx, res)
	return res
}

// closedDetail is how Result.Err knows a closed Monitor's results again.
const closedDetail = "the Monitor is closed"

func (m *Monitor) probe(ctx context.Context, t Target, c *Compiled) Result {
	if c != nil {
		return c.look(ctx)
	}
	fresh, err := m.compile(t)
	if err != nil {
		return refusedTarget(err)
	}
	return fresh.look(ctx)
}

// safely turns a panic into a Result.
func safely(f func() Result) (res Result) {
	defer func() {
		if r := recover(); r != nil {
			res = panicked(r)
		}
	}()
	return f()
}

func panicked(r any) Result {
	return Result{Reason: ReasonPanic, Detail: "the probe panicked: " + redact.Clean(fmt.Sprint(r), 200)}
}

// guarded runs a registered Probe, which may panic or ignore its context.
func (m *Monitor) guarded(ctx context.Context, p Probe, t Target) Result {
	if m.strays.has(t.ID) {
		return Result{Status: StatusDown, Reason: ReasonTimeout, Detail: "an earlier probe has not ended yet"}
	}
	none := Result{Reason: ReasonPanic, Detail: "the probe ended its goroutine"}
	res, ended := apart(ctx, m.strays.watch(t.ID), none, func() Result { return safely(func() Result { return p.Probe(ctx, t) }) })
	if !ended {
		res.ended(ctx, "in the probe, which goes on regardless")
	}
	return res
}

// apart calls f on a goroutine of its own and waits until ctx ends, and a
// moment longer; then it goes on without f. none is what f returns when it
// ends its goroutine.
func apart[T any](ctx context.Context, end *ending, none T, f func() T) (v T, ended bool) {
	done := make(chan T, 1)
	go func() {
		v := none
		defer func() { // a deferred send survives runtime.Goexit
			end.finish()
			done <- v
		}()
		v = f()
	}()
	select {
	case v = <-done:
		return v, true
	case <-ctx.Done():
	}
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case v = <-done:
		return v, true
	case <-patience.C:
		end.abandon()
		return v, false
	}
}

// log writes the one debug line of a probe. Target, kind and reason are the
// program's own words; Detail is cleaned and without secrets.
func (m *Monitor) log(ctx context.Context, res Result) {
	if m.config.Logger == nil || ctx == nil || !m.config.Logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	m.config.Logger.LogAttrs(ctx, slog.LevelDebug, "monitor",
		slog.String("target", res.Target), slog.String("kind", string(res.Kind)), slog.String("status", res.Status.String()),
		slog.String("reason", string(res.Reason)), slog.String("detail", res.Detail), slog.Duration("duration", res.Duration))
}

// ProbeURL probes an address once: it is up with a final status of 2xx. allow
// lists networks that it may reach besides public ones, as Config.Allow does.
//
//	if err := monitor.ProbeURL(ctx, "https://www.example.com/").Err(); err != nil { … }
func ProbeURL(ctx context.Context, url string, allow ...netip.Prefix) Result {
	return once(ctx, Target{Kind: KindURL, URL: url}, Secret{}, allow)
}

// ProbeObserver probes a WebObserver or ServerObserver once. token is the zero
// Secret if the observer requires none.
func ProbeObserver(ctx context.Context, url string, token Secret, allow ...netip.Prefix) Result {
	return once(ctx, Target{Kind: KindServerObserver, URL: url}, token, allow)
}

// ProbeManager probes a server manager once, for its hosting and all instances.
func ProbeManager(ctx context.Context, url string, token Secret, allow ...netip.Prefix) Result {
	return once(ctx, Target{Kind: KindServerManager, Scope: ScopeHosting, URL: url}, token, allow)
}

// ProbeDolibarr probes a Dolibarr's REST API once; url is that of the Dolibarr.
func ProbeDolibarr(ctx context.Context, url string, apiKey Secret, allow ...netip.Prefix) Result {
	return once(ctx, Target{Kind: KindDolibarr, URL: url}, apiKey, allow)
}

// once makes a Monitor for a single probe. The target's ID is its URL without
// what a URL must not show.
func once(ctx context.Context, t Target, secret Secret, allow []netip.Prefix) Result {
	t.ID = string(t.Kind)
	if !secret.IsZero() {
		t.Secret = "argument"
	}
	m, err := New(Config{Allow: allow, Secrets: func(context.Context, string) (Secret, error) { return secret, nil }})
	if err != nil {
		res := Result{Target: t.ID, Kind: t.Kind, Attempts: 1}
		res.misconfigured(fieldOf(err), err.(*Error).Text)
		return res
	}
	defer m.Close()
	return m.Run(ctx, t)
}
