package ovhsoap

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"github.com/hebergo/hebergo/internal/transport"
)

// login sends nic and password, one login of the client at a time. A refusal
// stands: those who waited share it, and so do all later callers until one asks
// for a login. Wrong passwords in a row get the caller banned (status 320).
//
// The calls of one Session share a login by its flight.Group. Sessions don't
// share one, as each has an id of its own, so they take the gate one by one.
func (c *Client) login(ctx context.Context, language string) (Secret, error) {
	select {
	case c.gate <- struct{}{}:
	case <-ctx.Done():
		return Secret{}, failed("login", ctx.Err())
	}
	defer func() { <-c.gate }()
	if err := c.standing(); err != nil {
		return Secret{}, err
	}
	id, err := c.sendLogin(ctx, cmp.Or(language, c.config.Language))
	c.refuse(refusal(err))
	return id, err
}

// standing returns the refusal that stands.
func (c *Client) standing() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

// refuse sets the refusal that stands, or lifts it with nil.
func (c *Client) refuse(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = err
}

// sendLogin makes the call. It is sent once whatever happens: a second one
// could open a second session or count as a second wrong password.
func (c *Client) sendLogin(ctx context.Context, language string) (Secret, error) {
	f := catalog().functions["login"]
	a, err := f.encode([]any{c.config.Nic, c.config.Password, language, !c.config.SingleSession})
	if err != nil {
		return Secret{}, err
	}
	x, err := c.send(ctx, transport.Op{Name: f.Name}, Secret{}, a)
	if err != nil {
		return Secret{}, unambiguous(err)
	}
	var id string
	if err := x.decode(ctx, reflect.ValueOf(&id).Elem(), a); err != nil {
		return Secret{}, unambiguous(err)
	}
	if id == "" || len(id) > maxSessionID || unfit(id) != "" {
		return Secret{}, broken(f.Name, "the answer holds no session")
	}
	return NewSecret(id), nil
}

// maxSessionID bounds what is sent back with every call. SoAPI's ids had 24
// characters.
const maxSessionID = 4096

// logout ends the session of that id. One that is gone already is fine.
func (c *Client) logout(ctx context.Context, id Secret) error {
	_, err := c.send(ctx, transport.Op{Name: "logout", Repeatable: true}, id, &arguments{})
	if isLost(err) {
		return nil
	}
	return err
}

// discard logs out of a session that came when nobody waited for it any more,
// within the time that Do gives a logout. Nobody is there to hear of a failure:
// such a session ends by itself.
func (c *Client) discard(ctx context.Context, id Secret) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.config.LogoutTimeout)
	defer cancel()
	_ = c.logout(ctx, id)
}

// unambiguous takes ErrAmbiguous from a failed login: the call that wanted the
// session was not sent. A session that may have been opened expires by itself.
func unambiguous(err error) error {
	if e, ok := itself[*Error](err); ok {
		e.conditions = slices.DeleteFunc(e.conditions, func(c error) bool { return c == ErrAmbiguous })
	}
	return err
}

// refusal returns err if it says that these credentials won't do now: any
// fault, as the service reports some as plain soap:Client, but those that a
// later try may not meet, and HTTP's own 401 and 403.
func refusal(err error) error {
	own, ok := itself[*Error](err)
	if !ok {
		return nil
	}
	switch fault := own.Fault; {
	case fault == nil:
		if own.Is(ErrUnauthorized) || own.Is(ErrForbidden) {
			return err
		}
		return nil
	case fault.Status == StatusTooManySessions, fault.Is(ErrBusy), fault.inner():
		return nil
	}
	return err
}
