package ovhsoap

import (
	"context"
	"log/slog"
	"sync"

	"github.com/hebergo/hebergo/internal/transport"
)

// Session is a session at the service. It logs in when the first call needs
// it, and again, once a call, when the service says that it has ended. It is
// safe for concurrent use: however many calls need a login, one is made. It
// prints as REDACTED.
type Session struct {
	client *Client

	mu     sync.Mutex
	id     string
	ended  bool
	flight *flight
}

// Session returns a session that sends nothing until it is used. End it with
// Logout, or use Do.
func (c *Client) Session() *Session { return &Session{client: c} }

// Login logs in now. Where an earlier login of this client was refused, this
// is what sends the password again. End the session with Logout.
func (c *Client) Login(ctx context.Context) (*Session, error) {
	s := c.Session()
	if err := s.Login(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Resume returns a session that somebody else has opened, by its id. When the
// service ends it, it is followed by a login with the client's own nic handle.
func (c *Client) Resume(id string) (*Session, error) {
	if id == "" {
		return nil, invalid("", "session", "is empty")
	}
	if reason := unfit(id); reason != "" {
		return nil, invalid("", "session", reason)
	}
	return &Session{client: c, id: id}, nil
}

// Do calls f with a new session and logs out of it at the end, whatever
// happens in f: the logout is tried for Config.LogoutTimeout even if ctx has
// ended by then. Do returns f's error, or else the logout's.
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

// ID returns the service's id of the session, "" before the login. It is as
// good as the password while the session lasts.
func (s *Session) ID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

// Login logs in if the session is not logged in. Where an earlier login of the
// client was refused, this is what sends the password again.
func (s *Session) Login(ctx context.Context) error {
	if err := s.usable(ctx, "login"); err != nil {
		return err
	}
	if s.lacksLogin() {
		s.client.refuse(nil)
	}
	_, err := s.current(ctx, "login", "")
	return err
}

func (s *Session) lacksLogin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id == "" && !s.ended
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
	if err != nil || id == "" {
		return err
	}
	if err := s.client.logout(ctx, id); err != nil {
		return err
	}
	s.mu.Lock()
	s.id = ""
	s.mu.Unlock()
	return nil
}

// end lets no further call begin, and returns the id to log out of once a login
// under way is through.
func (s *Session) end(ctx context.Context) (string, error) {
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
			s.abandon(pending)
			return "", failed("logout", ctx.Err())
		}
	}
	return s.ID(), nil
}

// String returns a constant: a Session holds its id.
func (s *Session) String() string { return "ovhsoap.Session{" + transport.Redacted + "}" }

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

	id   string // these are set before done is closed
	err  error
	left bool // given up before it was through
}

// current returns an id other than dead for a call of function, after a login
// if need be, one under way or a new one.
func (s *Session) current(ctx context.Context, function, dead string) (string, error) {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return "", closed(function, "session")
	}
	if s.id != "" && s.id != dead {
		defer s.mu.Unlock()
		return s.id, nil
	}
	if s.flight == nil {
		s.depart(ctx)
	}
	f := s.flight
	f.waiting++
	s.mu.Unlock()
	select {
	case <-f.done:
		if f.left { // by Logout, as this caller is still here
			return "", closed(function, "session")
		}
		return f.id, f.err
	case <-ctx.Done():
		s.leave(f)
		return "", failed(function, ctx.Err())
	}
}

// depart starts the login. The lock is held.
func (s *Session) depart(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f := &flight{cancel: cancel, done: make(chan struct{})}
	s.flight = f
	go func() {
		defer cancel()
		f.id, f.err = s.client.login(ctx)
		s.mu.Lock()
		wanted := s.flight == f
		if wanted {
			s.flight = nil
		}
		if wanted && f.err == nil {
			s.id = f.id
		}
		f.left = !wanted
		s.mu.Unlock()
		close(f.done)
		if f.left && f.err == nil {
			s.client.discard(ctx, f.id)
		}
	}()
}

// leave gives up waiting, and the login with it where nobody else waits.
func (s *Session) leave(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		s.abandon(f)
	}
}

// abandon ends a login that nobody wants any more. The lock is held.
func (s *Session) abandon(f *flight) {
	f.cancel()
	if s.flight == f {
		s.flight = nil
	}
}
