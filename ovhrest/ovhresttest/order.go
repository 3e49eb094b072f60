package ovhresttest

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

type order struct {
	id        int64
	cart      string
	domain    string
	owner     int64
	planCode  string
	duration  string
	date      time.Time
	total     Price // with tax
	tax       Price
	lines     []Line
	paid      []Payment
	delivered bool
	waived    bool
}

// view is the price as the answers show it, its value verbatim.
func (p Price) view() any {
	return map[string]any{"currencyCode": p.Currency, "value": json.RawMessage(p.Value), "text": p.Value + " " + p.Currency}
}

// ucents is the value in the API's smallest unit, a hundred-millionth.
func (p Price) ucents() int64 {
	r, ok := new(big.Rat).SetString(p.Value)
	if !ok {
		return 0
	}
	r.Mul(r, big.NewRat(100_000_000, 1))
	return new(big.Int).Quo(r.Num(), r.Denom()).Int64()
}

// plus adds in the currency of p.
func (p Price) plus(other Price) Price {
	a, _ := new(big.Rat).SetString(p.Value)
	b, _ := new(big.Rat).SetString(other.Value)
	if a == nil || b == nil {
		return p
	}
	return Price{a.Add(a, b).FloatString(8), p.Currency}
}

// taxed adds a tax, and leaves the words of a price without one as they are.
func (p Price) taxed(tax Price) Price {
	if tax.free() {
		return p
	}
	return p.plus(tax)
}

// tax is what a domain's price has for tax.
func (d *domain) tax() Price {
	if d.Tax == nil {
		return Price{"0", d.Quote.Currency}
	}
	return *d.Tax
}

func (p Price) free() bool { return p.ucents() == 0 }

// draft is what the checkout of a cart comes to, without doing it.
func (s *Server) draft(k *cart) (*order, *failure) {
	if !k.assigned {
		return nil, forbidden("You are not allowed")
	}
	if len(k.items) == 0 {
		return nil, badRequest("Cart is empty")
	}
	i := k.items[0]
	d := s.domains[i.domain]
	o := &order{cart: k.id, domain: i.domain, planCode: i.planCode, duration: i.duration, total: d.Quote, tax: d.tax()}
	for n, each := range k.items {
		line := Line{Type: "INSTALLATION", Description: d.Name + " - owner change", Domain: d.Name, Price: d.Quote}
		if each.planCode != i.planCode {
			line.Description, line.Price = each.planCode, extraPrice
		}
		if n > 0 {
			o.total = o.total.plus(line.Price)
		}
		o.lines = append(o.lines, line)
	}
	o.total = o.total.taxed(o.tax)
	o.lines = append(o.lines, d.Lines...)
	return o, s.eligible(i, o)
}

// eligible refuses what the service refuses to order: configurations that are
// missing or there twice, an owner against the rules, a trade under way.
func (s *Server) eligible(i *item, o *order) *failure {
	d := s.domains[i.domain]
	values := map[string]string{}
	for _, c := range i.configurations {
		if _, twice := values[c.Label]; twice {
			return badRequest("Custom field %s is duplicated for product %s", c.Label, i.planCode)
		}
		values[c.Label] = c.Value
	}
	for _, r := range d.Required {
		if r.Required && values[r.Label] == "" {
			return badRequest("Custom field %s is missing for product %s", r.Label, i.planCode)
		}
	}
	value := values["OWNER_CONTACT"]
	o.owner, _ = strconv.ParseInt(value[strings.LastIndex(value, "/")+1:], 10, 64)
	contact := s.contacts[o.owner]
	if contact == nil {
		return badRequest("Custom field OWNER_CONTACT is missing for product %s", i.planCode)
	}
	if fail := checkOwner(contact); fail != nil {
		return fail
	}
	for _, t := range s.tasks {
		if t.domain == d.Name && t.function == "DomainTrade" && (t.status == "todo" || t.status == "doing") {
			return badRequest("An operation is already running on %s", d.Name)
		}
	}
	if s.options.NotSameOwner && strconv.FormatInt(o.owner, 10) == d.owner {
		return badRequest("The owner of %s is the same", d.Name)
	}
	return nil
}

// untaxed is the total before tax.
func (o *order) untaxed() Price {
	if o.tax.free() {
		return o.total
	}
	return o.total.plus(Price{"-" + o.tax.Value, o.tax.Currency})
}

// getSummary is the dry run without its checks, which needs no account.
func (s *Server) getSummary(c *call) (any, *failure) {
	k, fail := s.findCart(c.PathValue("cart"))
	if fail != nil {
		return nil, fail
	}
	if len(k.items) == 0 {
		return nil, badRequest("Cart is empty")
	}
	o, _ := s.draft(k)
	if o == nil {
		return nil, forbidden("You are not allowed")
	}
	return s.checkoutView(k, o), nil
}

func (s *Server) checkoutView(k *cart, o *order) any {
	details := []any{}
	for n, l := range o.lines {
		itemID := any(nil)
		if n < len(k.items) && l.Domain == o.domain {
			itemID = k.items[n].id
		}
		details = append(details, map[string]any{
			"cartItemID": itemID, "description": l.Description, "detailType": l.Type, "domain": l.Domain, "quantity": l.quantity(), "reductions": []any{},
			"originalTotalPrice": l.Price.view(), "reductionTotalPrice": Price{"0", l.Price.Currency}.view(), "totalPrice": l.Price.view(), "unitPrice": l.Price.view(),
		})
	}
	view := map[string]any{
		"details": details, "orderId": nil, "url": nil,
		"contracts": []any{map[string]any{"name": "Domain terms", "url": "https://www.example.com/terms.pdf", "content": "Terms of the trade."}},
		"prices": map[string]any{
			"withTax": o.total.view(), "withoutTax": o.untaxed().view(), "tax": o.tax.view(),
			"originalWithoutTax": o.untaxed().view(), "reduction": Price{"0", o.total.Currency}.view(),
		},
	}
	if o.id != 0 {
		view["orderId"], view["url"] = o.id, "https://www.example.com/order?orderId="+strconv.FormatInt(o.id, 10)+"&orderPassword=s3cret"
	}
	return view
}

func (s *Server) getCheckout(c *call) (any, *failure) {
	k, fail := s.openCart(c.PathValue("cart"))
	if fail != nil {
		return nil, fail
	}
	o, fail := s.draft(k)
	if fail != nil {
		return nil, fail
	}
	return s.checkoutView(k, o), nil
}

func (s *Server) postCheckout(c *call) (any, *failure) {
	var in struct {
		AutoPay bool `json:"autoPayWithPreferredPaymentMethod"`
		Waive   bool `json:"waiveRetractationPeriod"`
	}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	k, fail := s.openCart(c.PathValue("cart"))
	if fail != nil {
		return nil, fail
	}
	o, fail := s.draft(k)
	if fail != nil {
		return nil, fail
	}
	if !in.Waive { // required for a domain name (guide)
		return nil, badRequest("The retraction period of a domain name has to be waived")
	}
	if d := s.domains[o.domain]; d.Order != nil {
		o.total, o.lines[0].Price = d.Order.taxed(o.tax), *d.Order
	}
	o.lines = append(o.lines, s.domains[o.domain].OrderLines...)
	o.id, o.date, o.waived = 200_000_000+s.newID(), s.clock(), in.Waive
	k.readOnly = true
	s.orders = append(s.orders, o)
	s.ledger.checkouts++
	if in.AutoPay && len(s.methods) > 0 {
		s.pay(o, "pay")
	}
	return s.checkoutView(k, o), nil
}

// AddOrder adds an order for a domain to the account and returns its ID: an
// older order, or one that somebody else places in parallel with the trade. age
// is how long ago it was placed.
func (s *Server) AddOrder(name string, total Price, age time.Duration) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &order{
		id: 200_000_000 + s.newID(), domain: name, date: s.clock().Add(-age), total: total, tax: Price{"0", total.Currency}, planCode: extension(name) + "-trade", duration: "P0D",
		lines: []Line{{Type: "INSTALLATION", Description: name + " - owner change", Domain: name, Price: total}},
	}
	s.orders = append(s.orders, o)
	s.ledger.foreign++
	return o.id
}

// SetOrderStatus fixes the status that is returned for an order from now on,
// whatever happens to the order. It may be documentsRequested, or a value that
// the schema does not have. An empty status removes the override.
func (s *Server) SetOrderStatus(id int64, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statuses[id] = status
}

func (s *Server) findOrder(c *call) (*order, *failure) {
	for _, o := range s.orders {
		if o.id == c.id("order") {
			return o, nil
		}
	}
	return nil, notFound("orderId", c.PathValue("order"))
}

func (s *Server) getOrders(c *call) (any, *failure) {
	list := []int64{}
	from, err := time.Parse(time.RFC3339, c.URL.Query().Get("date.from"))
	if c.URL.Query().Has("date.from") && err != nil {
		return nil, badRequest("date.from is not a date")
	}
	for _, o := range s.orders {
		if !o.date.Before(from) {
			list = append(list, o.id)
		}
	}
	return list, nil
}

func (s *Server) getOrder(c *call) (any, *failure) {
	o, fail := s.findOrder(c)
	if fail != nil {
		return nil, fail
	}
	return map[string]any{
		"orderId": o.id, "date": stamp(o.date), "expirationDate": stamp(o.date.Add(OrderLifetime)), "password": "s3cret",
		"pdfUrl": "https://www.example.com/order.pdf?orderPassword=s3cret", "url": "https://www.example.com/order?orderPassword=s3cret",
		"priceWithTax": o.total.view(), "priceWithoutTax": o.untaxed().view(), "tax": o.tax.view(), "retractionDate": nil,
	}, nil
}

func (s *Server) getOrderStatus(c *call) (any, *failure) {
	o, fail := s.findOrder(c)
	if fail != nil {
		return nil, fail
	}
	return s.orderStatus(o), nil
}

func (s *Server) orderStatus(o *order) string {
	switch {
	case s.statuses[o.id] != "":
		return s.statuses[o.id]
	case len(o.paid) == 0 && !s.clock().Before(o.date.Add(OrderLifetime)):
		return "cancelled"
	case len(o.paid) == 0:
		return "notPaid"
	case s.clock().Before(o.paid[0].At.Add(CheckingTime)):
		return "checking"
	case s.clock().Before(o.paid[0].At.Add(DeliveryTime)):
		return "delivering"
	}
	return "delivered"
}

func (s *Server) getOrderDetails(c *call) (any, *failure) {
	o, fail := s.findOrder(c)
	if fail != nil {
		return nil, fail
	}
	list := []int64{}
	for n := range o.lines {
		list = append(list, o.id*100+int64(n))
	}
	return list, nil
}

func (s *Server) findLine(c *call) (*order, Line, *failure) {
	o, fail := s.findOrder(c)
	if fail != nil {
		return nil, Line{}, fail
	}
	n := c.id("detail") - o.id*100
	if n < 0 || n >= int64(len(o.lines)) {
		return nil, Line{}, notFound("orderDetailId", c.PathValue("detail"))
	}
	return o, o.lines[n], nil
}

func (s *Server) getOrderDetail(c *call) (any, *failure) {
	_, l, fail := s.findLine(c)
	if fail != nil {
		return nil, fail
	}
	return map[string]any{
		"orderDetailId": c.id("detail"), "description": l.Description, "detailType": orNull(l.Type), "domain": l.Domain, "quantity": strconv.FormatInt(l.quantity(), 10),
		"cancelled": false, "totalPrice": l.Price.view(), "unitPrice": l.Price.view(),
	}, nil
}

func (s *Server) getOrderExtension(c *call) (any, *failure) {
	o, l, fail := s.findLine(c)
	if fail != nil {
		return nil, fail
	}
	configurations := []any{}
	if o.owner != 0 && l.Domain == o.domain {
		configurations = append(configurations, map[string]any{"label": "OWNER_CONTACT", "value": "/me/contact/" + strconv.FormatInt(o.owner, 10)})
	}
	return map[string]any{"order": map[string]any{
		"action": "installation", "type": "plan", "configurations": configurations,
		"plan": map[string]any{"code": cmp.Or(l.Plan, o.planCode), "duration": o.duration, "pricingMode": "create-default", "quantity": 1, "product": map[string]any{"name": "domain"}},
	}}, nil
}

func (s *Server) getPayment(c *call) (any, *failure) {
	o, fail := s.findOrder(c)
	if fail != nil {
		return nil, fail
	}
	if len(o.paid) == 0 {
		return nil, notFound("payment of order", o.id)
	}
	return map[string]any{"paymentDate": stamp(o.paid[0].At), "paymentIdentifier": nil, "paymentType": "free"}, nil
}

func (s *Server) postPay(c *call) (any, *failure) {
	o, fail := s.findOrder(c)
	if fail != nil {
		return nil, fail
	}
	var in struct {
		PaymentMethod struct {
			ID int64 `json:"id"`
		} `json:"paymentMethod"`
	}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	if !slices.Contains(s.methods, in.PaymentMethod.ID) {
		return nil, forbidden("This order can't be paid with this payment method")
	}
	return nil, s.pay(o, "pay")
}

func (s *Server) postPayMean(c *call) (any, *failure) {
	o, fail := s.findOrder(c)
	if fail != nil {
		return nil, fail
	}
	var in struct {
		PaymentMean   string `json:"paymentMean"`
		PaymentMeanID *int64 `json:"paymentMeanId"`
	}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	if in.PaymentMean != "fidelityAccount" || !o.total.free() {
		return nil, forbidden("This order can't be paid with '" + in.PaymentMean + "'")
	}
	return nil, s.pay(o, "payWithRegisteredPaymentMean")
}

// pay counts every payment that is asked for, the second of an order as well,
// so that the ledger shows what a careless client would do.
func (s *Server) pay(o *order, by string) *failure {
	if s.orderStatus(o) == "cancelled" {
		return badRequest("The order has expired")
	}
	s.ledger.payments++
	if len(o.paid) > 0 {
		return badRequest("The order is already paid")
	}
	o.paid = append(o.paid, Payment{Order: o.id, By: by, Amount: o.total, At: s.clock()})
	return nil
}

// deliver makes the task of an order that has been paid long enough.
func (s *Server) deliver(o *order) {
	if o.delivered || len(o.paid) == 0 || s.clock().Before(o.paid[0].At.Add(DeliveryTime)) || o.owner == 0 || s.domains[o.domain].Stalled {
		return
	}
	o.delivered = true
	at := o.paid[0].At.Add(DeliveryTime)
	s.tasks = append(s.tasks, &task{id: s.newID(), function: "DomainTrade", domain: o.domain, status: "todo", created: at, due: at.Add(MailLifetime), order: o})
}
