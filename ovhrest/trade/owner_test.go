package trade_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// The rules are checked for a contact that was given by its id, without its
// read-only fields, and with what the plan's Configuration says.
func TestTrade_RulesAreCheckedAsThePlanSays(t *testing.T) {
	asks := ovhresttest.Domain{
		Required: []ovhresttest.Requirement{{Label: "REASON", Type: "text", Required: true}, {Label: "ACCEPT_CONDITIONS", Type: "bool", Required: true}},
		Checked:  []string{"REASON", "ACCEPT_CONDITIONS"},
	}
	for name, c := range map[string]struct {
		configuration map[string]string
		fields        []string
	}{
		"all":     {map[string]string{"REASON": "a change of hands", "ACCEPT_CONDITIONS": "true"}, nil},
		"as JSON": {map[string]string{"DOMAIN_CONFIG": `{"reason":"a change of hands"}`, "REASON": "a change of hands", "ACCEPT_CONDITIONS": "1"}, nil},
		"none":    {nil, []string{"domain.reason", "extras.acceptCondition"}},
		"refused": {map[string]string{"REASON": "a change of hands", "ACCEPT_CONDITIONS": "false"}, []string{"extras.acceptCondition"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ovhresttest.Options{}, asks)
			plan := freePlan(t)
			plan.Owner, plan.OwnerID = nil, w.server.AddContact(nil)
			plan.Configuration = c.configuration
			_, err := trade.QuoteFor(t.Context(), w.client(nil), plan)
			if c.fields == nil {
				require.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, trade.ErrRefused)
				assert.ErrorIs(t, err, ovhrest.ErrRule)
			}
			tr := w.trader()
			got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
			if c.fields == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, trade.ErrRefused)
			assert.Equal(t, trade.EndedByRules, got.Ending.By)
			assert.Equal(t, c.fields, got.Ending.Fields)
			assert.Equal(t, http.StatusBadRequest, got.Ending.Status)
			assert.Zero(t, w.server.Ledger().Carts)
		})
	}
}

func TestTrade_RefusesAConfigurationThatCantBeMeant(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	for label, value := range map[string]string{"OWNER_CONTACT": "/me/contact/1", "ACCEPT_CONDITIONS": "perhaps", "DOMAIN_CONFIG": "{"} {
		plan := freePlan(t)
		plan.Configuration = map[string]string{label: value}
		_, err := w.trader().Start(t.Context(), plan)
		var e *trade.Error
		require.ErrorAs(t, err, &e, label)
		assert.Equal(t, "Configuration", e.Field)
	}
}

// A condition that this package can't judge counts as met: a trade is needed.
func TestNeedFor_UnknownConditions(t *testing.T) {
	owner := `{"label":"OWNER_CONTACT","type":"contact","constraints":[{"operator":"required"}],"fields":%s}`
	for name, c := range map[string]struct {
		condition string
		needed    bool
	}{
		"a field that fits":        {fmt.Sprintf(owner, `{"label":"legalForm","type":"string","constraints":[{"operator":"eq","value":"individual"}]}`), true},
		"a field that differs":     {fmt.Sprintf(owner, `{"label":"legalForm","type":"string","constraints":[{"operator":"eq","value":"corporation"}]}`), false},
		"an unknown type":          {fmt.Sprintf(owner, `{"label":"legalForm","type":"enum","constraints":[{"operator":"eq","value":"corporation"}]}`), true},
		"an unknown type at top":   {`{"label":"registryState","type":"lock","constraints":[{"operator":"eq","value":"locked"}]}`, true},
		"no type":                  {fmt.Sprintf(owner, `{"label":"legalForm","constraints":[{"operator":"eq","value":"corporation"}]}`), true},
		"the domain's type":        {`{"label":"DOMAIN_CONFIG","type":"domain","constraints":[{"operator":"required"}]}`, true},
		"an unknown label":         {fmt.Sprintf(owner, `{"label":"shoeSize","type":"string","constraints":[{"operator":"required"}]}`), true},
		"another contact":          {`{"label":"ADMIN_CONTACT","type":"contact","fields":{"label":"legalForm","type":"string","constraints":[{"operator":"eq","value":"corporation"}]}}`, true},
		"an unknown operator":      {fmt.Sprintf(owner, `{"label":"legalForm","type":"string","constraints":[{"operator":"startswith","value":"corp"}]}`), true},
		"a condition's condition":  {fmt.Sprintf(owner, `{"label":"legalForm","type":"string","constraints":[{"operator":"eq","value":"corporation","conditions":{"label":"x","type":"y"}}]}`), true},
		"unknown beside differing": {fmt.Sprintf(owner, `{"and":[{"label":"x","type":"y"},{"label":"legalForm","type":"string","constraints":[{"operator":"eq","value":"corporation"}]}]}`), false},
		"unknown or differing":     {fmt.Sprintf(owner, `{"or":[{"label":"x","type":"y"},{"label":"legalForm","type":"string","constraints":[{"operator":"eq","value":"corporation"}]}]}`), true},
		"nothing":                  {`{}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
			w.server.Inject(ovhresttest.Fault{Path: "/domain/configurationRule", Status: http.StatusOK, Body: `{"label":"OWNER_CONTACT","type":"contact","fields":{"and":[
				{"label":"phone","type":"string","constraints":[{"operator":"readonly","conditions":` + c.condition + `}]}]}}`})
			need, err := trade.NeedFor(t.Context(), w.client(nil), tradedDomain, ovhrest.Contact{Phone: ovhrest.Some("+33.2")})
			require.NoError(t, err)
			assert.Equal(t, c.needed, need.Needed)
			assert.Equal(t, []string{"phone"}, need.Changed)
		})
	}
}

// MaxPrice = Total never leads to a refusal while the prices stay the same: for
// an owner who would have to be made, with tax, and where the service refuses a
// dry run with the present owner.
func TestQuoteFor_TotalIsEnough(t *testing.T) {
	for name, c := range map[string]struct {
		config ovhresttest.Options
		domain ovhresttest.Domain
		total  string
	}{
		"free":                    {total: "0"},
		"with tax":                {domain: ovhresttest.Domain{Quote: price("9.99", "EUR"), Tax: priceOf("2.00", "EUR")}, total: "11.99"},
		"reduced below the offer": {domain: ovhresttest.Domain{Quote: price("9.99", "EUR"), Tax: priceOf("-3.99", "EUR")}, total: "6"},
		"reduced to nothing":      {domain: ovhresttest.Domain{Quote: price("9.99", "EUR"), Tax: priceOf("-9.99", "EUR")}, total: "0"},
		"not to the same owner":   {config: ovhresttest.Options{NotSameOwner: true}, domain: ovhresttest.Domain{Quote: price("9.99", "EUR"), Tax: priceOf("2.00", "EUR")}, total: "11.99"},
	} {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", a known contact: ", known), func(t *testing.T) {
				w := newWorld(t, c.config, c.domain)
				plan := freePlan(t)
				plan.MaxPrice = ovhrest.Money{}
				if known {
					plan.Owner, plan.OwnerID = nil, w.server.AddContact(nil)
				}
				q, err := trade.QuoteFor(t.Context(), w.client(nil), plan)
				require.NoError(t, err)
				assert.True(t, q.Total.Equal(euros(t, c.total)), "%s", q.Total)
				assert.Equal(t, known || !c.config.NotSameOwner, q.Firm)
				l := w.server.Ledger()
				assert.Zero(t, l.Contacts+l.CartsLeft+l.Checkouts)

				plan.MaxPrice = q.Total
				if !q.Total.Amount.IsZero() {
					plan.PaymentMethod = w.server.AddPaymentMethod()
				}
				tr := w.trader()
				got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
				require.NoError(t, err)
				assert.True(t, got.Quote.Equal(q.Total))
			})
		}
	}
}

// What a trade would be refused for, the quote is refused for.
func TestQuoteFor_RefusesWhatATradeWould(t *testing.T) {
	for name, domain := range map[string]ovhresttest.Domain{
		"a negative line":    {Lines: []ovhresttest.Line{{Type: "GIFT", Domain: tradedDomain, Price: price("-1", "EUR")}}},
		"another domain":     {Lines: []ovhresttest.Line{{Type: "DURATION", Domain: "other.com", Price: price("0", "EUR")}}},
		"an item besides":    {ExtraItem: true},
		"a price in points":  {Quote: price("0", "points")},
		"several offers":     {Offers: []string{"com-trade", "com-trade-plus"}},
		"no offer":           {Offers: []string{}},
		"a line in dollars":  {Lines: []ovhresttest.Line{{Type: "DURATION", Domain: tradedDomain, Price: price("0", "USD")}}},
		"a negative total":   {Quote: price("-1", "EUR")},
		"an item of its own": {ExtraItem: true, Quote: price("3", "EUR")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ovhresttest.Options{}, domain)
			_, err := trade.QuoteFor(t.Context(), w.client(nil), freePlan(t))
			require.ErrorIs(t, err, trade.ErrRefused)
			e := tradeError(t, err)
			assert.Equal(t, trade.ResumeNever, e.Resume)
			require.NotNil(t, e.Ending)
			assert.NotEmpty(t, e.Ending.By)
			l := w.server.Ledger()
			assert.Zero(t, l.CartsLeft+l.Contacts)
		})
	}
}

// exhausted lets some requests through; then the caller gives up, and nobody
// gets a place any more.
type exhausted struct {
	left   int
	giveUp func()
}

func (e *exhausted) Wait(context.Context) error {
	if e.left--; e.left >= 0 {
		return nil
	}
	e.giveUp()
	return context.Canceled
}

// The Limiter's queue outlasts the caller: the cart is deleted all the same.
func TestQuoteFor_TidiesOutsideTheLimiter(t *testing.T) {
	for places := 10; places < 25; places++ {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		ctx, cancel := context.WithCancel(t.Context())
		cfg := w.server.Config()
		cfg.Limiter, cfg.HTTPClient = &exhausted{places, cancel}, &http.Client{Transport: w.server.Transport()}
		c, err := ovhrest.New(cfg)
		require.NoError(t, err)
		_, _ = trade.QuoteFor(ctx, c, freePlan(t))
		cancel()
		c.Close()
		assert.Zero(t, w.server.Ledger().CartsLeft, places)
	}
}

// A consumer key whose rules lack a call that the trade needs: nothing is made,
// the error names the rule, and the trade goes on with a better key.
func TestTrade_RulesOfTheKeyAreComparedFirst(t *testing.T) {
	all := trade.Access(tradedDomain).Rules
	needed := 0
	for _, lacking := range all {
		rules := slices.DeleteFunc(slices.Clone(all), func(r ovhrest.AccessRule) bool { return r.Method == lacking.Method && r.Path == lacking.Path })
		if len((ovhrest.Access{Rules: []ovhrest.AccessRule{lacking}}).Missing(ovhrest.Credential{Rules: rules})) == 0 {
			continue // a rule for carts covers all below them
		}
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		w.server.SetRules(rules)
		tr := w.trader()
		result := start(t, tr, freePlan(t))
		got, err := tr.Run(t.Context(), result.ID)
		if err == nil {
			assert.Contains(t, []string{
				"GET /auth/details", "POST /domain/example.com/task/*/cancel", "POST /me/order/*/pay",
			}, string(lacking.Method)+" "+lacking.Path)
			continue
		}
		needed++
		require.ErrorIs(t, err, ovhrest.ErrForbidden, "%v", lacking)
		assert.Equal(t, trade.ResumeAfterFix, tradeError(t, err).Resume)
		assert.Equal(t, trade.Planned, got.Phase)
		l := w.server.Ledger()
		assert.Zero(t, l.Contacts+l.Carts, "%v", lacking)
		if lacking.Path != "/auth/currentCredential" {
			assert.Contains(t, err.Error(), string(lacking.Method)+" "+lacking.Path)
		}
		w.server.SetRules(all)
		_, err = tr.Run(t.Context(), result.ID)
		require.NoError(t, err)
	}
	t.Logf("%d of %d rules are needed", needed, len(all))
	assert.Equal(t, 22, needed)
}

// Each domain gets a contact of its own, also where an equal one exists;
// sharing it is the plan's choice.
func TestTrade_OwnContactForEachDomain(t *testing.T) {
	for _, share := range []bool{false, true} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		equal := w.server.AddContact(ownerMap())
		plan := freePlan(t)
		plan.ShareContact = share
		q, err := trade.QuoteFor(t.Context(), w.client(nil), plan)
		require.NoError(t, err)
		tr := w.trader()
		got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
		require.NoError(t, err)
		if share {
			assert.Equal(t, []int64{equal, equal}, []int64{got.Contact, q.Contact})
			assert.Zero(t, w.server.Ledger().Contacts)
			continue
		}
		assert.NotEqual(t, equal, got.Contact)
		assert.Zero(t, q.Contact)
		assert.Equal(t, 1, w.server.Ledger().Contacts)
	}
}

// The answer of the contact's creation is lost: the one that came is found, and
// no equal one from before is taken for it.
func TestTrade_LostContactIsFound(t *testing.T) {
	for _, lost := range []bool{true, false} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		equal := w.server.AddContact(ownerMap())
		w.server.Inject(ovhresttest.Fault{Method: http.MethodPost, Path: "/domain/contact", Lose: lost, Break: !lost})
		tr := w.trader()
		got, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
		require.NoError(t, err)
		assert.NotEqual(t, equal, got.Contact)
		assert.Equal(t, 1, w.server.Ledger().Contacts)
	}
}

// Why a trade ended is a value, which is stored with it.
func TestTrade_EndingIsStored(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upToRunning(t, w, tr)
	require.NoError(t, w.server.Answer(tradedDomain, ovhresttest.OldOwner, false))
	_, err := tr.Run(t.Context(), result.ID)
	require.ErrorIs(t, err, trade.ErrRefused)
	want := &trade.Ending{By: trade.EndedByHolder, Order: result.Order, Task: result.Task}
	assert.Equal(t, want, tradeError(t, err).Ending)
	kept, err := tr.Load(t.Context(), result.ID)
	require.NoError(t, err)
	assert.Equal(t, want, kept.Ending)

	for by, end := range map[trade.Party]func(w *world, tr *trade.Trader, result trade.Trade){
		trade.EndedByAbort:    func(_ *world, tr *trade.Trader, result trade.Trade) { _, _ = tr.Abort(t.Context(), result.ID) },
		trade.EndedByRegistry: func(w *world, _ *trade.Trader, result trade.Trade) { w.server.SetTask(result.Task, "error", "no") },
		trade.EndedByHolder:   func(*world, *trade.Trader, trade.Trade) {}, // nobody answers
	} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		w.mute = true
		tr := w.trader()
		result := upToRunning(t, w, tr)
		end(w, tr, result)
		got, err := tr.Run(t.Context(), result.ID)
		require.Error(t, err)
		assert.Equal(t, &trade.Ending{By: by, Order: result.Order, Task: result.Task}, got.Ending)
	}
}

// An amount in a stored ending or line that would take for ever to print is
// refused.
func TestParse_RefusesEndlessAmounts(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Ordered)
	const mark = "12345"
	marked := euros(t, mark)
	for name, spoil := range map[string]func(*trade.Trade){
		"line":  func(t *trade.Trade) { t.Lines[0].Price = marked },
		"price": func(t *trade.Trade) { t.Ending = &trade.Ending{Price: &marked} },
		"limit": func(t *trade.Trade) { t.Ending = &trade.Ending{Limit: &marked} },
	} {
		spoilt := result
		spoilt.Lines = slices.Clone(result.Lines)
		spoil(&spoilt)
		data, err := json.Marshal(spoilt)
		require.NoError(t, err)
		_, err = trade.Parse(data)
		require.NoError(t, err, name)
		_, err = trade.Parse(bytes.Replace(data, []byte(`"`+mark+`"`), []byte(`"1e999999999"`), 1))
		assert.ErrorIs(t, err, ovhrest.ErrInvalid, name)
	}
	for _, revision := range []int64{-1, 1 << 62} {
		result.Revision = revision
		data, err := json.Marshal(result)
		require.NoError(t, err)
		_, err = trade.Parse(data)
		assert.ErrorIs(t, err, ovhrest.ErrInvalid, revision)
	}
}
