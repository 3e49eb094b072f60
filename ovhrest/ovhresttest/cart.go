package ovhresttest

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"time"
)

type cart struct {
	id, description             string
	expire                      time.Time
	assigned, readOnly, deleted bool
	items                       []*item
}

type item struct {
	id                                      int64
	domain, planCode, pricingMode, duration string
	configurations                          []configuration
}

type configuration struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
	Value string `json:"value"`
}

func (s *Server) cartView(k *cart) any {
	items := []int64{}
	for _, i := range k.items {
		items = append(items, i.id)
	}
	return map[string]any{"cartId": k.id, "description": k.description, "expire": stamp(k.expire), "readOnly": k.readOnly, "items": items}
}

func (s *Server) findCart(id string) (*cart, *failure) {
	for _, k := range s.carts {
		if k.id == id && !k.deleted && k.expire.After(s.clock()) {
			return k, nil
		}
	}
	return nil, notFound("cartId", id)
}

// openCart finds a cart that may still be changed.
func (s *Server) openCart(id string) (*cart, *failure) {
	k, fail := s.findCart(id)
	if fail == nil && k.readOnly {
		return nil, badRequest("Cart is read only: it has already been validated")
	}
	return k, fail
}

func (s *Server) getCarts(c *call) (any, *failure) {
	want, filtered := c.URL.Query().Get("description"), c.URL.Query().Has("description")
	list := []string{}
	for _, k := range s.carts {
		visible := !k.deleted && k.expire.After(s.clock()) && (k.assigned || !s.options.HideUnassigned)
		if visible && (!filtered || k.description == want) {
			list = append(list, k.id)
		}
	}
	return list, nil
}

func (s *Server) postCart(c *call) (any, *failure) {
	var in struct {
		OvhSubsidiary string     `json:"ovhSubsidiary"`
		Description   string     `json:"description"`
		Expire        *time.Time `json:"expire"`
	}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	if in.OvhSubsidiary != s.options.Subsidiary {
		return nil, badRequest("ovhSubsidiary %q is not this account's", in.OvhSubsidiary)
	}
	k := &cart{id: newUUID(), description: in.Description, expire: s.clock().Add(24 * time.Hour)}
	if in.Expire != nil {
		k.expire = *in.Expire
	}
	s.carts = append(s.carts, k)
	s.ledger.carts++
	return s.cartView(k), nil
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-8" + h[17:20] + "-" + h[20:]
}

func (s *Server) getCart(c *call) (any, *failure) {
	k, fail := s.findCart(c.PathValue("cart"))
	if fail != nil {
		return nil, fail
	}
	return s.cartView(k), nil
}

func (s *Server) deleteCart(c *call) (any, *failure) {
	k, fail := s.openCart(c.PathValue("cart"))
	if fail != nil {
		return nil, fail
	}
	k.deleted = true
	return nil, nil
}

func (s *Server) assignCart(c *call) (any, *failure) {
	k, fail := s.openCart(c.PathValue("cart"))
	if fail != nil {
		return nil, fail
	}
	k.assigned = true
	return nil, nil
}

// extraPrice is the price of the option that is not a trade.
var extraPrice = Price{"1.5", "EUR"}

func (s *Server) getOptions(c *call) (any, *failure) {
	d, fail := s.domain(c)
	if fail != nil {
		return nil, fail
	}
	list := []any{map[string]any{
		"family": "dns", "planCode": "dns-anycast", "productName": "dns", "productType": "delivery", "exclusive": true, "mandatory": false,
		"prices": []any{pricing(extraPrice, "P1Y")},
	}}
	for _, code := range d.Offers {
		list = append(list, map[string]any{
			"family": "trade", "planCode": code, "productName": "." + extension(d.Name), "productType": "delivery", "exclusive": true, "mandatory": false,
			"prices": []any{pricing(d.Quote, d.Duration)},
		})
	}
	return list, nil
}

// pricing describes itself as a creation, as the published sample does.
func pricing(p Price, duration string) any {
	return map[string]any{
		"description": "Creation of a domain name - 1 year", "pricingMode": "create-default", "pricingType": "purchase", "duration": duration,
		"capacities": []string{"installation"}, "interval": 0, "minimumQuantity": 1, "maximumQuantity": 1, "minimumRepeat": 1, "maximumRepeat": 1,
		"price": p.view(), "priceInUcents": p.ucents(),
	}
}

func (s *Server) postOption(c *call) (any, *failure) {
	d, fail := s.domain(c)
	if fail != nil {
		return nil, fail
	}
	var in struct {
		CartID      string `json:"cartId"`
		Duration    string `json:"duration"`
		PlanCode    string `json:"planCode"`
		PricingMode string `json:"pricingMode"`
		Quantity    int64  `json:"quantity"`
	}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	k, fail := s.openCart(in.CartID)
	if fail != nil {
		return nil, fail
	}
	if !slices.Contains(d.Offers, in.PlanCode) || in.PricingMode != "create-default" || in.Quantity != 1 {
		return nil, badRequest("No such offer")
	}
	if in.Duration != d.Duration { // the service's misleading words (python-ovh#47)
		return nil, badRequest("Service is temporarily unavailable")
	}
	i := &item{id: s.newID(), domain: d.Name, planCode: in.PlanCode, pricingMode: in.PricingMode, duration: in.Duration}
	k.items = append(k.items, i)
	s.ledger.items++
	if d.ExtraItem {
		k.items = append(k.items, &item{id: s.newID(), domain: d.Name, planCode: "dns-anycast", duration: "P1Y"})
	}
	return s.itemView(k, i), nil
}

func (s *Server) itemView(k *cart, i *item) any {
	configurations := []int64{}
	for _, c := range i.configurations {
		configurations = append(configurations, c.ID)
	}
	price := Price{"0", "EUR"}
	if d := s.domains[i.domain]; d != nil {
		price = d.Quote
	}
	return map[string]any{
		"cartId": k.id, "itemId": i.id, "productId": "domain", "offerId": nil, "duration": i.duration, "options": []int64{}, "configurations": configurations,
		"settings": map[string]any{"planCode": i.planCode, "pricingMode": i.pricingMode, "quantity": 1, "domain": i.domain},
		"prices":   []any{map[string]any{"label": "TOTAL", "price": price.view()}},
	}
}

func (s *Server) getItems(c *call) (any, *failure) {
	k, fail := s.findCart(c.PathValue("cart"))
	if fail != nil {
		return nil, fail
	}
	list := []int64{}
	for _, i := range k.items {
		list = append(list, i.id)
	}
	return list, nil
}

func (s *Server) findItem(c *call, change bool) (*cart, *item, *failure) {
	find := s.findCart
	if change {
		find = s.openCart
	}
	k, fail := find(c.PathValue("cart"))
	if fail != nil {
		return nil, nil, fail
	}
	for _, i := range k.items {
		if i.id == c.id("item") {
			return k, i, nil
		}
	}
	return nil, nil, notFound("itemId", c.PathValue("item"))
}

func (s *Server) getItem(c *call) (any, *failure) {
	k, i, fail := s.findItem(c, false)
	if fail != nil {
		return nil, fail
	}
	return s.itemView(k, i), nil
}

func (s *Server) deleteItem(c *call) (any, *failure) {
	k, i, fail := s.findItem(c, true)
	if fail != nil {
		return nil, fail
	}
	k.items = slices.DeleteFunc(k.items, func(o *item) bool { return o == i })
	return nil, nil
}

func (s *Server) getRequired(c *call) (any, *failure) {
	_, i, fail := s.findItem(c, false)
	if fail != nil {
		return nil, fail
	}
	list := []any{map[string]any{"label": "OWNER_CONTACT", "type": "/me/contact"}}
	for _, r := range s.domains[i.domain].Required {
		list = append(list, map[string]any{"label": r.Label, "type": r.Type, "required": r.Required, "fields": nil})
	}
	return list, nil
}

func (s *Server) getConfigurations(c *call) (any, *failure) {
	_, i, fail := s.findItem(c, false)
	if fail != nil {
		return nil, fail
	}
	list := []int64{}
	for _, conf := range i.configurations {
		if label := c.URL.Query().Get("label"); label == "" || label == conf.Label {
			list = append(list, conf.ID)
		}
	}
	return list, nil
}

func (s *Server) getConfiguration(c *call) (any, *failure) {
	_, i, fail := s.findItem(c, false)
	if fail != nil {
		return nil, fail
	}
	for _, conf := range i.configurations {
		if conf.ID == c.id("conf") {
			return conf, nil
		}
	}
	return nil, notFound("configurationId", c.PathValue("conf"))
}

func (s *Server) postConfiguration(c *call) (any, *failure) {
	_, i, fail := s.findItem(c, true)
	if fail != nil {
		return nil, fail
	}
	var in struct {
		Label string `json:"label"`
		Value string `json:"value"`
	}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	conf := configuration{s.newID(), in.Label, in.Value}
	i.configurations = append(i.configurations, conf)
	return conf, nil
}

func (s *Server) deleteConfiguration(c *call) (any, *failure) {
	_, i, fail := s.findItem(c, true)
	if fail != nil {
		return nil, fail
	}
	for n, conf := range i.configurations {
		if conf.ID == c.id("conf") {
			i.configurations = slices.Delete(i.configurations, n, n+1)
			return nil, nil
		}
	}
	return nil, notFound("configurationId", c.PathValue("conf"))
}
