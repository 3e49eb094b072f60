package ovhrest

import (
	"context"
	"iter"
	"strconv"
	"time"
)

// Payment is billing.Payment: how an order was paid.
type Payment struct {
	PaymentDate       time.Time       `json:"paymentDate,omitzero"`
	PaymentIdentifier Opt[string]     `json:"paymentIdentifier,omitzero"`
	PaymentType       PaymentMeanType `json:"paymentType"`

	Extra Extra `json:"-"`
}

// PaymentMeanType is billing.PaymentMeanEnum: the means that an order was paid
// with.
type PaymentMeanType string

// The values of PaymentMeanType that the API documents.
const (
	PaymentMeanTypeCash             PaymentMeanType = "cash"
	PaymentMeanTypeChargeback       PaymentMeanType = "chargeback"
	PaymentMeanTypeCheck            PaymentMeanType = "check"
	PaymentMeanTypeCheque           PaymentMeanType = "cheque"
	PaymentMeanTypeCreditAccount    PaymentMeanType = "creditAccount"
	PaymentMeanTypeCreditCard       PaymentMeanType = "creditCard"
	PaymentMeanTypeDebtAccount      PaymentMeanType = "debtAccount"
	PaymentMeanTypeDeposit          PaymentMeanType = "deposit"
	PaymentMeanTypeDigitalLaunchPad PaymentMeanType = "digitalLaunchPad"
	PaymentMeanTypeEdinar           PaymentMeanType = "edinar"
	PaymentMeanTypeFidelityPoints   PaymentMeanType = "fidelityPoints"
	PaymentMeanTypeFree             PaymentMeanType = "free"
	PaymentMeanTypeIdeal            PaymentMeanType = "ideal"
	PaymentMeanTypeIncubatorAccount PaymentMeanType = "incubatorAccount"
	PaymentMeanTypeMandat           PaymentMeanType = "mandat"
	PaymentMeanTypeMultibanco       PaymentMeanType = "multibanco"
	PaymentMeanTypeNone             PaymentMeanType = "none"
	PaymentMeanTypeOvhAccount       PaymentMeanType = "ovhAccount"
	PaymentMeanTypePaymentMandate   PaymentMeanType = "paymentMandate"
	PaymentMeanTypePaypal           PaymentMeanType = "paypal"
	PaymentMeanTypePayu             PaymentMeanType = "payu"
	PaymentMeanTypePlatnosci        PaymentMeanType = "platnosci"
	PaymentMeanTypeRefund           PaymentMeanType = "refund"
	PaymentMeanTypeRupay            PaymentMeanType = "rupay"
	PaymentMeanTypeTransfer         PaymentMeanType = "transfer"
	PaymentMeanTypeWithdrawal       PaymentMeanType = "withdrawal"
)

// ReusablePaymentMean is billing.ReusablePaymentMeanEnum: a type of registered
// means of payment.
type ReusablePaymentMean string

// The values of ReusablePaymentMean that the API documents.
const (
	ReusablePaymentMeanBankAccount                 ReusablePaymentMean = "bankAccount"
	ReusablePaymentMeanCreditCard                  ReusablePaymentMean = "creditCard"
	ReusablePaymentMeanDeferredPaymentAccount      ReusablePaymentMean = "deferredPaymentAccount"
	ReusablePaymentMeanFidelityAccount             ReusablePaymentMean = "fidelityAccount"
	ReusablePaymentMeanOvhAccount                  ReusablePaymentMean = "ovhAccount"
	ReusablePaymentMeanPaypal                      ReusablePaymentMean = "paypal"
	ReusablePaymentMeanCreditCardUpper             ReusablePaymentMean = "CREDIT_CARD"
	ReusablePaymentMeanCurrentAccount              ReusablePaymentMean = "CURRENT_ACCOUNT"
	ReusablePaymentMeanDeferredPaymentAccountUpper ReusablePaymentMean = "DEFERRED_PAYMENT_ACCOUNT"
	ReusablePaymentMeanDomesticCard                ReusablePaymentMean = "DOMESTIC_CARD"
	ReusablePaymentMeanEnterprise                  ReusablePaymentMean = "ENTERPRISE"
	ReusablePaymentMeanInternalTrustedAccount      ReusablePaymentMean = "INTERNAL_TRUSTED_ACCOUNT"
	ReusablePaymentMeanPaypalUpper                 ReusablePaymentMean = "PAYPAL"
	ReusablePaymentMeanRupay                       ReusablePaymentMean = "RUPAY"
	ReusablePaymentMeanSEPADirectDebit             ReusablePaymentMean = "SEPA_DIRECT_DEBIT"
)

// RegisteredPaymentMean is billing.order.RegisteredPaymentMean: a registered
// means of payment that can pay an order.
type RegisteredPaymentMean struct {
	PaymentMean ReusablePaymentMean `json:"paymentMean"`

	Extra Extra `json:"-"`
}

// PayWithPaymentMethod is billing.order.PayWithPaymentMethod: the payment
// method to use.
type PayWithPaymentMethod struct {
	ID int64 `json:"id"`

	Extra Extra `json:"-"`
}

// OrderPaymentMethods is billing.order.PaymentMethods: the payment methods that
// can pay an order.
type OrderPaymentMethods struct {
	Available      []AvailablePaymentMethod `json:"available,omitzero"`
	PaymentMethods []PaymentMethod          `json:"paymentMethods,omitzero"`
	Registered     []int64                  `json:"registered,omitzero"`

	Extra Extra `json:"-"`
}

// OrderPaymentMeans is billing.order.PaymentMeans: the pages where an order can
// be paid, by means.
type OrderPaymentMeans struct {
	CreditCard     []PaymentMean `json:"creditCard,omitzero"`
	Edinar         []PaymentMean `json:"edinar,omitzero"`
	FidelityPoints []PaymentMean `json:"fidelityPoints,omitzero"`
	Ideal          []PaymentMean `json:"ideal,omitzero"`
	Multibanco     []PaymentMean `json:"multibanco,omitzero"`
	OvhAccount     []PaymentMean `json:"ovhAccount,omitzero"`
	Paypal         []PaymentMean `json:"paypal,omitzero"`
	Promotion      []PaymentMean `json:"promotion,omitzero"`

	Extra Extra `json:"-"`
}

// PaymentMean is billing.order.PaymentMean: a page where an order can be paid.
type PaymentMean struct {
	Fee        Amount          `json:"fee"`
	HTMLForm   Opt[Secret]     `json:"htmlForm,omitzero"`
	HTTPMethod string          `json:"httpMethod"`
	Logo       Opt[string]     `json:"logo,omitzero"`
	Parameters []HTTPParameter `json:"parameters,omitzero"`
	SubType    Opt[string]     `json:"subType,omitzero"`
	URL        Secret          `json:"url"`

	Extra Extra `json:"-"`
}

// HTTPParameter is billing.order.paymentMean.HttpParameter: a parameter of a
// payment page.
type HTTPParameter struct {
	Choice []HTTPParameterChoice `json:"choice,omitzero"`
	Name   string                `json:"name"`
	Value  Opt[Secret]           `json:"value,omitzero"`

	Extra Extra `json:"-"`
}

// HTTPParameterChoice is billing.order.paymentMean.HttpParameterChoice: one
// value that a parameter may take.
type HTTPParameterChoice struct {
	Name  string `json:"name"`
	Value string `json:"value"`

	Extra Extra `json:"-"`
}

// PaymentMethod is payment.method.PaymentMethod: a registered payment method
// (me.payment.PaymentMethod too).
type PaymentMethod struct {
	BillingContactID Opt[int64]              `json:"billingContactId,omitzero"`
	CreationDate     time.Time               `json:"creationDate,omitzero"`
	Default          bool                    `json:"default"`
	Description      Opt[string]             `json:"description,omitzero"`
	ExpirationDate   Opt[time.Time]          `json:"expirationDate,omitzero"`
	FormSessionID    Opt[string]             `json:"formSessionId,omitzero"`
	Icon             PaymentIcon             `json:"icon"`
	Integration      Opt[PaymentIntegration] `json:"integration,omitzero"`
	Label            Opt[string]             `json:"label,omitzero"`
	LastUpdate       Opt[time.Time]          `json:"lastUpdate,omitzero"`
	MerchantID       Opt[string]             `json:"merchantId,omitzero"`
	Oneclick         Opt[bool]               `json:"oneclick,omitzero"`
	PaymentMeanID    Opt[int64]              `json:"paymentMeanId,omitzero"`
	PaymentMethodID  int64                   `json:"paymentMethodId"`
	PaymentSubType   Opt[PaymentSubType]     `json:"paymentSubType,omitzero"`
	PaymentType      string                  `json:"paymentType"`
	Status           PaymentStatus           `json:"status" answer:"key"`

	Extra Extra `json:"-"`
}

// AvailablePaymentMethod is payment.method.AvailablePaymentMethod: a payment
// method that can be added (me.payment.AvailablePaymentMethod too).
type AvailablePaymentMethod struct {
	FormSessionID               Opt[string]        `json:"formSessionId,omitzero"`
	Icon                        PaymentIcon        `json:"icon"`
	Integration                 PaymentIntegration `json:"integration"`
	MerchantID                  Opt[string]        `json:"merchantId,omitzero"`
	Oneshot                     bool               `json:"oneshot"`
	OrganizationID              Opt[string]        `json:"organizationId,omitzero"`
	PaymentSubType              Opt[string]        `json:"paymentSubType,omitzero"`
	PaymentType                 string             `json:"paymentType"`
	Registerable                bool               `json:"registerable"`
	RegisterableWithTransaction bool               `json:"registerableWithTransaction"`

	Extra Extra `json:"-"`
}

// PaymentIcon is payment.method.Icon: the icon of a payment method
// (me.payment.Icon too).
type PaymentIcon struct {
	Data Opt[string] `json:"data,omitzero"`
	Name Opt[string] `json:"name,omitzero"`
	URL  Opt[string] `json:"url,omitzero"`

	Extra Extra `json:"-"`
}

// PaymentIntegration is payment.method.IntegrationType: how a method is added
// (me.payment.IntegrationEnum too).
type PaymentIntegration string

// The values of PaymentIntegration that the API documents.
const (
	PaymentIntegrationBankTransfer PaymentIntegration = "BANK_TRANSFER"
	PaymentIntegrationComponent    PaymentIntegration = "COMPONENT"
	PaymentIntegrationDone         PaymentIntegration = "DONE"
	PaymentIntegrationIframeVantiv PaymentIntegration = "IFRAME_VANTIV"
	PaymentIntegrationInContext    PaymentIntegration = "IN_CONTEXT"
	PaymentIntegrationNone         PaymentIntegration = "NONE"
	PaymentIntegrationPostForm     PaymentIntegration = "POST_FORM"
	PaymentIntegrationRedirect     PaymentIntegration = "REDIRECT"
)

// PaymentStatus is payment.method.StatusEnum: whether a payment method can be
// used (me.payment.method.StatusEnum too).
type PaymentStatus string

// The values of PaymentStatus that the API documents.
const (
	PaymentStatusCanceled    PaymentStatus = "CANCELED"
	PaymentStatusCanceling   PaymentStatus = "CANCELING"
	PaymentStatusCreated     PaymentStatus = "CREATED"
	PaymentStatusCreating    PaymentStatus = "CREATING"
	PaymentStatusError       PaymentStatus = "ERROR"
	PaymentStatusExpired     PaymentStatus = "EXPIRED"
	PaymentStatusFailed      PaymentStatus = "FAILED"
	PaymentStatusMaintenance PaymentStatus = "MAINTENANCE"
	PaymentStatusPaused      PaymentStatus = "PAUSED"
	PaymentStatusRejected    PaymentStatus = "REJECTED"
	PaymentStatusReplaced    PaymentStatus = "REPLACED"
	PaymentStatusValid       PaymentStatus = "VALID"
	PaymentStatusValidating  PaymentStatus = "VALIDATING"
)

// PaymentSubType is payment.method.SubTypeEnum: the brand of a payment method
// (me.payment.AvailableSubTypeEnum too).
type PaymentSubType string

// The values of PaymentSubType that the API documents.
const (
	PaymentSubType30Days          PaymentSubType = "30_DAYS"
	PaymentSubType45Days          PaymentSubType = "45_DAYS"
	PaymentSubType60Days          PaymentSubType = "60_DAYS"
	PaymentSubTypeAmericanExpress PaymentSubType = "AMERICAN_EXPRESS"
	PaymentSubTypeAura            PaymentSubType = "AURA"
	PaymentSubTypeCarteBancaire   PaymentSubType = "CARTE_BANCAIRE"
	PaymentSubTypeCarteBleue      PaymentSubType = "CARTE_BLEUE"
	PaymentSubTypeChorus          PaymentSubType = "CHORUS"
	PaymentSubTypeDinersClub      PaymentSubType = "DINERS_CLUB"
	PaymentSubTypeDiscover        PaymentSubType = "DISCOVER"
	PaymentSubTypeJCB             PaymentSubType = "JCB"
	PaymentSubTypeMaestro         PaymentSubType = "MAESTRO"
	PaymentSubTypeMastercard      PaymentSubType = "MASTERCARD"
	PaymentSubTypeNone            PaymentSubType = "NONE"
	PaymentSubTypeRupay           PaymentSubType = "RUPAY"
	PaymentSubTypeVisa            PaymentSubType = "VISA"
)

// OrderPayment returns how an order was paid. It fails with ErrNotFound if the
// order is not paid.
func (c *Client) OrderPayment(ctx context.Context, orderID int64) (Payment, error) {
	return fetch[Payment](ctx, c, request{route: "GET /me/order/{orderId}/payment", args: []string{id(orderID)}})
}

// OrderPaymentMethods returns the payment methods that can pay an order (beta
// in the API).
func (c *Client) OrderPaymentMethods(ctx context.Context, orderID int64) (OrderPaymentMethods, error) {
	return fetch[OrderPaymentMethods](ctx, c, request{route: "GET /me/order/{orderId}/paymentMethods", args: []string{id(orderID)}})
}

// OrderPaymentMeans returns the pages where an order can be paid manually.
func (c *Client) OrderPaymentMeans(ctx context.Context, orderID int64) (OrderPaymentMeans, error) {
	return fetch[OrderPaymentMeans](ctx, c, request{route: "GET /me/order/{orderId}/paymentMeans", args: []string{id(orderID)}})
}

// AvailableRegisteredPaymentMeans lists the registered means of payment that
// can pay an order.
func (c *Client) AvailableRegisteredPaymentMeans(ctx context.Context, orderID int64) ([]RegisteredPaymentMean, error) {
	return fetch[[]RegisteredPaymentMean](ctx, c, request{route: "GET /me/order/{orderId}/availableRegisteredPaymentMean", args: []string{id(orderID)}})
}

// PayOrder pays an order with a registered payment method. A free order has to
// be paid as well: it is not paid by itself. PayOrder is never retried: after
// ErrAmbiguous, OrderStatus shows whether the order was paid. The price is not
// checked.
func (c *Client) PayOrder(ctx context.Context, orderID, paymentMethodID int64) error {
	body := struct {
		PaymentMethod PayWithPaymentMethod `json:"paymentMethod"`
	}{PayWithPaymentMethod{ID: paymentMethodID}}
	return c.do(ctx, request{route: "POST /me/order/{orderId}/pay", args: []string{id(orderID)}, body: body}, nil)
}

// PayOrderWithRegisteredMean pays an order with a registered means of payment.
// ReusablePaymentMeanFidelityAccount pays an order of 0 without any registered
// method (terraform-provider-ovh). meanID is required for bankAccount,
// creditCard and paypal, and 0 otherwise. It is never retried.
func (c *Client) PayOrderWithRegisteredMean(ctx context.Context, orderID int64, mean ReusablePaymentMean, meanID int64) error {
	body := struct {
		PaymentMean   ReusablePaymentMean `json:"paymentMean"`
		PaymentMeanID int64               `json:"paymentMeanId,omitzero"`
	}{mean, meanID}
	return c.do(ctx, request{route: "POST /me/order/{orderId}/payWithRegisteredPaymentMean", args: []string{id(orderID)}, body: body}, nil)
}

// PaymentMethodFilter restricts PaymentMethods; its zero value matches all.
type PaymentMethodFilter struct {
	Default     Opt[bool]
	PaymentType string
	Status      PaymentStatus
}

// PaymentMethodIDs lists the IDs of the registered payment methods, in one
// request.
func (c *Client) PaymentMethodIDs(ctx context.Context, f PaymentMethodFilter) ([]int64, error) {
	query := filter("paymentType", f.PaymentType, "status", string(f.Status))
	if wanted, ok := f.Default.Value(); ok {
		query.Set("default", strconv.FormatBool(wanted))
	}
	return fetch[[]int64](ctx, c, request{route: "GET /me/payment/method", query: query})
}

// PaymentMethods returns an iterator over the registered payment methods. It
// makes one request for each method, several at a time.
func (c *Client) PaymentMethods(ctx context.Context, f PaymentMethodFilter) iter.Seq2[PaymentMethod, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.PaymentMethodIDs(ctx, f) }, c.PaymentMethod)
}

// PaymentMethod returns one registered payment method.
func (c *Client) PaymentMethod(ctx context.Context, paymentMethodID int64) (PaymentMethod, error) {
	return fetch[PaymentMethod](ctx, c, request{route: "GET /me/payment/method/{paymentMethodId}", args: []string{id(paymentMethodID)}})
}

// AvailablePaymentMethods lists the payment methods that can be added.
func (c *Client) AvailablePaymentMethods(ctx context.Context) ([]AvailablePaymentMethod, error) {
	return fetch[[]AvailablePaymentMethod](ctx, c, request{route: "GET /me/payment/availableMethods"})
}
