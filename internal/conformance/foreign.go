package conformance

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
)

// foreign is a caller's own RoundTripper: what it does with Read and Change,
// and the suite's network for all else, a login among it.
type foreign struct {
	rest http.RoundTripper
	rig  *rig
	does func(*http.Request) (*http.Response, error)
}

func (f *foreign) RoundTrip(hr *http.Request) (*http.Response, error) {
	var body []byte
	if hr.Body != nil {
		var err error
		if body, err = io.ReadAll(hr.Body); err != nil {
			return nil, err
		}
		hr = hr.Clone(hr.Context())
		hr.Body = io.NopCloser(bytes.NewReader(body))
	}
	r := &Request{Request: hr, Form: string(body)}
	if f.does != nil && (f.rig.IsRead(r) || f.rig.IsChange(r)) {
		return f.does(hr)
	}
	return f.rest.RoundTrip(hr)
}

// by runs f with a client that sends by a RoundTripper of the caller's.
func (b *bench) by(t *testing.T, name string, does func(*http.Request) (*http.Response, error), f func(*testing.T, *rig)) {
	rt := &foreign{does: does}
	b.with(t, name, nil, func(e *Env) {
		rt.rest = e.HTTPClient.Transport
		e.HTTPClient = &http.Client{Transport: rt}
	}, func(t *testing.T, r *rig) {
		rt.rig = r
		f(t, r)
		rt.rest.(*http.Transport).CloseIdleConnections()
	})
}

// transportHangs: no call waits for a round trip that does not end with its
// context.
func transportHangs(t *testing.T, b *bench) {
	for _, kind := range []string{"read", "change"} {
		var end chan struct{}
		b.by(t, kind, func(*http.Request) (*http.Response, error) {
			<-end
			return nil, errors.New("ended after all")
		}, func(t *testing.T, r *rig) {
			end = make(chan struct{}) // within the bubble, whose time goes on meanwhile
			defer close(end)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			call := map[string]func(context.Context) error{"read": r.Read, "change": r.Change}[kind]
			start := time.Now()
			err := call(ctx)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("returned after %v, want about 1s", took)
			}
			if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, condition.ErrAmbiguous) != (kind == "change") {
				t.Errorf("%v, want context.DeadlineExceeded, and ErrAmbiguous for a change alone", err)
			}
		})
	}
}

// transportFails: the error of a caller's RoundTripper is found, and shown but
// for the secrets in it.
func transportFails(t *testing.T, b *bench) {
	const what = "no responder found, says the caller's test, with "
	for kind, secrets := range map[string][]string{
		"read":   b.subject.Secrets,
		"change": slices.Concat(b.subject.Secrets, b.subject.ChangeSecrets),
	} {
		cause := errors.New(what + strings.Join(secrets, " and "))
		b.by(t, "error of a "+kind, func(*http.Request) (*http.Response, error) { return nil, cause }, func(t *testing.T, r *rig) {
			err := map[string]func(context.Context) error{"read": r.Read, "change": r.Change}[kind](t.Context())
			if !errors.Is(err, cause) {
				t.Errorf("%v does not wrap its cause", err)
			}
			if r.Shows && !strings.Contains(err.Error(), "no responder found") {
				t.Errorf("%v does not show its cause", err)
			}
			var shown strings.Builder
			show(&shown, err)
			leaks(t, shown.String(), b.subject.markers())
		})
	}
}

// defaultReplaced: without a client of the caller's, all is sent by what
// http.DefaultTransport was replaced by.
func defaultReplaced(t *testing.T, b *bench) {
	was := http.DefaultTransport
	defer func() { http.DefaultTransport = was }()
	for _, when := range []string{"before New", "after New"} {
		rt := &foreign{}
		b.with(t, when, nil, func(e *Env) {
			rt.rest = e.HTTPClient.Transport
			e.HTTPClient = nil
			if when == "before New" {
				http.DefaultTransport = rt
			}
		}, func(t *testing.T, r *rig) {
			rt.rig, http.DefaultTransport = r, rt
			if err := errors.Join(r.Read(t.Context()), r.Change(t.Context())); err != nil {
				t.Error(err)
			}
			if reads, changes := r.counts(); reads != 1 || changes != 1 {
				t.Errorf("%d reads and %d changes were sent by it, want one of each", reads, changes)
			}
			http.DefaultTransport = was
		})
	}
}
