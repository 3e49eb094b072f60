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

	"github.com/hebergo/hebergo/ovhsoap"
)

func popDel(ctx context.Context, s *ovhsoap.Session) error {
	_, err := ovhsoap.Call[ovhsoap.Void](ctx, s, "popDel", "example.com", "info")
	return err
}

func TestDoLogsOutWhateverHappens(t *testing.T) {
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
			if !errors.Is(err, c.err) {
				t.Errorf("%v, want %v", err, c.err)
			}
			if svc.sent() != c.want {
				t.Errorf("sent %q, want %q", svc.sent(), c.want)
			}
		})
	}
}

func TestDoLogsOutOfAPanic(t *testing.T) {
	svc := &service{answer: friendly}
	client := svc.client(t)
	func() {
		defer func() { _ = recover() }()
		_ = client.Do(t.Context(), func(s *ovhsoap.Session) error { _ = popDel(t.Context(), s); panic("the caller's") })
	}()
	if svc.sent() != "login popDel logout" {
		t.Errorf("sent %q", svc.sent())
	}
}

func TestDoWaitsForALogoutNoLongerThanItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
			if c.function == "logout" {
				<-c.Context().Done()
			}
			friendly(w, c, n)
		}}
		start := time.Now()
		err := svc.client(t).Do(t.Context(), func(s *ovhsoap.Session) error { return popDel(t.Context(), s) })
		if took := time.Since(start); took != ovhsoap.DefaultLogoutTimeout || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v after %v", err, took)
		}
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

func TestAnExpiredSessionIsRenewedOnce(t *testing.T) {
	svc := &service{answer: expiring(1)}
	s := svc.client(t).Session()
	for range 3 {
		if err := popDel(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if want := "login popDel popDel login popDel popDel login popDel"; svc.sent() != want {
		t.Errorf("sent %q, want %q", svc.sent(), want)
	}
	svc = &service{answer: expiring(0)}
	err := popDel(t.Context(), svc.client(t).Session())
	if !errors.Is(err, ovhsoap.ErrSession) || errors.Is(err, ovhsoap.ErrAmbiguous) {
		t.Errorf("%v, want ErrSession and nothing ambiguous", err)
	}
	if want := "login popDel login popDel"; svc.sent() != want {
		t.Errorf("sent %q, want %q", svc.sent(), want)
	}
}

func TestOneLoginForManyGoroutines(t *testing.T) {
	svc := &service{answer: expiring(1 << 20)}
	client := svc.client(t)
	s := client.Session()
	for logins := range 2 { // the second time it is the other's login that has ended the session
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if err := popDel(t.Context(), s); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := svc.count("login"); n != 2*logins+1 {
			t.Errorf("%d logins, want %d", n, 2*logins+1)
		}
		if _, err := client.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// Sessions that live one call, and 50 goroutines: each call is done once or
// reports that it was not.
func TestShortSessionsLoseAndDoubleNothing(t *testing.T) {
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
			case !errors.Is(err, ovhsoap.ErrSession) || errors.Is(err, ovhsoap.ErrAmbiguous):
				t.Errorf("%v, want ErrSession", err)
			}
		})
	}
	wg.Wait()
	if good != done || good == 0 {
		t.Errorf("the callers know of %d calls, the service did %d", good, done)
	}
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

func TestMustShow4_AWrongPasswordIsSentOnce(t *testing.T) {
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
						if err == nil || strings.Contains(err.Error(), "hush") || errors.Is(err, ovhsoap.ErrAmbiguous) {
							t.Errorf("%v", err)
						}
					})
				}
				wg.Wait()
				if err := popDel(t.Context(), shared); err == nil {
					t.Error("a later call forgot the refusal")
				}
				if svc.sent() != "login" {
					t.Errorf("sent %q, want one login", svc.sent())
				}
			})
		})
	}
}

func TestMustShow4_ARefusalStandsUntilLogin(t *testing.T) {
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
	if err := popDel(t.Context(), s); !errors.Is(err, ovhsoap.ErrUnauthorized) {
		t.Errorf("%v, want ErrUnauthorized", err)
	}
	right = true
	if err := popDel(t.Context(), s); !errors.Is(err, ovhsoap.ErrUnauthorized) {
		t.Errorf("%v, want the same refusal", err)
	}
	if err := s.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := popDel(t.Context(), s); err != nil {
		t.Error(err)
	}
	if svc.sent() != "login login popDel" {
		t.Errorf("sent %q", svc.sent())
	}
}

// A gateway may refuse a login without a fault.
func TestMustShow4_ALoginRefusedByStatusIsSentOnce(t *testing.T) {
	for status, want := range map[int]int{http.StatusUnauthorized: 1, http.StatusForbidden: 1, http.StatusNotFound: 2, http.StatusBadGateway: 2} {
		svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { w.WriteHeader(status) }}
		s := svc.client(t).Session()
		for range 2 {
			if err := popDel(t.Context(), s); err == nil || errors.Is(err, ovhsoap.ErrAmbiguous) {
				t.Errorf("%d: %v", status, err)
			}
		}
		if svc.count("login") != want {
			t.Errorf("%d: sent %q, want %d logins", status, svc.sent(), want)
		}
	}
}

// Login lifts the refusal where it sends the password, and nowhere else.
func TestALoginThatSendsNothingLiftsNoRefusal(t *testing.T) {
	svc := &service{answer: refusing("soap:310")}
	client := svc.client(t)
	alive, _ := client.Resume(ovhsoap.NewSecret("alive"))
	ended := client.Session()
	if err := errors.Join(ended.Logout(t.Context()), alive.Login(t.Context())); err != nil {
		t.Fatal(err)
	}
	refused := client.Session()
	for range 3 {
		if err := popDel(t.Context(), refused); !errors.Is(err, ovhsoap.ErrUnauthorized) {
			t.Errorf("%v, want ErrUnauthorized", err)
		}
		if err := alive.Login(t.Context()); err != nil {
			t.Error(err)
		}
		if err := ended.Login(t.Context()); !errors.Is(err, ovhsoap.ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
	}
	if svc.sent() != "login" {
		t.Errorf("sent %q, want one login", svc.sent())
	}
}

func TestALoginThatMayWorkLaterIsNoRefusal(t *testing.T) {
	for _, code := range []string{"soap:220", "soap:304", "soap:260", "soap:280", "soap:503", "soap:506", "soap:777", "soap:Server", "what?"} {
		svc := &service{answer: refusing(code)}
		s := svc.client(t).Session()
		for range 2 {
			if err := popDel(t.Context(), s); err == nil || errors.Is(err, ovhsoap.ErrAmbiguous) {
				t.Errorf("%s: %v", code, err)
			}
		}
		if svc.sent() != "login login" {
			t.Errorf("%s: sent %q", code, svc.sent())
		}
	}
	svc := &service{answer: refusing("soap:304")}
	if err := popDel(t.Context(), svc.client(t).Session()); !errors.Is(err, ovhsoap.ErrTooManySessions) {
		t.Errorf("%v, want ErrTooManySessions", err)
	}
}

func TestMustShow4_CancellingReturnsAtOnce(t *testing.T) {
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
				if took := time.Since(start); took > time.Second+100*time.Millisecond || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v after %v", err, took)
				}
				said := strings.Count(err.Error(), ovhsoap.ErrAmbiguous.Error())
				if want := function == "popDel"; errors.Is(err, ovhsoap.ErrAmbiguous) != want || (said == 1) != want {
					t.Errorf("%v: ambiguous should be %v", err, want)
				}
			})
		})
	}
}

// Who leaves does not take the login away from those who stay.
func TestALoginOutlivesWhoStartedIt(t *testing.T) {
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
			if err := popDel(ctx, s); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, want the deadline", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if err := popDel(t.Context(), s); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if svc.sent() != "login popDel" {
			t.Errorf("sent %q", svc.sent())
		}
	})
}

// stubborn is a network that delivers the login's answer to a request that was
// cancelled, as happens when both cross.
type stubborn struct{ *service }

func (n stubborn) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := n.service.RoundTrip(r.WithContext(context.WithoutCancel(r.Context())))
	if n.last().function == "login" {
		<-r.Context().Done()
	}
	return resp, err
}

func TestASessionThatNobodyWaitsForIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: friendly}
		client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{Transport: stubborn{svc}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := client.Do(ctx, func(s *ovhsoap.Session) error { return popDel(ctx, s) }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want the deadline", err)
		}
		synctest.Wait()
		if svc.sent() != "login logout" || svc.last().session != "s1" {
			t.Errorf("sent %q, the last for session %q", svc.sent(), svc.last().session)
		}
	})
}

// onceStubborn is stubborn with the first login alone.
type onceStubborn struct{ stubborn }

func (n onceStubborn) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.sent() == "" {
		return n.stubborn.RoundTrip(r)
	}
	return n.service.RoundTrip(r)
}

func TestASessionThatWasLeftIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: friendly}
		client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{Transport: onceStubborn{stubborn{svc}}}})
		if err != nil {
			t.Fatal(err)
		}
		s := client.Session()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := popDel(ctx, s); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want the deadline", err)
		}
		time.Sleep(ovhsoap.DefaultLogoutTimeout) // that long somebody else may still want it
		synctest.Wait()
		if err := popDel(t.Context(), s); err != nil || svc.sent() != "login logout login popDel" || svc.last().session != "s2" {
			t.Errorf("%v, sent %q, the last for session %q", err, svc.sent(), svc.last().session)
		}
	})
}

// A login that Logout gave up and that came nevertheless is nobody's.
func TestASessionThatLogoutGaveUpIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: friendly}
		client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{Transport: stubborn{svc}}})
		if err != nil {
			t.Fatal(err)
		}
		s := client.Session()
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := popDel(t.Context(), s); !errors.Is(err, ovhsoap.ErrClosed) {
				t.Errorf("%v, want ErrClosed", err)
			}
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Logout(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want the deadline", err)
		}
		wg.Wait()
		synctest.Wait()
		if svc.sent() != "login logout" {
			t.Errorf("sent %q", svc.sent())
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A caller's own transport may cancel for reasons of its own.
func TestACancelledLoginIsNoClosedSession(t *testing.T) {
	client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{
		Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, context.Canceled }),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := popDel(t.Context(), client.Session()); errors.Is(err, ovhsoap.ErrClosed) || !errors.Is(err, ovhsoap.ErrUnavailable) {
		t.Errorf("%v, want ErrUnavailable", err)
	}
}

func TestACallWithoutASessionNeverLogsIn(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, "soap:301", "session expired") }}
	_, err := ovhsoap.Call[string](t.Context(), svc.client(t).Session(), "version")
	if !errors.Is(err, ovhsoap.ErrSession) || svc.sent() != "version" {
		t.Errorf("%v, sent %q", err, svc.sent())
	}
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	svc := &service{answer: friendly}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := popDel(ctx, svc.client(t).Session())
	if !errors.Is(err, context.Canceled) || errors.Is(err, ovhsoap.ErrAmbiguous) || svc.sent() != "" {
		t.Errorf("%v, sent %q", err, svc.sent())
	}
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
			if err := s.Logout(t.Context()); err != nil || svc.sent() != "logout logout" {
				t.Errorf("%v, sent %q", err, svc.sent())
			}
		})
	})
	t.Run("of a dead session is fine", func(t *testing.T) {
		for _, code := range []string{"soap:301", "soap:302", "soap:303"} {
			svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, code, "gone") }}
			s, _ := svc.client(t).Resume(ovhsoap.NewSecret("dead"))
			if err := s.Logout(t.Context()); err != nil || svc.sent() != "logout" {
				t.Errorf("%s: %v, sent %q", code, err, svc.sent())
			}
		}
	})
	t.Run("twice sends once", func(t *testing.T) {
		svc := &service{answer: friendly}
		s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
		if err := errors.Join(s.Logout(t.Context()), s.Logout(t.Context())); err != nil || svc.sent() != "logout" {
			t.Errorf("%v, sent %q", err, svc.sent())
		}
		if err := popDel(t.Context(), s); !errors.Is(err, ovhsoap.ErrClosed) || !strings.Contains(err.Error(), "popDel") {
			t.Errorf("%v, want ErrClosed that names popDel", err)
		}
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
		if err := s.Logout(t.Context()); err == nil {
			t.Error("no error")
		}
		if err := s.Logout(t.Context()); err != nil || svc.sent() != "logout logout" {
			t.Errorf("%v, sent %q", err, svc.sent())
		}
	})
	t.Run("gives up a login that lasts too long", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			svc := &service{answer: func(_ http.ResponseWriter, c call, _ int) { <-c.Context().Done() }}
			s := svc.client(t).Session()
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := popDel(t.Context(), s); !errors.Is(err, ovhsoap.ErrClosed) || errors.Is(err, context.Canceled) {
					t.Errorf("%v, want ErrClosed", err)
				}
			})
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := s.Logout(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, want the deadline", err)
			}
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
			if err := s.Logout(t.Context()); err != nil || svc.sent() != "login logout" {
				t.Errorf("%v, sent %q", err, svc.sent())
			}
			wg.Wait()
		})
	})
}

func TestAfterCloseNothingIsSent(t *testing.T) {
	svc := &service{answer: friendly}
	client := svc.client(t)
	s, err := client.Login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	if err := popDel(t.Context(), s); !errors.Is(err, ovhsoap.ErrClosed) || !strings.Contains(err.Error(), "popDel") {
		t.Errorf("%v, want ErrClosed that names popDel", err)
	}
	if _, err := client.Login(t.Context()); !errors.Is(err, ovhsoap.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
	if err := popDel(t.Context(), client.Session()); !errors.Is(err, ovhsoap.ErrClosed) || !strings.Contains(err.Error(), "popDel") {
		t.Errorf("%v, want ErrClosed that names popDel", err)
	}
	if svc.sent() != "login" {
		t.Errorf("sent %q", svc.sent())
	}
}

func TestAnEmptySessionIsRefused(t *testing.T) {
	session := "<return/>"
	svc := &service{answer: func(w http.ResponseWriter, c call, _ int) { result(w, c.function, session) }}
	client := svc.client(t)
	if _, err := client.Resume(ovhsoap.NewSecret("")); !errors.Is(err, ovhsoap.ErrInvalid) {
		t.Errorf("%v, want ErrInvalid", err)
	}
	for _, session = range []string{"<return/>", `<return xsi:type="xsd:base64Binary">AA==</return>`, ""} {
		if _, err := client.Login(t.Context()); !errors.Is(err, ovhsoap.ErrProtocol) {
			t.Errorf("%v, want ErrProtocol", err)
		}
	}
	var none *ovhsoap.Session
	for _, s := range []*ovhsoap.Session{none, {}} {
		if err := popDel(t.Context(), s); !errors.Is(err, ovhsoap.ErrInvalid) {
			t.Errorf("%v, want ErrInvalid", err)
		}
	}
}
