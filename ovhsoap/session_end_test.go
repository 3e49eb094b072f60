package ovhsoap_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// slowLogin opens a session at once, and says so only after a while.
func slowLogin(wait time.Duration) *service {
	return &service{answer: func(w http.ResponseWriter, c call, n int) {
		if c.function == "login" {
			select {
			case <-time.After(wait):
			case <-c.Context().Done():
				return
			}
		}
		friendly(w, c, n)
	}}
}

func TestDo_ContextEndsDuringLogin(t *testing.T) {
	for name, f := range map[string]func(context.Context, *ovhsoap.Session) error{
		"one call": popDel,
		"two calls at once": func(ctx context.Context, s *ovhsoap.Session) error {
			go func() { _ = popDel(ctx, s) }()
			return popDel(ctx, s)
		},
		"login": func(ctx context.Context, s *ovhsoap.Session) error { return s.Login(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				svc := slowLogin(3 * time.Second)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				err := svc.client(t).Do(ctx, func(s *ovhsoap.Session) error { return f(ctx, s) })
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, 3*time.Second, time.Since(start))
				assert.Equal(t, "login logout", svc.sent())
				assert.Equal(t, "s1", svc.last().session)
			})
		})
	}
}

// A login that takes longer than the logout may is given up.
func TestDo_LoginWithoutAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := slowLogin(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := svc.client(t).Do(ctx, func(s *ovhsoap.Session) error { return popDel(ctx, s) })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second+ovhsoap.DefaultLogoutTimeout, time.Since(start))
		assert.Equal(t, "login", svc.sent())
	})
}

// The new login of a session that has expired is closed as well.
func TestDo_ContextEndsDuringTheSecondLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := slowLogin(3 * time.Second)
		svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
			switch {
			case c.function == "login" && n == 2:
				slow.answer(w, c, n)
			case c.function == "popDel":
				fault(w, "soap:301", "session expired")
			default:
				friendly(w, c, n)
			}
		}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := svc.client(t).Do(ctx, func(s *ovhsoap.Session) error { return popDel(ctx, s) })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, "login popDel login logout", svc.sent())
		assert.Equal(t, "s2", svc.last().session)
	})
}

// Client.Login returns no session when its context ends, so that the one which
// the service opens nevertheless is closed in the background.
func TestLogin_ContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := slowLogin(3 * time.Second)
		client := svc.client(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := client.Login(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		assert.Equal(t, "login logout", svc.sent())
		assert.Equal(t, "s1", svc.last().session)
	})
}

// The answer comes in the moment in which Client.Login's context ends: either
// the caller gets the session, or it is closed.
func TestLogin_ContextEndsAsTheAnswerComes(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			svc := slowLogin(time.Second)
			client := svc.client(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			s, err := client.Login(ctx)
			if err == nil {
				require.NoError(t, s.Logout(t.Context()))
			}
			synctest.Wait()
			assert.Equal(t, svc.count("login"), svc.count("logout"))
		})
	}
}

// The time that a login goes on is counted from when the last caller gave up.
func TestSession_TimeBeginsAnewWithEachCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := slowLogin(9 * time.Second)
		s := svc.client(t).Session()
		for range 2 { // at 1 s and at 5 s
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			require.ErrorIs(t, popDel(ctx, s), context.DeadlineExceeded)
			cancel()
			time.Sleep(3 * time.Second)
		}
		require.NoError(t, popDel(t.Context(), s), "at 8 s")
		assert.Equal(t, "login popDel", svc.sent())
	})
}

// Whoever comes while a login goes on that nobody waited for uses it.
func TestSession_TakesOverALogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := slowLogin(8 * time.Second)
		s := svc.client(t).Session()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, popDel(ctx, s), context.DeadlineExceeded)
		time.Sleep(2 * time.Second)
		require.NoError(t, popDel(t.Context(), s))
		assert.Equal(t, "login popDel", svc.sent())
	})
}

// Close ends a login that nobody waits for any more.
func TestClose_EndsWhatNobodyWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := slowLogin(time.Hour)
		client := svc.client(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, popDel(ctx, client.Session()), context.DeadlineExceeded)
		start := time.Now()
		client.Close()
		synctest.Wait()
		assert.Zero(t, time.Since(start))
	})
}

func TestDo_ContextEndsDuringLogin_OnTheFake(t *testing.T) {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	server.AddDomain("example.com", ovhsoaptest.Nic)
	client, err := ovhsoap.New(server.Config())
	require.NoError(t, err)
	defer client.Close()
	server.Inject(ovhsoaptest.Fault{Function: "login", Delay: 100 * time.Millisecond, Times: -1})
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		err := client.Do(ctx, func(s *ovhsoap.Session) error {
			_, err := s.PopList(ctx, "example.com")
			return err
		})
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	assert.Zero(t, server.Sessions())
}

// A resumed session may be another account's: it is never replaced by a login
// that nobody asked for.
func TestResume_EndedByTheService(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
		if c.session == "foreign" {
			fault(w, "soap:301", "session expired")
			return
		}
		friendly(w, c, n)
	}}
	s, err := svc.client(t).Resume(ovhsoap.NewSecret("foreign"))
	require.NoError(t, err)
	for range 2 {
		err = popDel(t.Context(), s)
		require.ErrorIs(t, err, ovhsoap.ErrSession)
		assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
	}
	assert.Equal(t, "popDel", svc.sent())
	assert.True(t, s.ID().IsZero())

	require.NoError(t, s.Login(t.Context()))
	require.NoError(t, popDel(t.Context(), s))
	assert.Equal(t, "popDel login popDel", svc.sent())
	assert.Equal(t, "s1", svc.last().session)
}

func TestLanguage_SurvivesANewLogin(t *testing.T) {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	client, err := ovhsoap.New(server.Config())
	require.NoError(t, err)
	defer client.Close()
	s := client.Session()
	list := func() {
		_, err := s.DomainList(t.Context())
		require.NoError(t, err)
	}
	list()
	_, err = s.Language(t.Context(), "en")
	require.NoError(t, err)
	list()
	server.ExpireSessions()
	list()
	_, err = ovhsoap.Call[string](t.Context(), s, "language", ovhsoap.Args{"language": "it"})
	require.NoError(t, err)
	server.ExpireSessions()
	list()
	server.Inject(ovhsoaptest.Fault{Function: "language", Status: 202, Message: "no such language"})
	_, err = s.Language(t.Context(), "xx")
	require.ErrorIs(t, err, ovhsoap.ErrInvalid)
	server.ExpireSessions()
	list()

	var languages []string
	for _, call := range server.Calls() {
		if call.Function == "domainList" {
			languages = append(languages, call.Language)
		}
	}
	assert.Equal(t, []string{"fr", "en", "en", "it", "it"}, languages)
	other := client.Session()
	_, err = other.DomainList(t.Context())
	require.NoError(t, err)
	calls := server.Calls()
	assert.Equal(t, "fr", calls[len(calls)-1].Language, "another session has its own")
}
