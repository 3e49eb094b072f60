package trade

import (
	"context"
	"errors"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
)

// The bounds on what a trade waits for once it is ordered; past them a person
// has to look.
const (
	paySettleTime = time.Hour           // an unclear payment of money without a trace for this long was not carried out
	payDoubtTime  = 24 * time.Hour      // and a payment whose order still reads unpaid contradicts itself after this
	orderTime     = 30 * 24 * time.Hour // an order has become a task after this
	taskLife      = 45 * 24 * time.Hour // and a task has ended after this: 14 days for the mails, a month for the registry
)

// since returns the later of a time and of when a person took the trade up
// again: the bounds count from there.
func (u *transition) since(t time.Time) time.Duration {
	if u.t.Resumed.After(t) {
		t = u.t.Resumed
	}
	return u.now().Sub(t)
}

// pay checks the order as it was really placed, and pays it.
func (u *transition) pay(ctx context.Context) error {
	status, err := u.c.OrderStatus(ctx, u.t.Order)
	if err != nil {
		return err
	}
	state := stateOf(status)
	switch state {
	case orderOver:
		return u.orderOver()
	case orderPaid, orderDelivered:
		return u.to(Paid, "the order is paid")
	}
	if others, err := u.newTrades(ctx); err != nil || len(others) > 0 {
		return u.stopForOtherTrade(others, err)
	}
	if o, err := u.otherOrder(ctx); o != nil || err != nil {
		return u.stopOr(o, err)
	}
	o, err := u.guardOrder(ctx)
	switch {
	case err != nil:
		return err
	case o != nil:
		return u.stop(u.leftUnpaid(o))
	case u.expired(state):
		return u.stop(u.neverPaid())
	case state == orderUnclear:
		return nil
	case u.t.Payments >= maxPays:
		return u.stop(u.leftUnpaid(refuse(EndedByService, "the payment came to nothing several times")))
	}
	return u.sendPayment(ctx)
}

// sendPayment pays. A refusal counts only once the order does not show a
// payment after all.
func (u *transition) sendPayment(ctx context.Context) error {
	u.t.Payments++
	err := u.once(ctx, Intent{Operation: Pay}, u.postPayment)
	if err != nil && u.t.Intent == nil { // surely not carried out
		u.t.Payments--
	}
	o := paymentRefusal(err)
	switch {
	case err == nil:
		return u.to(Paid, "paid")
	case o == nil:
		return err
	}
	trace, err := u.paymentTrace(ctx)
	switch {
	case err != nil:
		return err
	case trace.status == orderPaid, trace.status == orderDelivered, trace.paid:
		return u.to(Paid, "the order was paid already")
	}
	return u.stop(u.leftUnpaid(o))
}

func (u *transition) postPayment(ctx context.Context) error {
	if u.t.Plan.PaymentMethod != 0 {
		return u.c.PayOrder(ctx, u.t.Order, u.t.Plan.PaymentMethod)
	}
	return u.c.PayOrderWithRegisteredMean(ctx, u.t.Order, ovhrest.ReusablePaymentMeanFidelityAccount, 0)
}

// paymentRefusal is refusal for a payment, which the service also refuses with
// 403 (terraform-provider-ovh#646); a right that is missing is none.
func paymentRefusal(err error) *obstacle {
	if o := refusal(err); o != nil {
		o.text = "the payment was refused: " + o.text
		return o
	}
	var e *ovhrest.Error
	if !errors.As(err, &e) || !e.Is(ovhrest.ErrForbidden) || e.Code != "" || refusesKey(e) || !says(e.Message, "paid", "payment") {
		return nil
	}
	o := refuse(EndedByService, "the payment was refused: "+e.Message)
	o.Status, o.Class, o.QueryID, o.cause = e.Status, e.Class, e.QueryID, err
	return o
}

// leftUnpaid is o for an order that lapses unless a person pays it.
func (u *transition) leftUnpaid(o *obstacle) *obstacle {
	o.text += "; order " + id(u.t.Order) + " stays unpaid"
	return o.about(u.t.Order).attention()
}

// paymentTrace is what the service shows of a payment.
type paymentTrace struct {
	status orderState
	paid   bool // the order has a payment
}

// paymentTrace reads the order's status and its payment.
func (u *transition) paymentTrace(ctx context.Context) (paymentTrace, error) {
	status, err := u.c.OrderStatus(ctx, u.t.Order)
	if err != nil {
		return paymentTrace{}, err
	}
	trace := paymentTrace{status: stateOf(status)}
	if trace.status != orderUnpaid && trace.status != orderUnclear {
		return trace, nil
	}
	payment, err := u.c.OrderPayment(ctx, u.t.Order)
	switch {
	case absent(err):
		return trace, nil
	case err != nil:
		return trace, err
	case payment.PaymentType == "" && payment.PaymentDate.IsZero():
		return trace, broken("GET /me/order/{orderId}/payment", "a payment that says nothing")
	}
	trace.paid = true
	return trace, nil
}

// recoverPayment finds out what became of a payment: from the order's status,
// and from the payment where the status does not show one. Where neither shows
// it for long enough it was not carried out, and is sent again after all checks;
// an order can be paid only once. Where the two contradict each other, a person
// has to look.
func (u *transition) recoverPayment(ctx context.Context) error {
	trace, err := u.paymentTrace(ctx)
	if err != nil {
		return err
	}
	switch trace.status {
	case orderOver:
		u.t.Intent = nil
		return u.orderOver()
	case orderPaid, orderDelivered:
		u.t.Intent = nil
		return u.to(Paid, "the payment was found")
	}
	settle := settleTime
	switch {
	case trace.paid:
		settle = payDoubtTime
	case !u.t.Quote.Amount.IsZero():
		settle = paySettleTime
	}
	switch {
	case !u.settled(settle):
		return nil
	case trace.paid:
		return u.stop(refuse(EndedByDoubt, "order "+id(u.t.Order)+" has a payment, but reads as unpaid").about(u.t.Order).attention())
	case u.expired(trace.status):
		return u.stop(u.neverPaid())
	case trace.status == orderUnclear:
		return nil
	}
	return u.notDone()
}

// expired reports whether an order that is not known to be paid is past what
// the API says of it, or, where it says nothing or the status is unclear, past
// the trade's own bound.
func (u *transition) expired(state orderState) bool {
	if state == orderUnpaid && !u.t.OrderExpiry.IsZero() {
		return !u.now().Before(u.t.OrderExpiry)
	}
	return u.since(u.t.OrderedAt) > orderTime
}

func (u *transition) neverPaid() *obstacle {
	return refuse(EndedByTime, "order "+id(u.t.Order)+" is not paid past its time").about(u.t.Order).attention()
}

// orderOver ends the trade with a cancelled order.
func (u *transition) orderOver() error {
	o := refuse(EndedByService, "order "+id(u.t.Order)+" was cancelled").about(u.t.Order)
	o.outcome = Cancelled
	return u.stop(o)
}
