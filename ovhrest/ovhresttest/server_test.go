package ovhresttest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

const name = "example.com"

func setUp(t *testing.T, change ...func(*ovhrest.Config)) (*ovhresttest.Server, *ovhrest.Client) {
	t.Helper()
	return setUpServer(t, ovhresttest.Options{}, change...)
}

func setUpServer(t *testing.T, options ovhresttest.Options, change ...func(*ovhrest.Config)) (*ovhresttest.Server, *ovhrest.Client) {
	t.Helper()
	s := ovhresttest.NewServer(options)
	t.Cleanup(s.Close)
	s.AddDomain(ovhresttest.Domain{Name: name})
	cfg := ovhrest.Config{
		URL: s.URL, AppKey: ovhresttest.ApplicationKey, AppSecret: ovhrest.NewSecret(ovhresttest.ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ovhresttest.ConsumerKey),
		Now: s.Now, MaxAttempts: 1, Limiter: ovhrest.NewLimiter(0),
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := ovhrest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return s, c
}

// cart makes a cart with an item, assigned if so wished.
func cart(t *testing.T, c *ovhrest.Client, assign bool) (string, int64) {
	t.Helper()
	k, err := c.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"})
	if err != nil {
		t.Fatal(err)
	}
	if assign {
		if err := c.AssignCart(t.Context(), k.CartID); err != nil {
			t.Fatal(err)
		}
	}
	i, err := c.AddDomainOption(t.Context(), name, ovhrest.DomainOption{CartID: k.CartID, Duration: "P0D", PlanCode: "com-trade", PricingMode: "create-default", Quantity: 1})
	if err != nil {
		t.Fatal(err)
	}
	return k.CartID, i.ItemID
}

func setOwner(t *testing.T, s *ovhresttest.Server, c *ovhrest.Client, cart string, item int64) {
	t.Helper()
	_, err := c.AddItemConfiguration(t.Context(), cart, item, ovhrest.ItemConfigurationCreation{Label: "OWNER_CONTACT", Value: "/me/contact/" + s.Owner(name)})
	if err != nil {
		t.Fatal(err)
	}
}

func refusal(t *testing.T, err error, status int, text string) {
	t.Helper()
	var e *ovhrest.Error
	if !errors.As(err, &e) || e.Status != status || !strings.Contains(e.Message+e.Code, text) {
		t.Errorf("%v, want %d with %q", err, status, text)
	}
}

func TestGateway_RefusesKeys(t *testing.T) {
	for name, c := range map[string]struct {
		tune    func(*ovhrest.Config)
		status  int
		message string
		code    string
		class   string
		want    error
	}{
		"signature":       {func(cfg *ovhrest.Config) { cfg.AppSecret = ovhrest.NewSecret("wrong") }, 400, "Invalid signature", "INVALID_SIGNATURE", "Client::BadRequest", ovhrest.ErrUnauthorized},
		"consumer key":    {func(cfg *ovhrest.Config) { cfg.ConsumerKey = ovhrest.NewSecret("wrong") }, 403, "This credential does not exist", "NOT_CREDENTIAL", "Client::Forbidden", ovhrest.ErrCredential},
		"application key": {func(cfg *ovhrest.Config) { cfg.AppKey = "wrong" }, 403, "This application key is invalid", "INVALID_KEY", "Client::Forbidden", ovhrest.ErrUnauthorized},
	} {
		for _, codes := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, codes %v", name, codes), func(t *testing.T) {
				s, client := setUpServer(t, ovhresttest.Options{ErrorCodes: codes}, c.tune)
				_, err := client.Me(t.Context())
				require.ErrorIs(t, err, c.want)
				var e *ovhrest.Error
				require.ErrorAs(t, err, &e)
				want := ovhrest.Error{Status: c.status, Message: c.message, Class: c.class}
				if codes {
					want.Class, want.Code = "", c.code
				}
				assert.Equal(t, want, ovhrest.Error{Status: e.Status, Message: e.Message, Class: e.Class, Code: e.Code})
				resp, err := http.Get(s.URL + "/me")
				require.NoError(t, err)
				assert.Equal(t, 403, resp.StatusCode)
				assert.NoError(t, resp.Body.Close())
			})
		}
	}
}

func TestRevokeCredential(t *testing.T) {
	s, c := setUp(t)
	s.RevokeCredential()
	_, err := c.Me(t.Context())
	require.ErrorIs(t, err, ovhrest.ErrCredential)
	s.RestoreCredential()
	_, err = c.Me(t.Context())
	assert.NoError(t, err)
}

func TestRulesOfTheCredential(t *testing.T) {
	rules := []ovhrest.AccessRule{{Method: "GET", Path: "/domain/*"}, {Method: "GET", Path: "/me"}, {Method: "GET", Path: "/auth/*"}}
	_, c := setUpServer(t, ovhresttest.Options{Rules: rules})
	credential, err := c.CurrentCredential(t.Context())
	require.NoError(t, err)
	assert.Equal(t, rules, credential.Rules)
	_, err = c.Domain(t.Context(), name)
	require.NoError(t, err)
	_, err = c.OrderIDs(t.Context(), ovhrest.OrderFilter{})
	assert.ErrorIs(t, err, ovhrest.ErrForbidden)
	err = c.CancelDomainTask(t.Context(), name, 1)
	assert.ErrorIs(t, err, ovhrest.ErrForbidden)
}

// The clock of a client that was set once goes on by itself; the server's has
// jumped, and the client finds that out.
func TestTimestampIsChecked(t *testing.T) {
	s, c := setUp(t, func(cfg *ovhrest.Config) { cfg.Now = time.Now })
	if _, err := c.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Hour)
	if _, err := c.Me(t.Context()); err != nil {
		t.Error(err)
	}
	if n := len(s.Requests()); n != 3 {
		t.Errorf("%d requests, want 3: the second was refused once", n)
	}
}

func second[T any](_ T, err error) error { return err }

func TestCheckoutTakesAnAssignedCart(t *testing.T) {
	s, c := setUp(t)
	k, i := cart(t, c, false)
	setOwner(t, s, c, k, i)
	refusal(t, second(c.SimulateCheckout(t.Context(), k)), 403, "not allowed")
}

func TestCheckoutTakesOneOwner(t *testing.T) {
	s, c := setUp(t)
	k, i := cart(t, c, true)
	refusal(t, second(c.SimulateCheckout(t.Context(), k)), 400, "OWNER_CONTACT is missing")
	setOwner(t, s, c, k, i)
	setOwner(t, s, c, k, i)
	refusal(t, second(c.SimulateCheckout(t.Context(), k)), 400, "OWNER_CONTACT is duplicated")
}

func TestCartIsReadOnlyAfterCheckout(t *testing.T) {
	s, c := setUp(t)
	k, i := cart(t, c, true)
	setOwner(t, s, c, k, i)
	order, err := c.ExecuteCheckout(t.Context(), k, ovhrest.CheckoutParams{WaiveRetractationPeriod: true})
	if err != nil || order.OrderID.Or(0) != s.Ledger().Orders[0] {
		t.Fatalf("%+v, %v", order, err)
	}
	for _, err := range []error{
		second(c.ExecuteCheckout(t.Context(), k, ovhrest.CheckoutParams{WaiveRetractationPeriod: true})),
		c.DeleteCart(t.Context(), k), c.DeleteCartItem(t.Context(), k, i), c.AssignCart(t.Context(), k),
	} {
		refusal(t, err, 400, "read only")
	}
	if l := s.Ledger(); l.Checkouts != 1 || l.CartsLeft != 0 {
		t.Errorf("%+v", l)
	}
}

func TestCartsExpire(t *testing.T) {
	s, c := setUp(t)
	k, _ := cart(t, c, true)
	s.Advance(25 * time.Hour)
	refusal(t, second(c.Cart(t.Context(), k)), 404, "cartId")
}

// What makes a trade necessary can't be edited while the contact owns a
// domain; the rest can.
func TestOwnersFieldsAreReadOnly(t *testing.T) {
	s, c := setUp(t)
	id := s.AddContact(ovhresttest.Contact{"email": "a@example.com", "phone": "+33.1"})
	if _, err := c.EditDomainContact(t.Context(), id, ovhrest.Contact{Email: ovhrest.Some("b@example.com")}); err != nil {
		t.Errorf("nobody's contact: %v", err)
	}
	s.AddDomain(ovhresttest.Domain{Name: "example.org", Owner: id})
	refusal(t, second(c.EditDomainContact(t.Context(), id, ovhrest.Contact{Email: ovhrest.Some("c@example.com")})), 400, "email is read-only")
	if _, err := c.EditDomainContact(t.Context(), id, ovhrest.Contact{Email: ovhrest.Some("b@example.com"), Phone: ovhrest.Some("+33.2")}); err != nil {
		t.Error(err)
	}
}

func TestFaults(t *testing.T) {
	s, c := setUp(t)
	s.Inject(ovhresttest.Fault{Path: "/me", Status: 503, Header: http.Header{"Retry-After": {"3"}}})
	var e *ovhrest.Error
	if _, err := c.Me(t.Context()); !errors.As(err, &e) || e.RetryAfter != 3*time.Second {
		t.Errorf("%v", err)
	}
	s.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart", Lose: true})
	if _, err := c.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"}); !errors.Is(err, ovhrest.ErrAmbiguous) || s.Ledger().Carts != 1 {
		t.Errorf("lost: %v, %+v", err, s.Ledger())
	}
	s.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart", Break: true})
	if _, err := c.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"}); !errors.Is(err, ovhrest.ErrAmbiguous) || s.Ledger().Carts != 1 {
		t.Errorf("broken: %v, %+v", err, s.Ledger())
	}
	s.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart", Late: time.Minute, Skip: 1})
	_, first := c.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"})
	_, err := c.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"})
	if first != nil || !errors.Is(err, ovhrest.ErrAmbiguous) || s.Ledger().Carts != 2 {
		t.Errorf("late: %v, %v, %+v", first, err, s.Ledger())
	}
	if s.Advance(time.Minute); s.Ledger().Carts != 3 {
		t.Errorf("a minute later: %+v", s.Ledger())
	}
}

// An answer is lost after the server has done what it was asked for; the
// ledger tells.
func ExampleServer_Inject() {
	server := ovhresttest.NewServer(ovhresttest.Options{})
	defer server.Close()
	client, err := ovhrest.New(ovhrest.Config{
		URL: server.URL, AppKey: ovhresttest.ApplicationKey, AppSecret: ovhrest.NewSecret(ovhresttest.ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ovhresttest.ConsumerKey),
		Now: server.Now,
	})
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(ovhresttest.Fault{Method: http.MethodPost, Path: "/order/cart", Lose: true})
	_, err = client.CreateCart(context.Background(), ovhrest.CartCreation{OvhSubsidiary: "FR"})
	fmt.Println(errors.Is(err, ovhrest.ErrAmbiguous), server.Ledger().Carts)
	// Output: true 1
}

func TestFault_ZeroDoesNothing(t *testing.T) {
	s := ovhresttest.NewServer(ovhresttest.Options{})
	defer s.Close()
	s.Inject(ovhresttest.Fault{})
	s.Inject(ovhresttest.Fault{Status: 503, Times: 2})
	cfg := s.Config()
	cfg.MaxAttempts = 1
	c, err := ovhrest.New(cfg)
	require.NoError(t, err)
	defer c.Close()
	for _, want := range []error{ovhrest.ErrUnavailable, ovhrest.ErrUnavailable, nil} {
		_, err := c.Me(t.Context())
		require.ErrorIs(t, err, want)
	}
}

// With Options.Now, time goes on by itself, and Advance adds to it.
func TestOptions_Now(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := ovhresttest.New(ovhresttest.Options{Now: time.Now})
		start := time.Now()
		time.Sleep(time.Hour)
		s.Advance(time.Minute)
		assert.Equal(t, start.Add(time.Hour+time.Minute), s.Now())

		c, err := ovhrest.New(s.Config())
		require.NoError(t, err)
		defer c.Close()
		_, err = c.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"})
		require.NoError(t, err)
		require.Equal(t, 1, s.Ledger().CartsLeft)
		time.Sleep(25 * time.Hour)
		assert.Zero(t, s.Ledger().CartsLeft, "a cart expires after a day")
	})
}
