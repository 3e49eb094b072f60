package velneo

import (
	"context"
	"testing"
	"testing/synctest"
)

// held is a login that ends when it is told to.
func held(id Session) (login func(context.Context) (Session, error), release func()) {
	c := make(chan struct{})
	return func(context.Context) (Session, error) { <-c; return id, nil }, func() { close(c) }
}

// A login that everybody left lands late, while another one is under way: its
// session may be one that was ended since, so the other one's counts.
func TestAbandonedLoginThatLandsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s sessions
		early, releaseEarly := held("early")
		late, releaseLate := held("late")
		first, _ := s.join(t.Context(), 0, early)
		s.leave(first)
		second, _ := s.join(t.Context(), 0, late)
		releaseEarly()
		synctest.Wait()
		if s.current.id != "" || s.flight != second {
			t.Errorf("%v, flight %p, want none and %p", s.current.number, s.flight, second)
		}
		releaseLate()
		<-second.done
		if second.ticket != (ticket{"late", 1}) || s.current != second.ticket {
			t.Errorf("number %d", second.ticket.number)
		}
	})
}

// A caller who gives up just when the login lands ends no later one.
func TestLeavingALandedLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s sessions
		login, release := held("one")
		release()
		first, _ := s.join(t.Context(), 0, login)
		<-first.done
		again, releaseAgain := held("two")
		second, _ := s.join(t.Context(), 1, again)
		s.leave(first)
		if s.flight != second {
			t.Error("the later login was ended")
		}
		releaseAgain()
		<-second.done
		if s.current != (ticket{"two", 2}) {
			t.Errorf("number %d", s.current.number)
		}
	})
}

// A logout that is answered after a new login does not take that one's session.
func TestForgettingAnEarlierSession(t *testing.T) {
	s := sessions{current: ticket{"two", 2}}
	s.forget(ticket{"one", 1})
	if s.current.id == "" {
		t.Error("the later session is gone")
	}
	s.forget(ticket{"two", 2})
	if s.current != (ticket{"", 2}) {
		t.Errorf("number %d is still there", s.current.number)
	}
}
