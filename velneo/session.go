package velneo

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/hebergo/hebergo/internal/flight"
)

// Login returns the id of the client's session, and logs in if there is none
// yet. Other calls log in automatically: use Login to check the credentials
// early, or to save the session for a later Config.Session. A session from
// Config.Session is returned as it is, even if it has ended.
//
// A login is retried after a connection failure: the service answers every
// login of an account with the same id as long as the session lasts (vendor
// guide). ErrUnauthorized is final: the email, the API key or this machine's
// clock is wrong. If it is the clock, according to the Date of the answer, the
// error matches ErrClockSkew as well.
func (c *Client) Login(ctx context.Context) (Secret, error) {
	if err := c.ready(loginRequest().name(), ctx); err != nil {
		return Secret{}, err
	}
	t, err := c.session(ctx, 0)
	return t.id, err
}

// Logout ends the session for every application of the account: the service
// keeps one session per account, and other programs that use it are logged out
// as well (vendor guide). To end only this program's use of the service, call
// Close instead.
//
// If the client has no session, Logout logs in first, because the session id
// belongs to the account. It is sent once. ErrUnauthorized means that the
// session had already ended, or that the API key or the clock is wrong. The
// next call logs in again, and so do calls in progress.
func (c *Client) Logout(ctx context.Context) error {
	r := request{verb: http.MethodDelete, resource: "session"}
	if err := c.ready(r.name(), ctx); err != nil {
		return err
	}
	t, err := c.session(ctx, 0)
	if err != nil {
		return err
	}
	_, err = c.send(ctx, r, t)
	if err == nil || isUnauthorized(err) {
		c.sessions.forget(t)
	}
	return err
}

func loginRequest() request { return request{verb: http.MethodPost, resource: "session"} }

// login asks for a session.
func (c *Client) login(ctx context.Context) (ticket, error) {
	r := loginRequest()
	a, err := c.exchange(ctx, r, "email", c.config.Email)
	if err != nil {
		return ticket{}, err
	}
	var s sessionAnswer
	if err := a.decode(ctx, r, &s); err != nil {
		return ticket{}, err
	}
	return ticket{id: NewSecret(s.Session.value)}, nil
}

type sessionAnswer struct {
	Session answerID `json:"session"`
}

func (a *sessionAnswer) accept(*hidden) string {
	if a.Session.value == "" && !a.Session.bad {
		return "the answer lacks session"
	}
	return a.Session.check("session", maxWord)
}

// session returns a session of a later login than the one numbered after, whose
// session has ended; 0 takes any.
func (c *Client) session(ctx context.Context, after int) (ticket, error) {
	t, err := c.sessions.get(ctx, after, c.login)
	if _, ok := errors.AsType[*Error](err); err != nil && !ok { // the caller's own end, not the login's
		err = failed(loginRequest().name(), err)
	}
	return t, err
}

// ticket is a session and the number of its login. Ids alone can't be compared:
// two logins may give the same one.
type ticket struct {
	id     Secret
	number int
}

// sessions keeps the session that all callers of one client share.
type sessions struct {
	flight  flight.Group[ticket]
	mu      sync.Mutex
	current ticket
}

// get returns a session of a later login than the one numbered after. Callers
// that need one at the same time share one login.
func (s *sessions) get(ctx context.Context, after int, login func(context.Context) (ticket, error)) (ticket, error) {
	return s.flight.Do(ctx, flight.Work[ticket]{
		Have: func() (ticket, bool) { return s.later(after) },
		Run:  login,
		Keep: s.keep,
	})
}

func (s *sessions) later(after int) (ticket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, !s.current.id.IsZero() && s.current.number > after
}

// keep numbers a new session.
func (s *sessions) keep(t ticket) ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = ticket{t.id, s.current.number + 1}
	return s.current
}

// forget drops a session that has ended, unless there is a later one.
func (s *sessions) forget(t ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.number == t.number {
		s.current.id = Secret{}
	}
}
