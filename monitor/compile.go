package monitor

import (
	"context"
	"net/url"

	"github.com/hebergo/hebergo/internal/redact"
)

// Compiled is a Target prepared for many probes: its URL is parsed, its Params
// are checked and its patterns compiled. It is made by Monitor.Compile, is
// immutable, and is safe for concurrent use. It holds no secret: that is
// resolved for each probe.
type Compiled struct {
	monitor *Monitor
	target  Target
	probe   Probe
	plan    plan // unused by a Probe of the program's own
}

// plan is what the package's own kinds know of a Target before they look at it.
type plan struct {
	url  *url.URL // shared by all probes, never changed; nil where the hosting's is meant, and for KindPush
	opts *options // the same
}

// builtin is a kind of the package. It ends with its context, and reads a
// Target apart from looking at it.
type builtin interface {
	Probe
	prepare(t Target) (plan, error)
	look(ctx context.Context, t Target, p plan) Result
}

// Compile prepares t for many probes. It refuses what Check refuses, with the
// same errors. The caller must not change t's maps afterwards. A Target without
// a URL of its own uses its hosting's URL, which is looked up for each probe,
// since it may change.
func (m *Monitor) Compile(t Target) (*Compiled, error) {
	c, err := m.compile(t)
	if err != nil {
		return nil, err
	}
	return &c, nil
}

func (m *Monitor) compile(t Target) (c Compiled, err error) {
	if err := t.check(); err != nil {
		return c, err
	}
	c = Compiled{monitor: m, target: t}
	if c.probe, err = m.Lookup(t.Kind); err != nil {
		e := *err.(*Error)
		e.Op, e.Target = "target", t.ID
		e.Text = "is not registered: " + redact.Clean(string(t.Kind), 80)
		return c, &e
	}
	if b, ok := c.probe.(builtin); ok {
		c.plan, err = b.prepare(t)
	}
	return c, err
}

// Target returns the Target that was compiled. Its maps are not copied.
func (c *Compiled) Target() Target { return c.target }

// Run probes the Target once, exactly as Monitor.Run does.
func (c *Compiled) Run(ctx context.Context) Result { return c.monitor.run(ctx, c.target, c) }

// look looks at the Target. A Probe of the program's own gets a goroutine that
// can be left behind; the package's run right here.
func (c *Compiled) look(ctx context.Context) Result {
	ctx, cancel := context.WithTimeout(ctx, c.target.EffectiveTimeout())
	defer cancel()
	if b, ok := c.probe.(builtin); ok {
		return safely(func() Result { return b.look(ctx, c.target, c.plan) })
	}
	return c.monitor.guarded(ctx, c.probe, c.target)
}

// lookOnce is Probe for a kind of the package that somebody has got by Lookup.
func lookOnce(ctx context.Context, b builtin, t Target) Result {
	p, err := b.prepare(t)
	if err != nil {
		return refusedTarget(err)
	}
	return b.look(ctx, t, p)
}

// refusedTarget is the Result of a Target that can't be probed as it is.
func refusedTarget(err error) (res Result) {
	e := err.(*Error)
	res.misconfigured(e.Field, e.Text)
	return res
}

// plan reads a Target that needs a URL. known are the Params of its kind.
func (m *Monitor) plan(t Target, known []string) (p plan, err error) {
	if t.URL == "" {
		return p, invalid("target", t.ID, "URL", "is empty")
	}
	if p.url, err = t.parseURL(); err != nil {
		return p, err
	}
	p.opts, err = m.options(t, known)
	return p, err
}
