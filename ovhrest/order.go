package ovhrest

import (
	"context"
	"iter"
	"time"
)

// Order is billing.Order: an order. Anybody can view and pay it with its
// password or its URLs, so they print as REDACTED.
type Order struct {
	Date            Opt[time.Time] `json:"date,omitzero"`
	ExpirationDate  Opt[time.Time] `json:"expirationDate,omitzero"`
	Metadatas       []string       `json:"metadatas,omitzero"`
	OrderID         int64          `json:"orderId"`
	Password        Secret         `json:"password"`
	PDFURL          Secret         `json:"pdfUrl"`
	PriceWithTax    Price          `json:"priceWithTax"`
	PriceWithoutTax Price          `json:"priceWithoutTax"`
	RetractionDate  Opt[time.Time] `json:"retractionDate,omitzero"`
	Tax             Price          `json:"tax"`
	URL             Secret         `json:"url"`

	Extra Extra `json:"-"`
}

// OrderStatus is billing.order.OrderStatusEnum: the status of an order.
type OrderStatus string

// The values of OrderStatus that the API documents.
const (
	OrderCancelled          OrderStatus = "cancelled"
	OrderCancelling         OrderStatus = "cancelling"
	OrderChecking           OrderStatus = "checking"
	OrderDelivered          OrderStatus = "delivered"
	OrderDelivering         OrderStatus = "delivering"
	OrderDocumentsRequested OrderStatus = "documentsRequested"
	OrderNotPaid            OrderStatus = "notPaid"
	OrderUnknown            OrderStatus = "unknown"
)

// OrderDetail is billing.OrderDetail: one line of an order. Its amounts can be
// negative.
type OrderDetail struct {
	Cancelled     bool                 `json:"cancelled"`
	Description   string               `json:"description"`
	DetailType    Opt[OrderDetailType] `json:"detailType,omitzero"`
	Domain        string               `json:"domain"`
	OrderDetailID int64                `json:"orderDetailId"`
	Quantity      string               `json:"quantity"` // a number as a string
	TotalPrice    Price                `json:"totalPrice"`
	UnitPrice     Price                `json:"unitPrice"`

	Extra Extra `json:"-"`
}

// OrderDetailExtension is billing.ItemDetail: the cart item of an order line.
type OrderDetailExtension struct {
	Order OrderDetailOrder `json:"order"`

	Extra Extra `json:"-"`
}

// OrderDetailOrder is billing.ItemDetail.Order: an order line as it was in the
// cart.
type OrderDetailOrder struct {
	Action         Opt[OrderAction]     `json:"action,omitzero"`
	Configurations []OrderConfiguration `json:"configurations,omitzero"`
	Plan           OrderPlan            `json:"plan"`
	Type           Opt[OrderPlanType]   `json:"type,omitzero"`

	Extra Extra `json:"-"`
}

// OrderAction is billing.ItemDetail.OrderActionEnum: the action of an order
// line.
type OrderAction string

// The values of OrderAction that the API documents.
const (
	OrderActionConsumption  OrderAction = "consumption"
	OrderActionDetach       OrderAction = "detach"
	OrderActionInstallation OrderAction = "installation"
	OrderActionRenew        OrderAction = "renew"
	OrderActionRevert       OrderAction = "revert"
	OrderActionUpgrade      OrderAction = "upgrade"
)

// OrderConfiguration is billing.ItemDetail.OrderConfiguration: a configuration
// value of an item.
type OrderConfiguration struct {
	Label string `json:"label"`
	Value string `json:"value"`

	Extra Extra `json:"-"`
}

// OrderPlanType is billing.ItemDetail.OrderDetailTypeEnum: the part of the
// catalogue that a line comes from.
type OrderPlanType string

// The values of OrderPlanType that the API documents.
const (
	OrderPlanTypePlan    OrderPlanType = "plan"
	OrderPlanTypeProduct OrderPlanType = "product"
)

// OrderPlan is billing.ItemDetail.OrderPlan: the plan that a line was ordered
// from.
type OrderPlan struct {
	Code        Opt[string]      `json:"code,omitzero"`
	Duration    Opt[string]      `json:"duration,omitzero"`
	PricingMode Opt[string]      `json:"pricingMode,omitzero"`
	Product     OrderPlanProduct `json:"product"`
	Quantity    Opt[int64]       `json:"quantity,omitzero"`

	Extra Extra `json:"-"`
}

// OrderPlanProduct is billing.ItemDetail.OrderPlanProduct: the product behind a
// plan.
type OrderPlanProduct struct {
	Name Opt[string] `json:"name,omitzero"`

	Extra Extra `json:"-"`
}

// AssociatedObject is billing.order.AssociatedObject: the bill or refund that
// resulted from an order.
type AssociatedObject struct {
	ID   Opt[string]               `json:"id,omitzero"`
	Type Opt[AssociatedObjectType] `json:"type,omitzero"`

	Extra Extra `json:"-"`
}

// AssociatedObjectType is billing.order.associatedObject.TypeEnum: the kind of
// an associated object.
type AssociatedObjectType string

// The values of AssociatedObjectType that the API documents.
const (
	AssociatedObjectTypeBill        AssociatedObjectType = "Bill"
	AssociatedObjectTypeDeposit     AssociatedObjectType = "Deposit"
	AssociatedObjectTypeRefund      AssociatedObjectType = "Refund"
	AssociatedObjectTypeReverseBill AssociatedObjectType = "ReverseBill"
	AssociatedObjectTypeWithdrawal  AssociatedObjectType = "Withdrawal"
)

// FollowUp is billing.order.FollowUp: a step of an order and its history.
type FollowUp struct {
	History []FollowUpHistory `json:"history,omitzero"`
	Status  FollowUpStatus    `json:"status"`
	Step    FollowUpStep      `json:"step"`

	Extra Extra `json:"-"`
}

// FollowUpHistory is billing.order.followUp.History: an event of an order.
type FollowUpHistory struct {
	Date        time.Time     `json:"date,omitzero"`
	Description string        `json:"description"`
	Label       FollowUpEvent `json:"label"`

	Extra Extra `json:"-"`
}

// FollowUpEvent is billing.order.followUp.HistoryStatusEnum: what happened to
// an order.
type FollowUpEvent string

// The values of FollowUpEvent that the API documents.
const (
	FollowUpEventDelivery                   FollowUpEvent = "DELIVERY"
	FollowUpEventFraudCheck                 FollowUpEvent = "FRAUD_CHECK"
	FollowUpEventFraudDocsRequested         FollowUpEvent = "FRAUD_DOCS_REQUESTED"
	FollowUpEventFraudManualReview          FollowUpEvent = "FRAUD_MANUAL_REVIEW"
	FollowUpEventFraudRefused               FollowUpEvent = "FRAUD_REFUSED"
	FollowUpEventInvoiceInProgress          FollowUpEvent = "INVOICE_IN_PROGRESS"
	FollowUpEventInvoiceSent                FollowUpEvent = "INVOICE_SENT"
	FollowUpEventOrderAccepted              FollowUpEvent = "ORDER_ACCEPTED"
	FollowUpEventOrderStarted               FollowUpEvent = "ORDER_STARTED"
	FollowUpEventPaymentConfirmed           FollowUpEvent = "PAYMENT_CONFIRMED"
	FollowUpEventPaymentInitiated           FollowUpEvent = "PAYMENT_INITIATED"
	FollowUpEventPaymentReceived            FollowUpEvent = "PAYMENT_RECEIVED"
	FollowUpEventRegisteredPaymentInitiated FollowUpEvent = "REGISTERED_PAYMENT_INITIATED"
)

// FollowUpStatus is billing.order.followUp.StatusEnum: the status of a step.
type FollowUpStatus string

// The values of FollowUpStatus that the API documents.
const (
	FollowUpStatusDoing FollowUpStatus = "DOING"
	FollowUpStatusDone  FollowUpStatus = "DONE"
	FollowUpStatusError FollowUpStatus = "ERROR"
	FollowUpStatusTodo  FollowUpStatus = "TODO"
)

// FollowUpStep is billing.order.followUp.StepEnum: a step of an order.
type FollowUpStep string

// The values of FollowUpStep that the API documents.
const (
	FollowUpStepAvailable  FollowUpStep = "AVAILABLE"
	FollowUpStepDelivering FollowUpStep = "DELIVERING"
	FollowUpStepValidated  FollowUpStep = "VALIDATED"
	FollowUpStepValidating FollowUpStep = "VALIDATING"
)

// RetractionReason is billing.order.RetractionReasonEnum: why an order is
// retracted.
type RetractionReason string

// The values of RetractionReason that the API documents.
const (
	RetractionReasonCompetitor  RetractionReason = "competitor"
	RetractionReasonDifficulty  RetractionReason = "difficulty"
	RetractionReasonExpensive   RetractionReason = "expensive"
	RetractionReasonOther       RetractionReason = "other"
	RetractionReasonPerformance RetractionReason = "performance"
	RetractionReasonReliability RetractionReason = "reliability"
	RetractionReasonUnused      RetractionReason = "unused"
)

// OrderFilter restricts Orders by date; its zero value matches all.
type OrderFilter struct {
	From time.Time // at or after
	To   time.Time // at or before
}

// OrderIDs lists the IDs of the account's orders, in one request. The list is
// nil only where the API answered null instead of a list.
func (c *Client) OrderIDs(ctx context.Context, f OrderFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/order", query: filter("date.from", stamp(f.From), "date.to", stamp(f.To))})
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// Orders returns an iterator over the account's orders. It makes one request
// for each order, several at a time.
func (c *Client) Orders(ctx context.Context, f OrderFilter) iter.Seq2[Order, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.OrderIDs(ctx, f) }, c.Order)
}

// Order returns one order.
func (c *Client) Order(ctx context.Context, orderID int64) (Order, error) {
	return fetch[Order](ctx, c, request{route: "GET /me/order/{orderId}", args: []string{id(orderID)}})
}

// OrderStatus returns the status of an order. OrderDelivered means that
// OVHcloud has forwarded the order, not that the registry has carried it out:
// for an owner change, follow the domain's task.
func (c *Client) OrderStatus(ctx context.Context, orderID int64) (OrderStatus, error) {
	return fetch[OrderStatus](ctx, c, request{route: "GET /me/order/{orderId}/status", args: []string{id(orderID)}})
}

// OrderFollowUp returns the steps of an order and their history (beta in the
// API).
func (c *Client) OrderFollowUp(ctx context.Context, orderID int64) ([]FollowUp, error) {
	return fetch[[]FollowUp](ctx, c, request{route: "GET /me/order/{orderId}/followUp", args: []string{id(orderID)}})
}

// OrderDetailIDs lists the IDs of the lines of an order, in one request.
func (c *Client) OrderDetailIDs(ctx context.Context, orderID int64) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/order/{orderId}/details", args: []string{id(orderID)}})
}

// OrderDetails returns an iterator over the lines of an order. It makes one
// request for each line, several at a time.
func (c *Client) OrderDetails(ctx context.Context, orderID int64) iter.Seq2[OrderDetail, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.OrderDetailIDs(ctx, orderID) },
		func(ctx context.Context, id int64) (OrderDetail, error) { return c.OrderDetail(ctx, orderID, id) })
}

// OrderDetail returns one line of an order.
func (c *Client) OrderDetail(ctx context.Context, orderID, detailID int64) (OrderDetail, error) {
	return fetch[OrderDetail](ctx, c, request{route: "GET /me/order/{orderId}/details/{orderDetailId}", args: []string{id(orderID), id(detailID)}})
}

// OrderDetailExtension returns the cart item of an order line (beta in the
// API).
func (c *Client) OrderDetailExtension(ctx context.Context, orderID, detailID int64) (OrderDetailExtension, error) {
	return fetch[OrderDetailExtension](ctx, c, request{
		route: "GET /me/order/{orderId}/details/{orderDetailId}/extension", args: []string{id(orderID), id(detailID)},
	})
}

// OrderAssociatedObject returns the bill or refund that resulted from an order.
func (c *Client) OrderAssociatedObject(ctx context.Context, orderID int64) (AssociatedObject, error) {
	return fetch[AssociatedObject](ctx, c, request{route: "GET /me/order/{orderId}/associatedObject", args: []string{id(orderID)}})
}

// OrderBalances lists the credit balances used on an order (beta in the API).
func (c *Client) OrderBalances(ctx context.Context, orderID int64) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /me/order/{orderId}/balance", args: []string{id(orderID)}})
}

// WaiveRetraction waives the right of retraction for an order, so that it
// starts immediately.
func (c *Client) WaiveRetraction(ctx context.Context, orderID int64) error {
	return c.do(ctx, request{route: "POST /me/order/{orderId}/waiveRetraction", args: []string{id(orderID)}}, nil)
}

// RequestRetraction retracts an order within its retraction period. comment may
// be empty.
func (c *Client) RequestRetraction(ctx context.Context, orderID int64, reason RetractionReason, comment string) error {
	body := struct {
		Comment string           `json:"comment,omitzero"`
		Reason  RetractionReason `json:"reason"`
	}{comment, reason}
	return c.do(ctx, request{route: "POST /me/order/{orderId}/retraction", args: []string{id(orderID)}, body: body}, nil)
}
