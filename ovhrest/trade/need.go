package trade

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hebergo/hebergo/ovhrest"
)

// Need is the result of NeedFor: whether new owner data require a trade.
type Need struct {
	Needed   bool     // whether a changed field is read-only
	Changed  []string // the fields that differ, such as address.city, sorted
	ReadOnly []string // the fields in Changed that only a trade can change
}

// NeedFor compares owner with the present owner of a domain, under the
// registry's rule for updates. Fields that the rule makes read-only require a
// trade; the others can be changed with EditDomainContact. Fields that owner
// leaves out are not compared. A condition that this package does not
// understand, such as one of an unknown type, counts as met, so that in case of
// doubt a trade is needed. NeedFor changes nothing.
func NeedFor(ctx context.Context, client *ovhrest.Client, domain string, owner ovhrest.Contact) (Need, error) {
	if client == nil {
		return Need{}, invalid("client", "is nil")
	}
	c := service{client}
	if ctx == nil {
		return Need{}, invalid("ctx", "is nil")
	}
	if err := checkDomain(domain); err != nil {
		return Need{}, err
	}
	d, err := c.Domain(ctx, domain)
	if err != nil {
		return Need{}, err
	}
	return c.needsTrade(ctx, d, owner)
}

func (c service) needsTrade(ctx context.Context, domain ovhrest.Domain, owner ovhrest.Contact) (Need, error) {
	present := contactID(domain.WhoisOwner)
	if present == 0 {
		return Need{}, newError("GET /domain/{serviceName}: the owner has no contact's id", ovhrest.ErrNotFound)
	}
	contact, err := c.DomainContact(ctx, present)
	if err != nil {
		return Need{}, err
	}
	if contact.ID != present {
		return Need{}, broken("GET /domain/contact/{contactId}", "a contact without its id")
	}
	rule, err := c.ConfigurationRule(ctx, domain.Domain, ovhrest.DomainActionUpdate)
	if err != nil {
		return Need{}, err
	}
	if len(parts(rule)) == 0 && len(rule.Constraints) == 0 {
		return Need{}, broken("GET /domain/configurationRule", "a rule that says nothing")
	}
	have := contactFields(contact)
	locked := readOnly(rule, have)
	var need Need
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

// contactID reads the contact of a whoisOwner, which is a number or a path that
// ends in one; 0 if it is neither.
func contactID(owner string) int64 {
	n, err := strconv.ParseInt(owner[strings.LastIndex(owner, "/")+1:], 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// contactFields lists what a contact says, by the names that rules use. What
// is absent, null or empty says nothing.
func contactFields(contact ovhrest.Contact) map[string]string {
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

// equalContacts returns the ids of the account's contacts that say exactly
// what wanted says.
func (c service) equalContacts(ctx context.Context, wanted ovhrest.Contact) ([]int64, error) {
	contacts, err := c.DomainContacts(ctx)
	if err != nil {
		return nil, err
	}
	want := statedFields(wanted)
	var equal []int64
	for _, contact := range contacts {
		if contact.ID <= 0 {
			return nil, broken("GET /domain/contact", "a contact without its id")
		}
		if maps.Equal(statedFields(contact), want) {
			equal = append(equal, contact.ID)
		}
	}
	return equal, nil
}

// statedFields leaves out what the service adds by itself.
func statedFields(contact ovhrest.Contact) map[string]string {
	fields := contactFields(contact)
	delete(fields, "id")
	delete(fields, "legalFormCategory")
	return fields
}

// readOnly lists the fields that a rule makes read-only for this owner.
func readOnly(rule ovhrest.Rule, owner map[string]string) []string {
	var fields []string
	for _, part := range parts(rule) {
		fields = append(fields, readOnly(part, owner)...)
	}
	for _, c := range rule.Constraints {
		if c.Operator.Or("") == ovhrest.RuleOperatorReadonly && (c.Conditions == nil || holds(*c.Conditions, owner)) {
			fields = append(fields, rule.Label.Or(""))
		}
	}
	return fields
}

// parts are the rules under a rule.
func parts(rule ovhrest.Rule) []ovhrest.Rule {
	list := slices.Concat(rule.And, rule.Or)
	if rule.Fields != nil {
		list = append(list, *rule.Fields)
	}
	return list
}

// holds reports whether owner meets a rule that stands as a condition. What
// can't be judged here counts as met: a type that is new or is not a contact's
// field's, a label that no contact has, a constraint with a condition of its own.
func holds(rule ovhrest.Rule, owner map[string]string) bool {
	label := rule.Label.Or("")
	switch {
	case label == "" || rule.Type.Or("") == ovhrest.RuleTypeContact && label == ownerContact:
	case !plainType(rule.Type.Or("")) || !contactLabels()[label]:
		return true
	default:
		for _, c := range rule.Constraints {
			if c.Conditions == nil && !meets(c, owner[label]) {
				return false
			}
		}
	}
	if len(rule.Or) > 0 && !slices.ContainsFunc(rule.Or, func(r ovhrest.Rule) bool { return holds(r, owner) }) {
		return false
	}
	if slices.ContainsFunc(rule.And, func(r ovhrest.Rule) bool { return !holds(r, owner) }) {
		return false
	}
	return rule.Fields == nil || holds(*rule.Fields, owner)
}

// plainType reports whether a rule of this type is about one value of a
// contact. The published samples leave the type out for none of those.
func plainType(t ovhrest.RuleType) bool {
	switch t {
	case ovhrest.RuleTypeString, ovhrest.RuleTypeText, ovhrest.RuleTypeNumber, ovhrest.RuleTypeBool, ovhrest.RuleTypeDateIso8601:
		return true
	}
	return false
}

// contactLabels returns the names that rules can give the fields of a contact.
var contactLabels = sync.OnceValue(func() map[string]bool {
	labels := map[string]bool{}
	collectLabels(labels, "", reflect.TypeFor[ovhrest.Contact]())
	return labels
})

func collectLabels(into map[string]bool, prefix string, t reflect.Type) {
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case field.Type == reflect.TypeFor[*ovhrest.ContactAddress]():
			collectLabels(into, name+".", reflect.TypeFor[ovhrest.ContactAddress]())
		default:
			into[prefix+name] = true
		}
	}
}

// meets reports whether a value meets a constraint; one of an operator that can't
// be judged here counts as met.
func meets(c ovhrest.Constraint, value string) bool {
	values := c.Values
	if v, ok := c.Value.Value(); ok {
		values = append(slices.Clone(values), v)
	}
	switch c.Operator.Or("") {
	case ovhrest.RuleOperatorRequired, ovhrest.RuleOperatorNotempty:
		return value != ""
	case ovhrest.RuleOperatorEmpty:
		return value == ""
	case ovhrest.RuleOperatorEq, ovhrest.RuleOperatorContains:
		return slices.Contains(values, value)
	case ovhrest.RuleOperatorNe, ovhrest.RuleOperatorNotcontains:
		return !slices.Contains(values, value)
	}
	return true
}
