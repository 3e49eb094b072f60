package ovhrest

import (
	"context"
	"iter"
	"strings"
	"time"
)

// Cart is order.cart.Cart: a shopping cart. Anybody who knows the ID of an
// unassigned cart can use the cart, so keep the ID out of logs.
type Cart struct {
	CartID      string         `json:"cartId" answer:"key"`
	Description string         `json:"description"`
	Expire      Opt[time.Time] `json:"expire,omitzero"`
	Items       []int64        `json:"items,omitzero"`
	ReadOnly    bool           `json:"readOnly"` // it has been ordered

	Extra Extra `json:"-"`
}

// CartCreation is order.cart.Creation: a new cart. OvhSubsidiary is required;
// Me returns the account's.
type CartCreation struct {
	Description   string        `json:"description,omitzero"`
	Expire        time.Time     `json:"expire,omitzero"` // default: a day from now
	OvhSubsidiary OvhSubsidiary `json:"ovhSubsidiary,omitzero"`

	Extra Extra `json:"-"`
}

// CartUpdate is order.cart.Update: the fields of a cart that can be changed.
type CartUpdate struct {
	Description string    `json:"description,omitzero"`
	Expire      time.Time `json:"expire,omitzero"`

	Extra Extra `json:"-"`
}

// CheckoutParams is order.cart.Checkout: the options of a checkout. If both are
// false, nothing is paid and the right of retraction is kept.
type CheckoutParams struct {
	AutoPayWithPreferredPaymentMethod bool `json:"autoPayWithPreferredPaymentMethod"` // works only with a default payment method
	WaiveRetractationPeriod           bool `json:"waiveRetractationPeriod"`           // waives the right of retraction; spelled as in the API

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

// CartDomainAction is order.cart.DomainActionEnum: the action of a domain
// offer.
type CartDomainAction string

// The values of CartDomainAction that the API documents.
const (
	CartDomainActionCreate   CartDomainAction = "create"
	CartDomainActionTrade    CartDomainAction = "trade"
	CartDomainActionTransfer CartDomainAction = "transfer"
	CartDomainActionUpdate   CartDomainAction = "update"
)

// Promotion is order.cart.Promotion: a temporary price reduction.
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

// PromotionCondition is order.cart.domain.Promotion.Condition: the conditions
// of a promotion, as a tree.
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

// PromotionDiscount is order.cart.domain.Promotion.Discount: the discount of a
// promotion.
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

// CartIDs lists the IDs of the carts assigned to the account, in one request.
// If description is not empty, only carts with exactly that description are
// listed.
func (c *Client) CartIDs(ctx context.Context, description string) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /order/cart", query: filter("description", description)})
}

// Cart returns one cart.
func (c *Client) Cart(ctx context.Context, cartID string) (Cart, error) {
	return fetch[Cart](ctx, c, request{route: "GET /order/cart/{cartId}", args: []string{cartID}, sign: ifAble})
}

// CreateCart creates an empty cart, which belongs to no account until
// AssignCart.
func (c *Client) CreateCart(ctx context.Context, cart CartCreation) (Cart, error) {
	const route = "POST /order/cart"
	if cart.OvhSubsidiary == "" {
		return Cart{}, invalid(route, "OvhSubsidiary", "is empty: take it from Me")
	}
	return fetch[Cart](ctx, c, request{route: route, body: cart, sign: ifAble})
}

// EditCart changes a cart's description or its expiration time.
func (c *Client) EditCart(ctx context.Context, cartID string, edit CartUpdate) (Cart, error) {
	return fetch[Cart](ctx, c, request{route: "PUT /order/cart/{cartId}", args: []string{cartID}, body: edit, sign: ifAble})
}

// DeleteCart deletes a cart and its items.
func (c *Client) DeleteCart(ctx context.Context, cartID string) error {
	return c.do(ctx, request{route: "DELETE /order/cart/{cartId}", args: []string{cartID}}, nil)
}

// AssignCart assigns a cart to the account. Without it neither the
// configuration of items nor the checkout works, although OVHcloud's guide to
// owner changes omits it.
func (c *Client) AssignCart(ctx context.Context, cartID string) error {
	return c.do(ctx, request{route: "POST /order/cart/{cartId}/assign", args: []string{cartID}}, nil)
}

// CartDomainOffers lists the offers for a domain name that can be added to a
// cart.
func (c *Client) CartDomainOffers(ctx context.Context, cartID, domain string) ([]ProductInformation, error) {
	const route = "GET /order/cart/{cartId}/domain"
	if reason := badDomain(domain); reason != "" {
		return nil, invalid(route, "domain", reason)
	}
	return fetch[[]ProductInformation](ctx, c, request{route: route, args: []string{cartID}, query: filter("domain", domain)})
}

// CartCoupons lists the coupons in a cart.
func (c *Client) CartCoupons(ctx context.Context, cartID string) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /order/cart/{cartId}/coupon", args: []string{cartID}, sign: ifAble})
}

// AddCartCoupon adds a coupon to a cart and returns all coupons of the cart.
func (c *Client) AddCartCoupon(ctx context.Context, cartID, coupon string) ([]string, error) {
	body := struct {
		Coupon string `json:"coupon"`
	}{coupon}
	return fetch[[]string](ctx, c, request{route: "POST /order/cart/{cartId}/coupon", args: []string{cartID}, body: body, sign: ifAble})
}

// DeleteCartCoupon removes a coupon from a cart.
func (c *Client) DeleteCartCoupon(ctx context.Context, cartID, coupon string) error {
	return c.do(ctx, request{route: "DELETE /order/cart/{cartId}/coupon", args: []string{cartID}, query: filter("coupon", coupon), sign: ifAble}, nil)
}

// Item is order.cart.Item: one product in a cart.
type Item struct {
	CartID         string       `json:"cartId"`
	Configurations []int64      `json:"configurations,omitzero"`
	Duration       Opt[string]  `json:"duration,omitzero"` // ISO 8601, such as P1Y or P0D
	ItemID         int64        `json:"itemId"`
	OfferID        Opt[string]  `json:"offerId,omitzero"`
	Options        []int64      `json:"options,omitzero"`
	ParentItemID   Opt[int64]   `json:"parentItemId,omitzero"`
	Prices         []ItemPrice  `json:"prices,omitzero"`
	ProductID      string       `json:"productId"`
	Settings       ItemSettings `json:"settings"`

	Extra Extra `json:"-"`
}

// ItemSettings is order.cart.ItemSettings: the settings of an item.
type ItemSettings struct {
	PlanCode    Opt[string] `json:"planCode,omitzero"`
	PricingMode Opt[string] `json:"pricingMode,omitzero"`
	Quantity    Opt[int64]  `json:"quantity,omitzero"`

	Extra Extra `json:"-"`
}

// ItemUpdate is order.cart.ItemUpdate: the fields of an item that can be
// changed.
type ItemUpdate struct {
	Duration string `json:"duration,omitzero"` // ISO 8601, such as P1Y or P0D
	Quantity int64  `json:"quantity,omitzero"`

	Extra Extra `json:"-"`
}

// ItemPrice is order.cart.Price: a price of an item and its label.
type ItemPrice struct {
	Label      PriceLabel  `json:"label"`
	Price      Price       `json:"price"`
	Promotions []Promotion `json:"promotions,omitzero"`

	Extra Extra `json:"-"`
}

// PriceLabel is order.cart.PriceLabelEnum: what an item's price is for.
type PriceLabel string

// The values of PriceLabel that the API documents.
const (
	PriceLabelDiscount PriceLabel = "DISCOUNT"
	PriceLabelFee      PriceLabel = "FEE"
	PriceLabelPrice    PriceLabel = "PRICE"
	PriceLabelRenew    PriceLabel = "RENEW"
	PriceLabelTotal    PriceLabel = "TOTAL"
)

// ConfigurationRequirements is order.cart.ConfigurationRequirements: a
// configuration value of an item. Required is unreliable, whether true or
// false: the dry run of the checkout decides (measured by others).
type ConfigurationRequirements struct {
	Fields   []string  `json:"fields,omitzero"`
	Label    string    `json:"label" answer:"key"`
	Required Opt[bool] `json:"required,omitzero"` // missing from the guide's samples, and unreliable: the dry run decides
	Type     string    `json:"type" answer:"key"`

	Extra Extra `json:"-"`
}

// ConfigurationItem is order.cart.ConfigurationItem: a configuration value that
// an item has.
type ConfigurationItem struct {
	ID    int64  `json:"id"`
	Label string `json:"label" answer:"key"`
	Value string `json:"value" answer:"key"`

	Extra Extra `json:"-"`
}

// ItemConfigurationCreation is order.cart.ItemConfigurationCreation: a
// configuration value for an item. If the requirement's type is a path of the
// API, Value is such a path.
type ItemConfigurationCreation struct {
	Label string `json:"label"`
	Value string `json:"value"`

	Extra Extra `json:"-"`
}

// CartItemIDs lists the IDs of the items of a cart, in one request.
func (c *Client) CartItemIDs(ctx context.Context, cartID string) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /order/cart/{cartId}/item", args: []string{cartID}, sign: ifAble})
}

// CartItems returns an iterator over the items of a cart. It makes one request
// for each item, several at a time.
func (c *Client) CartItems(ctx context.Context, cartID string) iter.Seq2[Item, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.CartItemIDs(ctx, cartID) },
		func(ctx context.Context, id int64) (Item, error) { return c.CartItem(ctx, cartID, id) })
}

// CartItem returns one item of a cart.
func (c *Client) CartItem(ctx context.Context, cartID string, itemID int64) (Item, error) {
	return fetch[Item](ctx, c, request{route: "GET /order/cart/{cartId}/item/{itemId}", args: []string{cartID, id(itemID)}, sign: ifAble})
}

// EditCartItem changes an item's duration or quantity.
func (c *Client) EditCartItem(ctx context.Context, cartID string, itemID int64, edit ItemUpdate) (Item, error) {
	return fetch[Item](ctx, c, request{route: "PUT /order/cart/{cartId}/item/{itemId}", args: []string{cartID, id(itemID)}, body: edit, sign: ifAble})
}

// DeleteCartItem removes an item from a cart.
func (c *Client) DeleteCartItem(ctx context.Context, cartID string, itemID int64) error {
	return c.do(ctx, request{route: "DELETE /order/cart/{cartId}/item/{itemId}", args: []string{cartID, id(itemID)}, sign: ifAble}, nil)
}

// RequiredConfiguration lists the configuration values of an item. An owner
// change requires OWNER_CONTACT and, for some extensions, more.
func (c *Client) RequiredConfiguration(ctx context.Context, cartID string, itemID int64) ([]ConfigurationRequirements, error) {
	return fetch[[]ConfigurationRequirements](ctx, c, request{
		route: "GET /order/cart/{cartId}/item/{itemId}/requiredConfiguration", args: []string{cartID, id(itemID)}, sign: ifAble,
	})
}

// ItemConfigurationIDs lists the IDs of the configuration values of an item, in
// one request. If label is not empty, only values with exactly that label are
// listed.
func (c *Client) ItemConfigurationIDs(ctx context.Context, cartID string, itemID int64, label string) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /order/cart/{cartId}/item/{itemId}/configuration", args: []string{cartID, id(itemID)}, query: filter("label", label), sign: ifAble,
	})
}

// ItemConfigurations returns an iterator over the configuration values of an
// item. It makes one request for each value, several at a time.
func (c *Client) ItemConfigurations(ctx context.Context, cartID string, itemID int64, label string) iter.Seq2[ConfigurationItem, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.ItemConfigurationIDs(ctx, cartID, itemID, label) },
		func(ctx context.Context, id int64) (ConfigurationItem, error) {
			return c.ItemConfiguration(ctx, cartID, itemID, id)
		})
}

// ItemConfiguration returns one configuration value of an item.
func (c *Client) ItemConfiguration(ctx context.Context, cartID string, itemID, configurationID int64) (ConfigurationItem, error) {
	return fetch[ConfigurationItem](ctx, c, request{
		route: "GET /order/cart/{cartId}/item/{itemId}/configuration/{configurationId}", args: []string{cartID, id(itemID), id(configurationID)}, sign: ifAble,
	})
}

// AddItemConfiguration adds a configuration value to an item. Two values with
// the same label make the checkout fail, so list and delete the old one first.
func (c *Client) AddItemConfiguration(ctx context.Context, cartID string, itemID int64, value ItemConfigurationCreation) (ConfigurationItem, error) {
	r := request{route: "POST /order/cart/{cartId}/item/{itemId}/configuration", args: []string{cartID, id(itemID)}, body: value, sign: ifAble}
	if strings.Contains(value.Label, "CODE") || strings.Contains(value.Label, "AUTH") { // PROTECTED_CODE, AUTH_INFO
		r.secrets = []string{value.Value}
	}
	return fetch[ConfigurationItem](ctx, c, r)
}

// DeleteItemConfiguration removes a configuration value from an item.
func (c *Client) DeleteItemConfiguration(ctx context.Context, cartID string, itemID, configurationID int64) error {
	return c.do(ctx, request{
		route: "DELETE /order/cart/{cartId}/item/{itemId}/configuration/{configurationId}", args: []string{cartID, id(itemID), id(configurationID)}, sign: ifAble,
	}, nil)
}

// Checkout is order.Order: the result of a checkout or of its dry run. OrderID
// is set only if an order was placed.
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

// OrderDetailType is order.OrderDetailTypeEnum: the kind of an order line.
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

// Reduction is order.Reduction: a reduction of a line's price.
type Reduction struct {
	Context              ReductionContext `json:"context"`
	Description          string           `json:"description"`
	Price                Price            `json:"price"`
	ReductionDescription string           `json:"reductionDescription"`
	Type                 ReductionType    `json:"type"`
	Value                Price            `json:"value"`

	Extra Extra `json:"-"`
}

// ReductionContext is order.ReductionContextEnum: the origin of a reduction.
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

// CartSummary returns the price of a cart as far as it is known without an
// account.
func (c *Client) CartSummary(ctx context.Context, cartID string) (Checkout, error) {
	return fetch[Checkout](ctx, c, request{route: "GET /order/cart/{cartId}/summary", args: []string{cartID}, sign: ifAble})
}

// SimulateCheckout is the dry run of a checkout: it returns the price and the
// contracts of a cart, and orders nothing. It also checks that the items have
// the configuration they require.
func (c *Client) SimulateCheckout(ctx context.Context, cartID string) (Checkout, error) {
	return fetch[Checkout](ctx, c, request{route: "GET /order/cart/{cartId}/checkout", args: []string{cartID}})
}

// ExecuteCheckout orders the items of a cart, which is read-only afterwards. It
// is never retried: after ErrAmbiguous, Cart.ReadOnly reports whether there is
// an order, and Orders returns which one it is.
func (c *Client) ExecuteCheckout(ctx context.Context, cartID string, params CheckoutParams) (Checkout, error) {
	return fetch[Checkout](ctx, c, request{route: "POST /order/cart/{cartId}/checkout", args: []string{cartID}, body: params})
}
