package ovhsoap

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// Session is a session at the service. It logs in when the first call needs
// it, and again, once a call, when the service says that it has ended. It is
// safe for concurrent use: however many calls need a login, one is made. It
// prints as REDACTED.
type Session struct {
	client *Client

	mu       sync.Mutex
	id       Secret
	ended    bool
	resumed  bool   // somebody else opened it, for whatever account
	language string // what the function language was told, "" before that
	flight   *flight
}

// Session returns a session that sends nothing until it is used. End it with
// Logout, or use Do.
func (c *Client) Session() *Session { return &Session{client: c} }

// Login logs in now. Where an earlier login of this client was refused, this
// is what sends the password again. End the session with Logout.
func (c *Client) Login(ctx context.Context) (*Session, error) {
	s := c.Session()
	if err := s.Login(ctx); err != nil {
		s.forget()
		return nil, err
	}
	return s, nil
}

// Resume returns a session that somebody else has opened, by its id. Whose
// account it is for is not known here, so that no login follows by itself when
// the service ends it: calls get ErrSession from then on. Session.Login then
// goes on with the client's own nic handle.
func (c *Client) Resume(id Secret) (*Session, error) {
	if id.IsZero() {
		return nil, invalid("", "session", "is empty")
	}
	if reason := unfit(id.Reveal()); reason != "" {
		return nil, invalid("", "session", reason)
	}
	return &Session{client: c, id: id, resumed: true}, nil
}

// Do calls f with a new session and logs out of it at the end, whatever
// happens in f: the logout is tried for Config.LogoutTimeout even if ctx has
// ended by then, and so is a login under way, which may have opened a session
// whose id is still to come. Do returns f's error, or else the logout's.
func (c *Client) Do(ctx context.Context, f func(*Session) error) (err error) {
	switch {
	case ctx == nil:
		return invalid("", "ctx", "is nil")
	case f == nil:
		return invalid("", "f", "is nil")
	}
	s := c.Session()
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.config.LogoutTimeout)
		defer cancel()
		if ended := s.Logout(ctx); err == nil {
			err = ended
		}
	}()
	return f(s)
}

// ID returns the service's id of the session, none before the login. It is as
// good as the password while the session lasts.
func (s *Session) ID() Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

// Login logs in if the session is not logged in. Where an earlier login of the
// client was refused, this is what sends the password again; where a resumed
// session has ended, this is what goes on with the client's own nic handle.
func (s *Session) Login(ctx context.Context) error {
	if err := s.usable(ctx, "login"); err != nil {
		return err
	}
	if s.adopt() {
		s.client.refuse(nil)
	}
	_, err := s.current(ctx, "login", Secret{})
	return err
}

// adopt makes a session without an id the client's own, whoever opened it, and
// reports whether it may log in.
func (s *Session) adopt() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id.IsZero() {
		s.resumed = false
	}
	return s.id.IsZero() && !s.ended
}

// Logout ends the session: later calls get ErrClosed. It is fine to log out of
// a session that never logged in, has expired or was logged out before. It may
// be repeated, and is after a lost answer.
func (s *Session) Logout(ctx context.Context) error {
	switch {
	case ctx == nil:
		return invalid("logout", "ctx", "is nil")
	case s == nil || s.client == nil:
		return invalid("logout", "session", "is nil")
	}
	id, err := s.end(ctx)
	if err != nil || id.IsZero() {
		return err
	}
	if err := s.client.logout(ctx, id); err != nil {
		return err
	}
	s.mu.Lock()
	s.id = Secret{}
	s.mu.Unlock()
	return nil
}

// end lets no further call begin, and returns the id to log out of once a login
// under way is through.
func (s *Session) end(ctx context.Context) (Secret, error) {
	s.mu.Lock()
	s.ended = true
	pending := s.flight
	s.mu.Unlock()
	if pending != nil {
		select {
		case <-pending.done:
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			s.giveUp(pending)
			return Secret{}, failed("logout", ctx.Err())
		}
	}
	return s.ID(), nil
}

// forget is for a session that nobody can use any more. A login under way is
// waited for in the background, so that the session it opens can be closed.
func (s *Session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.flight != nil {
		s.client.later(s.flight.cancel)
		s.flight = nil
	}
}

// later calls f after the time that a logout is given, or when the client is
// closed.
func (c *Client) later(f func()) {
	stop := context.AfterFunc(c.life, f)
	time.AfterFunc(c.config.LogoutTimeout, func() {
		if stop() {
			f()
		}
	})
}

// lost takes a dead id from a resumed session, and reports whether it is one.
func (s *Session) lost(id Secret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.resumed && s.id == id {
		s.id = Secret{}
	}
	return s.resumed
}

// speak notes the language that the service answers in from now on.
func (s *Session) speak(language string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.language = language
}

// String returns a constant: a Session holds its id.
func (s *Session) String() string { return "ovhsoap.Session{" + redact.Redacted + "}" }

// GoString is String.
func (s *Session) GoString() string { return s.String() }

// LogValue is String, for log/slog.
func (s *Session) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON is String, for encoding/json.
func (s *Session) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// flight is one login that any number of calls wait for. It ends early when
// the last of them has left.
type flight struct {
	cancel  context.CancelFunc
	done    chan struct{}
	waiting int // guarded by the session's mutex

	id   Secret // these are set before done is closed
	err  error
	left bool // given up before it was through
}

// current returns an id other than dead for a call of function, after a login
// if need be, one under way or a new one.
func (s *Session) current(ctx context.Context, function string, dead Secret) (Secret, error) {
	f, id, err := s.join(ctx, function, dead)
	if f == nil {
		return id, err
	}
	select {
	case <-f.done:
		if f.left { // by Logout, as this caller is still here
			return Secret{}, closed(function, "session")
		}
		return f.id, f.err
	case <-ctx.Done():
		s.leave(f)
		return Secret{}, failed(function, ctx.Err())
	}
}

// join returns the id, or the login to wait for.
func (s *Session) join(ctx context.Context, function string, dead Secret) (*flight, Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return nil, Secret{}, closed(function, "session")
	case !s.id.IsZero() && s.id != dead:
		return nil, s.id, nil
	case s.resumed:
		return nil, Secret{}, resumedEnded(function)
	}
	if s.flight == nil {
		s.startLogin(ctx)
	}
	s.flight.waiting++
	return s.flight, Secret{}, nil
}

// startLogin starts the login. The lock is held.
func (s *Session) startLogin(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f := &flight{cancel: cancel, done: make(chan struct{})}
	language := s.language
	s.flight = f
	go func() {
		defer cancel()
		f.id, f.err = s.client.login(ctx, language)
		s.land(f)
		close(f.done)
		if f.left && f.err == nil {
			s.client.discard(ctx, f.id)
		}
	}()
}

// land makes the login's session this one, unless it was given up.
func (s *Session) land(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.left = s.flight != f; f.left {
		return
	}
	s.flight = nil
	if f.err == nil {
		s.id = f.id
	}
}

// leave gives up waiting. Where nobody else waits, the login goes on for a
// while: the service may have opened a session that only its answer names, and
// whoever comes next, or Logout, can use that.
func (s *Session) leave(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiting--; f.waiting > 0 {
		return
	}
	s.client.later(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if f.waiting == 0 {
			s.giveUp(f)
		}
	})
}

// giveUp ends a login that nobody wants any more. The lock is held.
func (s *Session) giveUp(f *flight) {
	f.cancel()
	if s.flight == f {
		s.flight = nil
	}
}
