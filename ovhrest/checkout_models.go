package ovhrest

// Checkout is order.Order: what a checkout would cost, or has ordered: then
// OrderID is set.
type Checkout struct {
	Contracts []Contract       `json:"contracts,omitzero"`
	Details   []CheckoutDetail `json:"details,omitzero"`
	OrderID   Opt[int64]       `json:"orderId,omitzero"`
	Prices    CheckoutPrices   `json:"prices"`
	URL       Opt[Secret]      `json:"url,omitzero"`

	Extra Extra `json:"-"`
}

// CheckoutDetail is order.OrderDetail: one line of a checkout. Its amounts can
// be negative.
type CheckoutDetail struct {
	CartItemID          Opt[int64]           `json:"cartItemID,omitzero"`
	Description         string               `json:"description"`
	DetailType          Opt[OrderDetailType] `json:"detailType,omitzero"`
	Domain              string               `json:"domain"`
	OriginalTotalPrice  Price                `json:"originalTotalPrice"`
	Quantity            int64                `json:"quantity"`
	ReductionTotalPrice Price                `json:"reductionTotalPrice"`
	Reductions          []Reduction          `json:"reductions,omitzero"`
	TotalPrice          Price                `json:"totalPrice"`
	UnitPrice           Price                `json:"unitPrice"`

	Extra Extra `json:"-"`
}

// CheckoutPrices is order.OrderPrices: the totals of a checkout.
type CheckoutPrices struct {
	OriginalWithoutTax *Price `json:"originalWithoutTax,omitzero"`
	Reduction          *Price `json:"reduction,omitzero"`
	Tax                Price  `json:"tax"`
	WithTax            Price  `json:"withTax"`
	WithoutTax         Price  `json:"withoutTax"`

	Extra Extra `json:"-"`
}

// OrderDetailType is order.OrderDetailTypeEnum: what a line of an order is for.
type OrderDetailType string

// The values of OrderDetailType that the API documents.
const (
	OrderDetailTypeAccessory    OrderDetailType = "ACCESSORY"
	OrderDetailTypeCaution      OrderDetailType = "CAUTION"
	OrderDetailTypeChoosed      OrderDetailType = "CHOOSED"
	OrderDetailTypeConsumption  OrderDetailType = "CONSUMPTION"
	OrderDetailTypeCreation     OrderDetailType = "CREATION"
	OrderDetailTypeDelivery     OrderDetailType = "DELIVERY"
	OrderDetailTypeDuration     OrderDetailType = "DURATION"
	OrderDetailTypeGift         OrderDetailType = "GIFT"
	OrderDetailTypeInstallation OrderDetailType = "INSTALLATION"
	OrderDetailTypeLicense      OrderDetailType = "LICENSE"
	OrderDetailTypeMute         OrderDetailType = "MUTE"
	OrderDetailTypeOther        OrderDetailType = "OTHER"
	OrderDetailTypeOutplan      OrderDetailType = "OUTPLAN"
	OrderDetailTypeQuantity     OrderDetailType = "QUANTITY"
	OrderDetailTypeRefund       OrderDetailType = "REFUND"
	OrderDetailTypeRenew        OrderDetailType = "RENEW"
	OrderDetailTypeSpecial      OrderDetailType = "SPECIAL"
	OrderDetailTypeSwitch       OrderDetailType = "SWITCH"
	OrderDetailTypeTransfer     OrderDetailType = "TRANSFER"
	OrderDetailTypeVoucher      OrderDetailType = "VOUCHER"
)

// Reduction is order.Reduction: what lowers a line's price.
type Reduction struct {
	Context              ReductionContext `json:"context"`
	Description          string           `json:"description"`
	Price                Price            `json:"price"`
	ReductionDescription string           `json:"reductionDescription"`
	Type                 ReductionType    `json:"type"`
	Value                Price            `json:"value"`

	Extra Extra `json:"-"`
}

// ReductionContext is order.ReductionContextEnum: where a reduction comes from.
type ReductionContext string

// The values of ReductionContext that the API documents.
const (
	ReductionContextPromotion ReductionContext = "promotion"
	ReductionContextVoucher   ReductionContext = "voucher"
)

// ReductionType is order.ReductionTypeEnum: how a reduction lowers a price.
type ReductionType string

// The values of ReductionType that the API documents.
const (
	ReductionTypeFixedAmount  ReductionType = "fixed_amount"
	ReductionTypeForcedAmount ReductionType = "forced_amount"
	ReductionTypePercentage   ReductionType = "percentage"
)

// Contract is order.Contract: terms that an order is placed under.
type Contract struct {
	Content string `json:"content"`
	Name    string `json:"name"`
	URL     string `json:"url"`

	Extra Extra `json:"-"`
}
