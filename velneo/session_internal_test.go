package velneo

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// heldLogin is a login that ends when it is told to, and not with its context.
func heldLogin(id string) (login func(context.Context) (ticket, error), release func()) {
	c := make(chan struct{})
	return func(context.Context) (ticket, error) { <-c; return ticket{id: NewSecret(id)}, nil }, func() { close(c) }
}

// A login that all have left ends late, while another one is under way: its
// session may be one that was ended since, so the other one's counts.
func TestSessions_LateLoginThatAllHaveLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s sessions
		early, releaseEarly := heldLogin("early")
		late, releaseLate := heldLogin("late")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.get(ctx, 0, early)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		done := make(chan struct{})
		go func() {
			defer close(done)
			got, err := s.get(t.Context(), 0, late)
			assert.NoError(t, err)
			assert.Equal(t, ticket{NewSecret("late"), 1}, got)
		}()
		synctest.Wait()
		releaseEarly()
		synctest.Wait()
		assert.Equal(t, ticket{}, s.current)
		releaseLate()
		<-done
		assert.Equal(t, ticket{NewSecret("late"), 1}, s.current)
	})
}

// A caller who asks for a session after one that is over gets a later login's,
// even if it has the same id.
func TestSessions_SessionAfterOneThatIsOver(t *testing.T) {
	var s sessions
	login := func(context.Context) (ticket, error) { return ticket{id: NewSecret("one")}, nil }
	for after, want := range map[int]int{0: 1, 1: 2, 2: 3} {
		s.current = ticket{NewSecret("one"), after}
		got, err := s.get(t.Context(), after, login)
		require.NoError(t, err)
		assert.Equal(t, ticket{NewSecret("one"), want}, got)
		got, err = s.get(t.Context(), after, func(context.Context) (ticket, error) {
			t.Error("a second login")
			return ticket{}, nil
		})
		require.NoError(t, err)
		assert.Equal(t, want, got.number)
	}
}

// A logout that is answered after a new login does not take that one's session.
func TestSessions_ForgetAnEarlierSession(t *testing.T) {
	two := ticket{NewSecret("two"), 2}
	s := sessions{current: two}
	s.forget(ticket{NewSecret("one"), 1})
	assert.Equal(t, two, s.current)
	s.forget(two)
	assert.Equal(t, ticket{number: 2}, s.current)
}
