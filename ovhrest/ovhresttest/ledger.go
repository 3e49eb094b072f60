package ovhresttest

import "time"

// Payment is a payment that the server carried out.
type Payment struct {
	Order  int64
	By     string // the route used, "pay" or "payWithRegisteredPaymentMean"
	Amount Price
	At     time.Time
}

type counters struct{ contacts, carts, items, checkouts, payments, foreign int }

// Ledger lists what the server actually did, as opposed to what it answered.
type Ledger struct {
	Contacts  int // created by POST /domain/contact
	Carts     int // created, including those that are gone
	Items     int // ever added to a cart
	Checkouts int // that created an order
	PayCalls  int // payment requests that reached the service, including rejected ones

	CartsLeft  int       // carts that were not deleted, expired or checked out
	ItemsLeft  int       // items in such carts
	Orders     []int64   // IDs of the orders created by checkouts, without those of AddOrder
	OrderItems []int     // number of items in each of Orders
	Payments   []Payment // payments that were carried out
}

// Ledger returns what the server has done so far.
func (s *Server) Ledger() Ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := Ledger{
		Contacts: s.ledger.contacts, Carts: s.ledger.carts, Items: s.ledger.items,
		Checkouts: s.ledger.checkouts, PayCalls: s.ledger.payments,
	}
	items := map[string]int{}
	for _, k := range s.carts {
		items[k.id] = len(k.items)
		if !k.deleted && !k.readOnly && k.expire.After(s.clock()) {
			l.CartsLeft++
			l.ItemsLeft += len(k.items)
		}
	}
	for _, o := range s.orders {
		l.Payments = append(l.Payments, o.paid...)
		if o.cart != "" {
			l.Orders = append(l.Orders, o.id)
			l.OrderItems = append(l.OrderItems, items[o.cart])
		}
	}
	return l
}
