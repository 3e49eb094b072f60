package ovhrest

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// TradeNeed tells whether new owner data take a trade.
type TradeNeed struct {
	Needed   bool     // a changed field is read-only
	Changed  []string // the fields that differ, such as address.city, sorted
	ReadOnly []string // those of them that only a trade can change
}

// NeedsTrade compares owner with the present owner of a domain, under the
// registry's rule for updates: fields that are read-only there take a trade,
// the others EditDomainContact. Fields that owner leaves out are not compared.
// A condition that this package does not understand counts as met, so that in
// doubt a trade is needed. It changes nothing.
func (c *Client) NeedsTrade(ctx context.Context, domain string, owner Contact) (TradeNeed, error) {
	if ctx == nil {
		return TradeNeed{}, invalid("", "ctx", "is nil")
	}
	if err := checkTradeDomain(domain); err != nil {
		return TradeNeed{}, err
	}
	d, err := c.Domain(ctx, domain)
	if err != nil {
		return TradeNeed{}, err
	}
	return c.needsTrade(ctx, d, owner)
}

func (c *Client) needsTrade(ctx context.Context, domain Domain, owner Contact) (TradeNeed, error) {
	present, err := strconv.ParseInt(domain.WhoisOwner[strings.LastIndex(domain.WhoisOwner, "/")+1:], 10, 64)
	if err != nil {
		return TradeNeed{}, newError("GET /domain/{serviceName}", "the owner has no contact's id", ErrNotFound)
	}
	contact, err := c.DomainContact(ctx, present)
	if err != nil {
		return TradeNeed{}, err
	}
	rule, err := c.ConfigurationRule(ctx, domain.Domain, DomainActionUpdate)
	if err != nil {
		return TradeNeed{}, err
	}
	have := contactFields(contact)
	locked := readOnly(rule, have)
	var need TradeNeed
	for field, value := range contactFields(owner) {
		if value == have[field] || field == "id" {
			continue
		}
		need.Changed = append(need.Changed, field)
		if slices.Contains(locked, field) {
			need.ReadOnly = append(need.ReadOnly, field)
		}
	}
	slices.Sort(need.Changed)
	slices.Sort(need.ReadOnly)
	need.Needed = len(need.ReadOnly) > 0
	return need, nil
}

// contactFields lists what a contact says, by the names that rules use. What
// is absent, null or empty says nothing.
func contactFields(contact Contact) map[string]string {
	fields := map[string]string{}
	data, err := json.Marshal(contact)
	if err != nil {
		return fields
	}
	var tree map[string]any
	_ = json.Unmarshal(data, &tree) // just written
	flatten(fields, "", tree)
	return fields
}

func flatten(into map[string]string, prefix string, tree map[string]any) {
	for key, value := range tree {
		switch v := value.(type) {
		case map[string]any:
			flatten(into, prefix+key+".", v)
		case string:
			if v = strings.TrimSpace(v); v != "" {
				into[prefix+key] = v
			}
		case float64:
			into[prefix+key] = strconv.FormatFloat(v, 'f', -1, 64)
		case bool:
			into[prefix+key] = strconv.FormatBool(v)
		}
	}
}

// equalContact returns the id of the account's contact that says exactly what
// wanted says, 0 if there is none.
func (c *Client) equalContact(ctx context.Context, wanted Contact) (int64, error) {
	contacts, err := c.DomainContacts(ctx)
	if err != nil {
		return 0, err
	}
	want := statedFields(wanted)
	for _, contact := range contacts {
		have := statedFields(contact)
		same := len(have) == len(want)
		for field, value := range want {
			same = same && have[field] == value
		}
		if same && contact.ID > 0 {
			return contact.ID, nil
		}
	}
	return 0, nil
}

// statedFields leaves out what the service adds by itself.
func statedFields(contact Contact) map[string]string {
	fields := contactFields(contact)
	delete(fields, "id")
	delete(fields, "legalFormCategory")
	return fields
}

// readOnly lists the fields that a rule makes read-only for this owner.
func readOnly(rule Rule, owner map[string]string) []string {
	var fields []string
	for _, part := range parts(rule) {
		fields = append(fields, readOnly(part, owner)...)
	}
	for _, c := range rule.Constraints {
		if c.Operator.Or("") == RuleOperatorReadonly && (c.Conditions == nil || holds(*c.Conditions, owner)) {
			fields = append(fields, rule.Label.Or(""))
		}
	}
	return fields
}

// parts are the rules under a rule.
func parts(rule Rule) []Rule {
	list := slices.Concat(rule.And, rule.Or)
	if rule.Fields != nil {
		list = append(list, *rule.Fields)
	}
	return list
}

// holds tells whether owner meets a rule that stands as a condition.
func holds(rule Rule, owner map[string]string) bool {
	if rule.Type.Or("") != RuleTypeContact && rule.Label.Or("") != "" {
		for _, c := range rule.Constraints {
			if !meets(c, owner[rule.Label.Or("")]) {
				return false
			}
		}
	}
	if len(rule.Or) > 0 && !slices.ContainsFunc(rule.Or, func(r Rule) bool { return holds(r, owner) }) {
		return false
	}
	if slices.ContainsFunc(rule.And, func(r Rule) bool { return !holds(r, owner) }) {
		return false
	}
	return rule.Fields == nil || holds(*rule.Fields, owner)
}

// meets tells whether a value meets a constraint; one of an operator that can't
// be judged here counts as met.
func meets(c Constraint, value string) bool {
	values := c.Values
	if v, ok := c.Value.Value(); ok {
		values = append(slices.Clone(values), v)
	}
	switch c.Operator.Or("") {
	case RuleOperatorRequired, RuleOperatorNotempty:
		return value != ""
	case RuleOperatorEmpty:
		return value == ""
	case RuleOperatorEq, RuleOperatorContains:
		return slices.Contains(values, value)
	case RuleOperatorNe, RuleOperatorNotcontains:
		return !slices.Contains(values, value)
	}
	return true
}
