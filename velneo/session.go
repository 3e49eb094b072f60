package velneo

import (
	"context"
	"net/http"
	"sync"
)

// Session is a session's id. It opens the account together with the API key,
// so it prints as REDACTED; string(s) is the id, to be kept for
// Config.Session.
type Session string

// Login returns the client's session, logging in where there is none yet. The
// other calls do so by themselves: Login is for those who want to know early,
// or keep the session for a later Config.Session. A session that was given is
// returned as it is, over or not.
//
// A login is repeated after a failure of the connection: the service answers
// every login of an account with the same id as long as the session lasts
// (vendor guide). ErrUnauthorized is final: the email, the API key or this
// machine's clock is wrong.
func (c *Client) Login(ctx context.Context) (Session, error) {
	if err := c.ready(loginRequest().name(), ctx); err != nil {
		return "", err
	}
	t, err := c.session(ctx, 0)
	return t.id, err
}

// Logout ends the session for every application of the account: the service
// keeps one session per account, and other programs that use it are logged out
// as well (vendor guide). A program that merely ends calls Close.
//
// Without a session Logout logs in first, for the id is the account's. It is
// sent once. ErrUnauthorized means that the session had ended before, or that
// the API key or the clock is wrong. The next call logs in again, and so do
// calls that were under way.
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
func (c *Client) login(ctx context.Context) (Session, error) {
	r := loginRequest()
	a, err := c.exchange(ctx, r, "email", c.config.Email)
	if err != nil {
		return "", err
	}
	var s sessionAnswer
	if err := a.decode(r, &s); err != nil {
		return "", err
	}
	return Session(s.Session.value), nil
}

type sessionAnswer struct {
	Session answerID `json:"session"`
}

func (a *sessionAnswer) accept(func(string) string) string {
	if a.Session.value == "" && !a.Session.bad {
		return "the answer lacks session"
	}
	return a.Session.check("session", maxWord)
}

// session returns a session of a later login than the one numbered after,
// which a call found to be over; 0 takes any. Ids can't be compared instead:
// two logins may yield the same one.
func (c *Client) session(ctx context.Context, after int) (ticket, error) {
	if err := ctx.Err(); err != nil {
		return ticket{}, failed(loginRequest().name(), err)
	}
	f, t := c.sessions.join(ctx, after, c.login)
	if f == nil {
		return t, nil
	}
	select {
	case <-f.done:
		return f.ticket, f.err
	case <-ctx.Done():
		c.sessions.leave(f)
		return ticket{}, failed(loginRequest().name(), ctx.Err())
	}
}

// ticket is a session and the number of its login.
type ticket struct {
	id     Session
	number int
}

// sessions keeps the session that all callers of one client share.
type sessions struct {
	mu      sync.Mutex
	current ticket
	flight  *flight
}

// flight is a login that callers wait for together. It belongs to none of
// them, so one that gives up takes nothing from the others; the last to give
// up ends it.
type flight struct {
	done    chan struct{} // closed when ticket and err are set
	end     context.CancelFunc
	waiting int
	ticket  ticket
	err     error
}

// join returns a session that is late enough, or the login to wait for.
func (s *sessions) join(ctx context.Context, after int, login func(context.Context) (Session, error)) (*flight, ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.id != "" && s.current.number > after {
		return nil, s.current
	}
	if s.flight == nil {
		ctx, end := context.WithCancel(context.WithoutCancel(ctx))
		f := &flight{done: make(chan struct{}), end: end}
		s.flight = f
		go func() {
			id, err := login(ctx)
			s.land(f, id, err)
		}()
	}
	s.flight.waiting++
	return s.flight, ticket{}
}

// land hands a login's outcome to those who wait.
func (s *sessions) land(f *flight, id Session, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.end()
	if s.flight == f {
		s.flight = nil
		if err == nil {
			s.current = ticket{id, s.current.number + 1}
		}
	}
	f.ticket, f.err = s.current, err
	close(f.done)
}

// leave ends a login that nobody waits for any more.
func (s *sessions) leave(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.waiting--
	if f.waiting == 0 && s.flight == f {
		s.flight = nil
		f.end()
	}
}

// forget drops a session that is over, unless there is a later one.
func (s *sessions) forget(t ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.number == t.number {
		s.current.id = ""
	}
}
