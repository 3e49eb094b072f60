package ovhsoap

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/hebergo/hebergo/internal/flight"
	"github.com/hebergo/hebergo/internal/redact"
)

// Session is a session at the service. It logs in when the first call needs it,
// and again, at most once per call, if the service reports that the session has
// ended. It is safe for concurrent use: all calls that need a login share one. It
// prints as REDACTED.
type Session struct {
	client *Client

	logins flight.Group[ticket]

	mu       sync.Mutex // never held while logins is called
	id       Secret
	ended    bool
	resumed  bool   // somebody else opened it, for whatever account
	language string // what the function language was told, "" before that
}

// ticket is what a call gets to be sent with, or why it may not be sent.
type ticket struct {
	id  Secret
	err error
}

// Session returns a new session, which sends nothing until it is used. The caller
// must end it with Logout; Do does this by itself.
func (c *Client) Session() *Session { return &Session{client: c} }

// Login opens a session now. If an earlier login of this client was refused, it
// sends the password again. The caller must end the session with Logout.
func (c *Client) Login(ctx context.Context) (*Session, error) {
	s := c.Session()
	if err := s.usable(ctx, "login"); err != nil {
		return nil, err
	}
	if err := s.Login(ctx); err != nil {
		s.forget(ctx)
		return nil, err
	}
	return s, nil
}

// Resume returns a session that was opened elsewhere, by its ID. Its account is
// not known, so the client does not log in again when the service ends it: calls
// then return ErrSession, until Session.Login opens a session for the client's own
// nic handle.
func (c *Client) Resume(id Secret) (*Session, error) {
	if id.IsZero() {
		return nil, invalid("", "session", "is empty")
	}
	if reason := unfit(id.Reveal()); reason != "" {
		return nil, invalid("", "session", reason)
	}
	return &Session{client: c, id: id, resumed: true}, nil
}

// Do calls f with a new session and always logs out of it at the end, even if f
// panics. It waits up to Config.LogoutTimeout for the logout, even if ctx has ended by
// then, and for the response to a login in progress, which may have opened a
// session. Do returns the error of f, or else that of the logout.
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

// ID returns the service's ID of the session, or the zero Secret before the login.
// Whoever has it can use the account while the session lasts.
func (s *Session) ID() Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

// Login logs in if the session is not logged in. If an earlier login of the
// client was refused, Login sends the password again; if a resumed session has
// ended, it opens one for the client's own nic handle.
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

// Logout ends the session; later calls return ErrClosed. It returns nil for a
// session that never logged in, has expired or was logged out before. It is
// retried after a lost response.
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
// under way is through. It gives up that login where ctx ends first.
func (s *Session) end(ctx context.Context) (Secret, error) {
	s.finish()
	if err := s.logins.Finish(ctx); err != nil {
		return Secret{}, failed("logout", err)
	}
	return s.ID(), nil
}

// finish lets no further call begin.
func (s *Session) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

// forget is for a session that nobody can use any more. A login under way is
// waited for in the background, for as long as a logout is given or until the
// client is closed, so that the session it opens can be closed.
func (s *Session) forget(ctx context.Context) {
	s.finish()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.client.config.LogoutTimeout)
	stop := context.AfterFunc(s.client.life, cancel)
	go func() {
		defer cancel()
		defer stop()
		_ = s.logins.Finish(ctx)
		if id := s.ID(); !id.IsZero() {
			s.client.discard(ctx, id)
		}
	}()
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

// String returns a constant, because a Session contains its ID.
func (s *Session) String() string { return "ovhsoap.Session{" + redact.Redacted + "}" }

// GoString is String.
func (s *Session) GoString() string { return s.String() }

// LogValue is String, for log/slog.
func (s *Session) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON is String, for encoding/json.
func (s *Session) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// current returns an id other than dead for a call of function, after a login
// if need be, one under way or a new one. A login that all callers have left
// goes on for a while: the service may have opened a session that only its answer
// names, and whoever comes next, or Logout, can use that.
func (s *Session) current(ctx context.Context, function string, dead Secret) (Secret, error) {
	have := func() (ticket, bool) { return s.have(function, dead) }
	if now, ok := have(); ok {
		return now.id, now.err
	}
	got, err := s.logins.Do(ctx, flight.Work[ticket]{
		Have: have, Run: s.login, Keep: s.keep,
		Drop:   func(ctx context.Context, late ticket) { s.client.discard(ctx, late.id) },
		Linger: s.client.config.LogoutTimeout, Life: s.client.life,
	})
	switch {
	case errors.Is(err, flight.ErrEnded): // by Logout, as this caller is still here
		return Secret{}, closed(function, "session")
	case err != nil:
		return Secret{}, failed(function, err)
	}
	return got.id, got.err
}

// have returns what a call needs no login for: an id other than dead, or a
// refusal.
func (s *Session) have(function string, dead Secret) (ticket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return ticket{err: closed(function, "session")}, true
	case !s.id.IsZero() && s.id != dead:
		return ticket{id: s.id}, true
	case s.resumed:
		return ticket{err: resumedEnded(function)}, true
	}
	return ticket{}, false
}

// login opens a session at the service, in the language that this one had.
func (s *Session) login(ctx context.Context) (ticket, error) {
	s.mu.Lock()
	language := s.language
	s.mu.Unlock()
	id, err := s.client.login(ctx, language)
	return ticket{id: id}, err
}

// keep makes the login's session this one.
func (s *Session) keep(t ticket) ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.id = t.id
	return t
}
