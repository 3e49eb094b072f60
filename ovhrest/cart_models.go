package ovhrest

import "time"

// Cart is order.cart.Cart: a shopping cart. Whoever knows the id of a cart that
// is not assigned can use it, so keep it out of logs.
type Cart struct {
	CartID      string         `json:"cartId" answer:"key"`
	Description string         `json:"description"`
	Expire      Opt[time.Time] `json:"expire,omitzero"`
	Items       []int64        `json:"items,omitzero"`
	ReadOnly    bool           `json:"readOnly"` // it has been ordered

	Extra Extra `json:"-"`
}

// CartCreation is order.cart.Creation: a new cart. OvhSubsidiary is required:
// take it from Me.
type CartCreation struct {
	Description   string        `json:"description,omitzero"`
	Expire        time.Time     `json:"expire,omitzero"` // default: a day from now
	OvhSubsidiary OvhSubsidiary `json:"ovhSubsidiary,omitzero"`

	Extra Extra `json:"-"`
}

// CartUpdate is order.cart.Update: what can be changed in a cart.
type CartUpdate struct {
	Description string    `json:"description,omitzero"`
	Expire      time.Time `json:"expire,omitzero"`

	Extra Extra `json:"-"`
}

// CheckoutParams is order.cart.Checkout: how a cart is ordered. Both false is
// the cautious choice: nothing is paid, and the right to retract is kept.
type CheckoutParams struct {
	AutoPayWithPreferredPaymentMethod bool `json:"autoPayWithPreferredPaymentMethod"` // works with a default method of payment alone
	WaiveRetractationPeriod           bool `json:"waiveRetractationPeriod"`           // gives up the right to retract; spelled as the API spells it

	Extra Extra `json:"-"`
}

// ProductInformation is order.cart.ProductInformation: an offer for one domain
// name.
type ProductInformation struct {
	Action              CartDomainAction            `json:"action"`
	Configurations      []ConfigurationRequirements `json:"configurations,omitzero"`
	CurrentNameservers  []string                    `json:"currentNameservers,omitzero"`
	DeliveryTime        string                      `json:"deliveryTime"`
	Duration            []string                    `json:"duration,omitzero"` // ISO 8601, such as P1Y or P0D
	IsTransferLocked    Opt[bool]                   `json:"isTransferLocked,omitzero"`
	Offer               Opt[string]                 `json:"offer,omitzero"`
	OfferID             Opt[string]                 `json:"offerId,omitzero"`
	Orderable           bool                        `json:"orderable"`
	Phase               string                      `json:"phase"`
	Prices              []ItemPrice                 `json:"prices,omitzero"`
	PricingMode         string                      `json:"pricingMode"`
	ProductID           string                      `json:"productId"`
	QuantityMax         int64                       `json:"quantityMax"`
	RecommendedDuration Opt[string]                 `json:"recommendedDuration,omitzero"` // ISO 8601, such as P1Y or P0D

	Extra Extra `json:"-"`
}

// CartDomainAction is order.cart.DomainActionEnum: what a domain offer does.
type CartDomainAction string

// The values of CartDomainAction that the API documents.
const (
	CartDomainActionCreate   CartDomainAction = "create"
	CartDomainActionTrade    CartDomainAction = "trade"
	CartDomainActionTransfer CartDomainAction = "transfer"
	CartDomainActionUpdate   CartDomainAction = "update"
)

// Promotion is order.cart.Promotion: a price lowered for a time.
type Promotion struct {
	BundleWithPlanCodes []string            `json:"bundleWithPlanCodes,omitzero"`
	Condition           *PromotionCondition `json:"condition,omitzero"`
	EndDate             Opt[time.Time]      `json:"endDate,omitzero"`
	Name                string              `json:"name"`
	Price               Price               `json:"price"`
	StartDate           time.Time           `json:"startDate,omitzero"`
	Tags                []string            `json:"tags,omitzero"`
	Type                string              `json:"type"`

	Extra Extra `json:"-"`
}

// PromotionCondition is order.cart.domain.Promotion.Condition: what a promotion
// asks for; a tree.
type PromotionCondition struct {
	All         []PromotionCondition `json:"all,omitzero"`
	AnyOf       []PromotionCondition `json:"anyOf,omitzero"`
	Discounts   []PromotionDiscount  `json:"discounts,omitzero"`
	MinDuration Opt[string]          `json:"minDuration,omitzero"` // ISO 8601, such as P1Y or P0D
	MinQuantity Opt[int64]           `json:"minQuantity,omitzero"`
	PlanCode    Opt[string]          `json:"planCode,omitzero"`
	PricingMode Opt[string]          `json:"pricingMode,omitzero"`
	ProductName Opt[string]          `json:"productName,omitzero"`

	Extra Extra `json:"-"`
}

// PromotionDiscount is order.cart.domain.Promotion.Discount: what a promotion
// takes off.
type PromotionDiscount struct {
	Currency              CurrencyCode  `json:"currency"`
	DiscountPrice         int64         `json:"discountPrice"`
	DiscountPriceText     string        `json:"discountPriceText"`
	EndQuantityIncluded   Opt[int64]    `json:"endQuantityIncluded,omitzero"`
	EndYearIncluded       Opt[int64]    `json:"endYearIncluded,omitzero"`
	Name                  Opt[string]   `json:"name,omitzero"`
	OriginalPrice         int64         `json:"originalPrice"`
	OriginalPriceText     string        `json:"originalPriceText"`
	StartQuantityIncluded Opt[int64]    `json:"startQuantityIncluded,omitzero"`
	StartYearIncluded     Opt[int64]    `json:"startYearIncluded,omitzero"`
	Type                  ReductionType `json:"type"`
	Value                 int64         `json:"value"`

	Extra Extra `json:"-"`
}
