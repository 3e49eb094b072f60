package monitor

import (
	"context"
	"net/netip"
)

// ProbeURL probes any address once: up with a final status of 2xx. allow
// names networks beside the public ones that it may reach, as Config.Allow.
//
//	if err := monitor.ProbeURL(ctx, "https://www.example.com/").Err(); err != nil { … }
func ProbeURL(ctx context.Context, url string, allow ...netip.Prefix) Result {
	return once(ctx, Target{Kind: KindURL, URL: url}, Secret{}, allow)
}

// ProbeObserver asks a WebObserver or ServerObserver once. token is the zero
// Secret for those that ask for none.
func ProbeObserver(ctx context.Context, url string, token Secret, allow ...netip.Prefix) Result {
	return once(ctx, Target{Kind: KindServerObserver, URL: url}, token, allow)
}

// ProbeManager asks a server manager once for its hosting and all instances.
func ProbeManager(ctx context.Context, url string, token Secret, allow ...netip.Prefix) Result {
	return once(ctx, Target{Kind: KindServerManager, Scope: ScopeHosting, URL: url}, token, allow)
}

// ProbeDolibarr asks a Dolibarr's REST API once; url is the Dolibarr's own.
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
