package ovhsoap_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

func popDel(ctx context.Context, s *ovhsoap.Session) error {
	_, err := ovhsoap.Call[ovhsoap.Void](ctx, s, "popDel", "example.com", "info")
	return err
}

func TestDo_LogsOutWhateverHappens(t *testing.T) {
	wrong := errors.New("the caller's own")
	for name, c := range map[string]struct {
		f    func(ctx context.Context, cancel func(), s *ovhsoap.Session) error
		want string
		err  error
	}{
		"success": {func(ctx context.Context, _ func(), s *ovhsoap.Session) error { return popDel(ctx, s) }, "login popDel logout", nil},
		"unused":  {func(context.Context, func(), *ovhsoap.Session) error { return nil }, "", nil},
		"failure": {func(ctx context.Context, _ func(), s *ovhsoap.Session) error {
			return errors.Join(popDel(ctx, s), wrong)
		}, "login popDel logout", wrong},
		"cancelled": {func(ctx context.Context, cancel func(), s *ovhsoap.Session) error {
			_ = popDel(ctx, s)
			cancel()
			return ctx.Err()
		}, "login popDel logout", context.Canceled},
		"no session needed": {func(ctx context.Context, _ func(), s *ovhsoap.Session) error {
			_, err := ovhsoap.Call[*string](ctx, s, "version")
			return err
		}, "version", nil},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: friendly}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := svc.client(t).Do(ctx, func(s *ovhsoap.Session) error { return c.f(ctx, cancel, s) })
			require.ErrorIs(t, err, c.err)
			assert.Equal(t, c.want, svc.sent())
		})
	}
}

func TestDo_LogsOutAfterAPanic(t *testing.T) {
	svc := &service{answer: friendly}
	client := svc.client(t)
	func() {
		defer func() { _ = recover() }()
		_ = client.Do(t.Context(), func(s *ovhsoap.Session) error { _ = popDel(t.Context(), s); panic("the caller's") })
	}()
	assert.Equal(t, "login popDel logout", svc.sent())
}

func TestDo_LogoutIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
			if c.function == "logout" {
				<-c.Context().Done()
			}
			friendly(w, c, n)
		}}
		start := time.Now()
		err := svc.client(t).Do(t.Context(), func(s *ovhsoap.Session) error { return popDel(t.Context(), s) })
		assert.Equal(t, ovhsoap.DefaultLogoutTimeout, time.Since(start))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// expiring answers 301 to every session but the newest, which lives for a
// number of calls.
func expiring(calls int) func(w http.ResponseWriter, c call, n int) {
	var mu sync.Mutex
	logins, left := 0, 0
	return func(w http.ResponseWriter, c call, _ int) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case c.function == "login":
			logins++
			left = calls
			result(w, "login", "<return>s"+strings.Repeat("x", logins)+"</return>")
		case c.session != "s"+strings.Repeat("x", logins) || left == 0:
			fault(w, "soap:301", "session expired")
		default:
			left--
			result(w, c.function, "")
		}
	}
}

func TestSession_ExpiredIsRenewedOnce(t *testing.T) {
	svc := &service{answer: expiring(1)}
	s := svc.client(t).Session()
	for range 3 {
		require.NoError(t, popDel(t.Context(), s))
	}
	assert.Equal(t, "login popDel popDel login popDel popDel login popDel", svc.sent())
	svc = &service{answer: expiring(0)}
	err := popDel(t.Context(), svc.client(t).Session())
	assert.ErrorIs(t, err, ovhsoap.ErrSession)
	assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
	assert.Equal(t, "login popDel login popDel", svc.sent())
}

func TestSession_OneLoginForManyCallers(t *testing.T) {
	svc := &service{answer: expiring(1 << 20)}
	client := svc.client(t)
	s := client.Session()
	for logins := range 2 { // the second time it is the other's login that has ended the session
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				assert.NoError(t, popDel(t.Context(), s))
			})
		}
		wg.Wait()
		assert.Equal(t, 2*logins+1, svc.count("login"))
		_, err := client.Login(t.Context())
		require.NoError(t, err)
	}
}

// Sessions that live one call, and 50 goroutines: each call is done once or
// reports that it was not.
func TestSession_ShortLivesLoseAndDoubleNothing(t *testing.T) {
	answer := expiring(1)
	var mu sync.Mutex
	done := 0
	svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
		rec := &statusRecorder{ResponseWriter: w}
		answer(rec, c, n)
		if c.function == "popDel" && rec.status == 0 {
			mu.Lock()
			defer mu.Unlock()
			done++
		}
	}}
	s := svc.client(t).Session()
	var wg sync.WaitGroup
	good := 0
	for range 50 {
		wg.Go(func() {
			err := popDel(t.Context(), s)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				good++
			default:
				assert.ErrorIs(t, err, ovhsoap.ErrSession)
				assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, done, good, "what the callers know of, and what the service did")
	assert.NotZero(t, good)
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func refusing(code string) func(http.ResponseWriter, call, int) {
	return func(w http.ResponseWriter, c call, n int) {
		if c.function == "login" {
			fault(w, code, "no "+passwordMark)
			return
		}
		friendly(w, c, n)
	}
}

func TestLogin_WrongPasswordIsSentOnce(t *testing.T) {
	for _, code := range []string{"soap:310", "soap:320", "soap:Client", "soap:401", "soap:350"} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				refuse := refusing(code)
				svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
					time.Sleep(time.Second) // bubble time: all the others come meanwhile
					refuse(w, c, n)
				}}
				client := svc.client(t)
				shared := client.Session()
				var wg sync.WaitGroup
				for i := range 60 {
					wg.Go(func() {
						var err error
						switch i % 3 {
						case 0:
							err = client.Do(t.Context(), func(s *ovhsoap.Session) error { return popDel(t.Context(), s) })
						case 1:
							err = popDel(t.Context(), shared)
						case 2:
							_, err = client.Login(t.Context())
						}
						if assert.Error(t, err) {
							assert.NotContains(t, err.Error(), "hush")
							assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
						}
					})
				}
				wg.Wait()
				assert.Error(t, popDel(t.Context(), shared), "the refusal stands")
				assert.Equal(t, "login", svc.sent())
			})
		})
	}
}

func TestLogin_RefusalStandsUntilLogin(t *testing.T) {
	right := false
	svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
		if right {
			friendly(w, c, n)
		} else {
			refusing("soap:310")(w, c, n)
		}
	}}
	client := svc.client(t)
	s := client.Session()
	assert.ErrorIs(t, popDel(t.Context(), s), ovhsoap.ErrUnauthorized)
	right = true
	assert.ErrorIs(t, popDel(t.Context(), s), ovhsoap.ErrUnauthorized)
	require.NoError(t, s.Login(t.Context()))
	assert.NoError(t, popDel(t.Context(), s))
	assert.Equal(t, "login login popDel", svc.sent())
}

// A gateway may refuse a login without a fault.
func TestLogin_RefusedByHTTPStatusIsSentOnce(t *testing.T) {
	for status, want := range map[int]int{http.StatusUnauthorized: 1, http.StatusForbidden: 1, http.StatusNotFound: 2, http.StatusBadGateway: 2} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { w.WriteHeader(status) }}
			s := svc.client(t).Session()
			for range 2 {
				err := popDel(t.Context(), s)
				require.Error(t, err)
				assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
			}
			assert.Equal(t, want, svc.count("login"))
		})
	}
}

// Login lifts the refusal where it sends the password, and nowhere else.
func TestLogin_ThatSendsNothingLiftsNoRefusal(t *testing.T) {
	svc := &service{answer: refusing("soap:310")}
	client := svc.client(t)
	alive, _ := client.Resume(ovhsoap.NewSecret("alive"))
	ended := client.Session()
	require.NoError(t, errors.Join(ended.Logout(t.Context()), alive.Login(t.Context())))
	refused := client.Session()
	for range 3 {
		assert.ErrorIs(t, popDel(t.Context(), refused), ovhsoap.ErrUnauthorized)
		assert.NoError(t, alive.Login(t.Context()))
		assert.ErrorIs(t, ended.Login(t.Context()), ovhsoap.ErrClosed)
	}
	assert.Equal(t, "login", svc.sent())
}

func TestLogin_FaultThatPassesIsNotARefusal(t *testing.T) {
	for _, code := range []string{"soap:220", "soap:304", "soap:260", "soap:280", "soap:503", "soap:506", "soap:777", "soap:Server", "what?"} {
		t.Run(code, func(t *testing.T) {
			svc := &service{answer: refusing(code)}
			s := svc.client(t).Session()
			for range 2 {
				err := popDel(t.Context(), s)
				require.Error(t, err)
				assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
			}
			assert.Equal(t, "login login", svc.sent())
		})
	}
	svc := &service{answer: refusing("soap:304")}
	assert.ErrorIs(t, popDel(t.Context(), svc.client(t).Session()), ovhsoap.ErrTooManySessions)
}

func TestCall_CancelReturnsAtOnce(t *testing.T) {
	for _, function := range []string{"login", "popDel"} {
		t.Run(function, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
					if c.function == function {
						<-c.Context().Done()
					}
					friendly(w, c, n)
				}}
				s := svc.client(t).Session()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				err := popDel(ctx, s)
				assert.Equal(t, time.Second, time.Since(start))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				ambiguous := function == "popDel"
				assert.Equal(t, ambiguous, errors.Is(err, ovhsoap.ErrAmbiguous))
				assert.Equal(t, ambiguous, strings.Count(err.Error(), ovhsoap.ErrAmbiguous.Error()) == 1, "said once: %v", err)
			})
		})
	}
}

// Who leaves does not take the login away from those who stay.
func TestLogin_OutlivesTheCallerThatBeganIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
			time.Sleep(10 * time.Second)
			friendly(w, c, n)
		}}
		s := svc.client(t).Session()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			assert.ErrorIs(t, popDel(ctx, s), context.DeadlineExceeded)
		})
		synctest.Wait()
		wg.Go(func() {
			assert.NoError(t, popDel(t.Context(), s))
		})
		wg.Wait()
		assert.Equal(t, "login popDel", svc.sent())
	})
}

// stubborn is a network that delivers the login's answer to a request that was
// cancelled, as happens when both cross.
type stubborn struct{ *service }

func (n stubborn) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := n.service.transport().RoundTrip(r.WithContext(context.WithoutCancel(r.Context())))
	if n.last().function == "login" {
		<-r.Context().Done()
	}
	return resp, err
}

func TestLogin_GivenUpAfterLogoutTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: friendly}
		client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{Transport: stubborn{svc}}})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorIs(t, client.Do(ctx, func(s *ovhsoap.Session) error { return popDel(ctx, s) }), context.DeadlineExceeded)
		synctest.Wait()
		assert.Equal(t, "login logout", svc.sent())
		assert.Equal(t, "s1", svc.last().session)
	})
}

// onceStubborn is stubborn with the first login alone.
type onceStubborn struct{ stubborn }

func (n onceStubborn) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.sent() == "" {
		return n.stubborn.RoundTrip(r)
	}
	return n.service.transport().RoundTrip(r)
}

func TestLogin_LateSessionIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: friendly}
		client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{Transport: onceStubborn{stubborn{svc}}}})
		require.NoError(t, err)
		s := client.Session()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorIs(t, popDel(ctx, s), context.DeadlineExceeded)
		time.Sleep(ovhsoap.DefaultLogoutTimeout) // that long somebody else may still want it
		synctest.Wait()
		require.NoError(t, popDel(t.Context(), s))
		assert.Equal(t, "login logout login popDel", svc.sent())
		assert.Equal(t, "s2", svc.last().session)
	})
}

// A login that Logout gave up and that came nevertheless is nobody's.
func TestLogout_GivenUpSessionIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: friendly}
		client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{Transport: stubborn{svc}}})
		require.NoError(t, err)
		s := client.Session()
		var wg sync.WaitGroup
		wg.Go(func() {
			assert.ErrorIs(t, popDel(t.Context(), s), ovhsoap.ErrClosed)
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorIs(t, s.Logout(ctx), context.DeadlineExceeded)
		wg.Wait()
		synctest.Wait()
		assert.Equal(t, "login logout", svc.sent())
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A caller's own transport may cancel for reasons of its own.
func TestLogin_CancelledByATransport(t *testing.T) {
	client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{
		Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, context.Canceled }),
	}})
	require.NoError(t, err)
	err = popDel(t.Context(), client.Session())
	assert.ErrorIs(t, err, ovhsoap.ErrUnavailable)
	assert.NotErrorIs(t, err, ovhsoap.ErrClosed)
}

func TestCall_WithoutASessionNeverLogsIn(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, "soap:301", "session expired") }}
	_, err := ovhsoap.Call[string](t.Context(), svc.client(t).Session(), "version")
	assert.ErrorIs(t, err, ovhsoap.ErrSession)
	assert.Equal(t, "version", svc.sent())
}

func TestCall_NilContextIsRefused(t *testing.T) {
	svc := &service{answer: friendly}
	client := svc.client(t)
	var none context.Context
	_, login := client.Login(none)
	s := client.Session()
	for name, err := range map[string]error{
		"Client.Login": login, "Session.Login": s.Login(none), "Logout": s.Logout(none), "call": popDel(none, s),
		"Do": client.Do(none, func(*ovhsoap.Session) error { return nil }),
	} {
		var e *ovhsoap.Error
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, "ctx", e.Field, name)
		assert.ErrorIs(t, err, ovhsoap.ErrInvalid, name)
	}
	assert.Empty(t, svc.sent())
}

func TestCall_EndedContextSendsNothing(t *testing.T) {
	svc := &service{answer: friendly}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := popDel(ctx, svc.client(t).Session())
	assert.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
	assert.Empty(t, svc.sent())
}

func TestLogout(t *testing.T) {
	t.Run("is repeated after a lost answer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
				if n == 1 {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				fault(w, "soap:302", "gone by the first one")
			}}
			s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
			assert.NoError(t, s.Logout(t.Context()))
			assert.Equal(t, "logout logout", svc.sent())
		})
	})
	t.Run("of a dead session is fine", func(t *testing.T) {
		for _, code := range []string{"soap:301", "soap:302", "soap:303"} {
			svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, code, "gone") }}
			s, _ := svc.client(t).Resume(ovhsoap.NewSecret("dead"))
			assert.NoError(t, s.Logout(t.Context()), code)
			assert.Equal(t, "logout", svc.sent(), code)
		}
	})
	t.Run("twice sends once", func(t *testing.T) {
		svc := &service{answer: friendly}
		s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
		assert.NoError(t, errors.Join(s.Logout(t.Context()), s.Logout(t.Context())))
		assert.Equal(t, "logout", svc.sent())
		err := popDel(t.Context(), s)
		assert.ErrorIs(t, err, ovhsoap.ErrClosed)
		assert.ErrorContains(t, err, "popDel")
	})
	t.Run("that failed may be tried again", func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
			if n == 1 {
				fault(w, "soap:280", "internal error")
				return
			}
			friendly(w, c, n)
		}}
		s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
		require.Error(t, s.Logout(t.Context()))
		assert.NoError(t, s.Logout(t.Context()))
		assert.Equal(t, "logout logout", svc.sent())
	})
	t.Run("gives up a login that lasts too long", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			svc := &service{answer: func(_ http.ResponseWriter, c call, _ int) { <-c.Context().Done() }}
			s := svc.client(t).Session()
			var wg sync.WaitGroup
			wg.Go(func() {
				err := popDel(t.Context(), s)
				assert.ErrorIs(t, err, ovhsoap.ErrClosed)
				assert.NotErrorIs(t, err, context.Canceled)
			})
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			assert.ErrorIs(t, s.Logout(ctx), context.DeadlineExceeded)
			wg.Wait()
		})
	})
	t.Run("waits for a login under way", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, c call, n int) { time.Sleep(time.Second); friendly(w, c, n) }}
			s := svc.client(t).Session()
			var wg sync.WaitGroup
			wg.Go(func() { _ = s.Login(t.Context()) })
			synctest.Wait()
			assert.NoError(t, s.Logout(t.Context()))
			assert.Equal(t, "login logout", svc.sent())
			wg.Wait()
		})
	})
}

func TestClose_NothingIsSentAfterIt(t *testing.T) {
	svc := &service{answer: friendly}
	client := svc.client(t)
	s, err := client.Login(t.Context())
	require.NoError(t, err)
	client.Close()
	err = popDel(t.Context(), s)
	assert.ErrorIs(t, err, ovhsoap.ErrClosed)
	assert.ErrorContains(t, err, "popDel")
	_, err = client.Login(t.Context())
	assert.ErrorIs(t, err, ovhsoap.ErrClosed)
	err = popDel(t.Context(), client.Session())
	assert.ErrorIs(t, err, ovhsoap.ErrClosed)
	assert.ErrorContains(t, err, "popDel")
	assert.Equal(t, "login", svc.sent())
}

func TestResume_EmptySessionIsRefused(t *testing.T) {
	session := "<return/>"
	svc := &service{answer: func(w http.ResponseWriter, c call, _ int) { result(w, c.function, session) }}
	client := svc.client(t)
	_, err := client.Resume(ovhsoap.NewSecret(""))
	assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
	for _, session = range []string{"<return/>", `<return xsi:type="xsd:base64Binary">AA==</return>`, ""} {
		_, err := client.Login(t.Context())
		assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	}
	var none *ovhsoap.Session
	for _, s := range []*ovhsoap.Session{none, {}} {
		assert.ErrorIs(t, popDel(t.Context(), s), ovhsoap.ErrInvalid)
	}
}
