package ovhresttest

import "time"

// Payment is a payment that the server carried out.
type Payment struct {
	Order  int64
	By     string // the route, "pay" or "payWithRegisteredPaymentMean"
	Amount Price
	At     time.Time
}

type counters struct{ contacts, carts, items, checkouts, payments, foreign int }

// Ledger is what was really done, as against what was answered.
type Ledger struct {
	Contacts  int // made by POST /domain/contact
	Carts     int // ever made
	Items     int // ever put into a cart
	Checkouts int // that made an order
	PayCalls  int // that reached the service, refused ones included

	CartsLeft  int       // neither deleted, expired nor checked out
	ItemsLeft  int       // in such carts
	Orders     []int64   // made by checkouts, those of AddOrder left out
	OrderItems []int     // how many items each of them has
	Payments   []Payment // carried out
}

// Ledger reports.
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
