package trade

import "context"

// state is a phase, and what the machine knows of it.
type state struct {
	phase    Phase
	step     func(*transition, context.Context) error // what moves a trade on from here
	sends    []Operation                              // the requests of this phase that must not be sent twice
	inCart   bool                                     // between the owner and the order
	ordered  bool                                     // an order exists for certain
	terminal bool                                     // nothing is done any more
	stop     error                                    // what Trade.Err matches
}

// states is the machine, in the order that a trade passes through it. Any phase
// before the last ones can lead to closing, from where Trade.Outcome says which
// of them comes.
func states() []state {
	return []state{
		{phase: Planned, step: (*transition).check},
		{phase: Checked, step: (*transition).findOwner, sends: []Operation{CreateContact}},
		{phase: OwnerReady, step: (*transition).makeCart, sends: []Operation{CreateCart}, inCart: true},
		{phase: CartReady, step: (*transition).fillCart, sends: []Operation{AddItem}, inCart: true},
		{phase: ItemReady, step: (*transition).configure, sends: []Operation{Configure}, inCart: true},
		{phase: Configured, step: (*transition).quote, inCart: true},
		{phase: Quoted, step: (*transition).order, sends: []Operation{Checkout}, inCart: true},
		{phase: Ordered, step: (*transition).pay, sends: []Operation{Pay}, ordered: true},
		{phase: Paid, step: (*transition).awaitTask, ordered: true},
		{phase: Running, step: (*transition).awaitHolders, ordered: true},
		{phase: Closing, step: (*transition).close},
		{phase: Done, terminal: true},
		{phase: Refused, terminal: true, stop: ErrRefused},
		{phase: Cancelled, terminal: true, stop: ErrCancelled},
		{phase: Expired, terminal: true, stop: ErrExpired},
		{phase: NeedsAttention, terminal: true, stop: ErrNeedsAttention},
	}
}

// state returns the table's row of a phase, a zero one if there is none.
func (p Phase) state() state {
	for _, s := range states() {
		if s.phase == p {
			return s
		}
	}
	return state{}
}

// Terminal reports whether the trade has ended.
func (p Phase) Terminal() bool { return p.state().terminal }

func (p Phase) known() bool { return p.state().phase != "" }

// inCart reports whether the phase is one between the owner and the order.
func (p Phase) inCart() bool { return p.state().inCart }

// ordered reports whether an order exists in this phase for certain.
func (p Phase) ordered() bool { return p.state().ordered }

// sentIn reports whether a phase sends the operation.
func (o Operation) sentIn(p Phase) bool {
	for _, sent := range p.state().sends {
		if sent == o {
			return true
		}
	}
	return false
}
