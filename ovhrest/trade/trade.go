package trade

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
)

// Version is the version of the JSON format of a stored Trade. Parse fails for
// a version that this package does not know.
const Version = 1

// maxRevision is more saves than any trade comes to.
const maxRevision = 1 << 40

// Phase is the phase that a trade is in.
type Phase string

// The phases, in the order they come in.
const (
	Planned    Phase = "planned"    // nothing sent yet
	Checked    Phase = "checked"    // rights, domain, offer and rules have been checked
	OwnerReady Phase = "ownerReady" // the owner contact exists
	CartReady  Phase = "cartReady"  // a cart exists
	ItemReady  Phase = "itemReady"  // the trade is in the cart
	Configured Phase = "configured" // the item is configured with the new owner
	Quoted     Phase = "quoted"     // the dry run has passed the guards
	Ordered    Phase = "ordered"    // checked out, not yet paid
	Paid       Phase = "paid"       // waiting for the registry's task
	Running    Phase = "running"    // waiting for both holders' answers and the registry
	Closing    Phase = "closing"    // the outcome is known; remaining carts are being deleted
)

// The terminal phases, which Step does not change.
const (
	Done           Phase = "done"           // the domain's owner has changed
	Refused        Phase = "refused"        // a guard, the service or a holder said no
	Cancelled      Phase = "cancelled"      // by Abort, or because the order was cancelled
	Expired        Phase = "expired"        // nobody answered the mails in time
	NeedsAttention Phase = "needsAttention" // manual review is needed: see Trade.Reason and Resolve
)

// Trade is the stored state of one owner change. A Trader advances it and a
// Store keeps it as JSON. It holds no secrets: neither the ID of the cart,
// which gives anybody access to a cart that has not been ordered, nor an
// order's password or URLs. It does hold the new owner's data as given in the
// plan.
type Trade struct {
	Version  int       `json:"version"`
	ID       string    `json:"id"`
	Revision int64     `json:"revision"` // number of saves
	Plan     Plan      `json:"plan"`
	Phase    Phase     `json:"phase"`
	Reason   string    `json:"reason,omitzero"`  // why the trade ended, for people
	Outcome  Phase     `json:"outcome,omitzero"` // the terminal phase that Closing leads to
	Stopped  Phase     `json:"stopped,omitzero"` // phase in which the trade stopped when it came to need attention
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
	Resumed  time.Time `json:"resumed,omitzero"` // when Resolve was called: the limits on waiting count from here
	Aborting bool      `json:"aborting,omitzero"`

	Ending *Ending `json:"ending,omitzero"` // why the trade ended, for programs

	Account     string                  `json:"account,omitzero"`     // nic handle of the account that the trade was begun with; no other may continue it
	Subsidiary  ovhrest.OvhSubsidiary   `json:"subsidiary,omitzero"`  // subsidiary of the cart
	OldOwner    string                  `json:"oldOwner,omitzero"`    // whoisOwner before the trade
	KnownTasks  []int64                 `json:"knownTasks,omitzero"`  // IDs of the domain's trade tasks from before
	KnownOrders []int64                 `json:"knownOrders,omitzero"` // IDs of the account's orders from before: those since OrdersFrom, and older ones for the domain that may be open
	OrdersFrom  time.Time               `json:"ordersFrom,omitzero"`
	Offer       *Offer                  `json:"offer,omitzero"`
	Contact     int64                   `json:"contact,omitzero"`    // ID of the new owner contact
	CartExpiry  time.Time               `json:"cartExpiry,omitzero"` // when the present cart expires
	Carts       int                     `json:"carts,omitzero"`      // number of carts begun
	Item        int64                   `json:"item,omitzero"`       // ID of the item in the cart
	AddedAgain  bool                    `json:"addedAgain,omitzero"` // whether the item was added again after a first request that left no trace
	Quote       *ovhrest.Money          `json:"quote,omitzero"`      // total of the dry run, tax included
	Lines       []Line                  `json:"lines,omitzero"`      // lines of the dry run, which the order's must match
	QuotedAt    time.Time               `json:"quotedAt,omitzero"`
	Order       int64                   `json:"order,omitzero"`
	Payments    int                     `json:"payments,omitzero"`    // number of payments begun
	OrderStatus ovhrest.OrderStatus     `json:"orderStatus,omitzero"` // as last read
	OrderedAt   time.Time               `json:"orderedAt,omitzero"`
	OrderExpiry time.Time               `json:"orderExpiry,omitzero"` // when the order can no longer be paid, according to the API
	DeliveredAt time.Time               `json:"deliveredAt,omitzero"` // when the order was first seen delivered
	Task        int64                   `json:"task,omitzero"`        // ID of the registry's task
	TaskAt      time.Time               `json:"taskAt,omitzero"`
	TaskStatus  ovhrest.OperationStatus `json:"taskStatus,omitzero"` // as last read
	DoneAt      time.Time               `json:"doneAt,omitzero"`     // when the task was first seen to be done or gone
	NewOwner    string                  `json:"newOwner,omitzero"`   // whoisOwner after the trade, which proves the change

	Intent *Intent `json:"intent,omitzero"` // a request whose outcome is not yet known
}

// Offer is the service's offer for the trade, with its values unchanged.
type Offer struct {
	PlanCode    string `json:"planCode"`
	PricingMode string `json:"pricingMode"`
	Duration    string `json:"duration"`
}

// Line is a line of a checkout or an order, with the fields that are compared.
type Line struct {
	Domain   string                  `json:"domain"` // *001 and the like if the service has not yet named the domain
	Type     ovhrest.OrderDetailType `json:"type,omitzero"`
	Quantity int64                   `json:"quantity"`
	Price    ovhrest.Money           `json:"price"` // price of the whole line
}

// Intent is saved before a request that must not be sent twice, and removed
// when the outcome is known.
type Intent struct {
	Operation   Operation `json:"operation"`
	Label       string    `json:"label,omitzero"`    // label of a configuration
	Contacts    []int64   `json:"contacts,omitzero"` // IDs of the contacts with the new owner's data before one was created
	At          time.Time `json:"at"`
	Seen        time.Time `json:"seen,omitzero"`        // when a later step first found no trace of the request
	CartDeleted time.Time `json:"cartDeleted,omitzero"` // when the cart of an unclear checkout was deleted
}

// Operation names a request that must not be sent twice.
type Operation string

// The operations.
const (
	CreateContact Operation = "createContact"
	CreateCart    Operation = "createCart"
	AddItem       Operation = "addItem"
	Configure     Operation = "configure"
	Checkout      Operation = "checkout"
	Pay           Operation = "pay"
)

// description is how the trade's carts are found again.
func (t *Trade) description() string { return "hebergo/" + t.ID }

// newTrade makes a Trade that nothing has been done for.
func newTrade(plan Plan, now time.Time) Trade {
	now = now.UTC().Truncate(time.Second)
	return Trade{Version: Version, ID: newUUID(), Plan: plan, Phase: Planned, Created: now, Updated: now}
}

// newUUID is a random UUID, version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Parse reads a stored trade. It fails with ovhrest.ErrInvalid if the trade is
// malformed, or of a version or phase that this package does not know:
// continuing with an incomplete trade could order a second time.
func Parse(data []byte) (Trade, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Trade{}, invalid("data", "is not a stored trade: the file is broken")
	}
	if head.Version != Version {
		return Trade{}, invalid("data", fmt.Sprintf("has the unknown version %d", head.Version))
	}
	var t Trade
	if err := json.Unmarshal(data, &t); err != nil {
		return Trade{}, invalid("data", "is not a stored trade: the file is broken")
	}
	if err := t.check(); err != nil {
		return Trade{}, err
	}
	return t, nil
}

// check refuses a trade that does not hang together.
func (t *Trade) check() error {
	if err := checkID(t.ID); err != nil {
		return err
	}
	if err := t.Plan.validate(true); err != nil {
		return err
	}
	if t.Revision < 0 || t.Revision > maxRevision {
		return invalid("data", "has an impossible revision")
	}
	if slices.ContainsFunc(t.amounts(), tooLong) {
		return invalid("data", "has an amount that no price can be")
	}
	switch {
	case !t.Phase.known():
		return invalid("data", "has an unknown phase")
	case t.Phase == Closing && !t.Outcome.Terminal():
		return invalid("data", "has an unknown outcome")
	case t.Phase.ordered() && (t.Order == 0 || t.Quote == nil), t.Phase == Running && t.Task == 0, t.Phase.inCart() && (t.Offer == nil || t.Contact == 0),
		t.Phase == Quoted && t.Quote == nil, t.Phase.ordered() && t.Offer == nil:
		return invalid("data", "lacks what its phase stands on")
	case t.Intent != nil && t.Intent.Operation == Checkout && t.OrdersFrom.IsZero(): // an old order would be taken for its own
		return invalid("data", "has a checkout without the orders from before it")
	case t.Intent != nil && !t.Phase.Terminal() && t.Phase != Closing && !t.Intent.Operation.sentIn(t.Phase),
		t.Intent != nil && t.Intent.Operation == CreateContact && t.Plan.Owner == nil:
		return invalid("data", "has an intention that its phase does not have")
	}
	return nil
}

// amounts lists every amount that the trade is compared by or printed with.
func (t *Trade) amounts() []ovhrest.Money {
	var list []ovhrest.Money
	for _, line := range t.Lines {
		list = append(list, line.Price)
	}
	optional := []*ovhrest.Money{t.Quote}
	if t.Ending != nil {
		optional = append(optional, t.Ending.Price, t.Ending.Limit)
	}
	for _, m := range optional {
		if m != nil {
			list = append(list, *m)
		}
	}
	return list
}

// Err returns nil for a trade that is done or in progress, and otherwise an
// *Error that says how it ended.
func (t Trade) Err() error {
	cond := t.Phase.state().stop
	if cond == nil {
		return nil
	}
	resume := ResumeNever
	if t.Phase == NeedsAttention {
		resume = ResumeAfterResolve
	}
	e := newError(t.Plan.Domain+": "+string(t.Phase)+": "+t.Reason, cond)
	e.Trade, e.Domain, e.Phase, e.Resume, e.Ending = t.ID, t.Plan.Domain, t.Phase, resume, t.Ending
	return e
}

// tooLong knows amounts that would take a long time to calculate with.
func tooLong(m ovhrest.Money) bool { return m.Amount.Exponent() > 30 || m.Amount.Exponent() < -40 }
