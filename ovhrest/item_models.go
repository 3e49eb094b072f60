package ovhrest

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

// ItemSettings is order.cart.ItemSettings: what was chosen for an item.
type ItemSettings struct {
	PlanCode    Opt[string] `json:"planCode,omitzero"`
	PricingMode Opt[string] `json:"pricingMode,omitzero"`
	Quantity    Opt[int64]  `json:"quantity,omitzero"`

	Extra Extra `json:"-"`
}

// ItemUpdate is order.cart.ItemUpdate: what can be changed in an item.
type ItemUpdate struct {
	Duration string `json:"duration,omitzero"` // ISO 8601, such as P1Y or P0D
	Quantity int64  `json:"quantity,omitzero"`

	Extra Extra `json:"-"`
}

// ItemPrice is order.cart.Price: a price of an item with its label.
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

// ConfigurationRequirements is order.cart.ConfigurationRequirements: a value
// that an item asks for. Required is not reliable either way: the dry run of
// the checkout decides (measured by others).
type ConfigurationRequirements struct {
	Fields   []string  `json:"fields,omitzero"`
	Label    string    `json:"label" answer:"key"`
	Required Opt[bool] `json:"required,omitzero"` // the guide's samples lack it, and it is unreliable both ways: the dry run decides
	Type     string    `json:"type" answer:"key"`

	Extra Extra `json:"-"`
}

// ConfigurationItem is order.cart.ConfigurationItem: a value given to an item.
type ConfigurationItem struct {
	ID    int64  `json:"id"`
	Label string `json:"label" answer:"key"`
	Value string `json:"value" answer:"key"`

	Extra Extra `json:"-"`
}

// ItemConfigurationCreation is order.cart.ItemConfigurationCreation: a value
// for an item. Value is a path of the API where the requirement's type is one.
type ItemConfigurationCreation struct {
	Label string `json:"label"`
	Value string `json:"value"`

	Extra Extra `json:"-"`
}
