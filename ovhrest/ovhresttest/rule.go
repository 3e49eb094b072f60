package ovhresttest

import (
	"fmt"
	"strings"
)

// readOnlyFields are those that the update rule of a .com makes read-only
// (from a published sample of that rule).
var readOnlyFields = []string{"address.country", "email", "firstName", "lastName", "legalForm", "organisationName"}

var requiredFields = []string{"address.city", "address.country", "address.line1", "email", "language", "legalForm", "phone"}

// getRule answers with a rule in the shape of the published samples: for an
// update, a field is read-only while the owner has a value in it.
func (s *Server) getRule(c *call) (any, *failure) {
	q := c.URL.Query()
	if q.Get("domain") == "" || q.Get("action") == "" {
		return nil, badRequest("Missing parameter")
	}
	var fields []any
	seen := map[string]bool{}
	for _, label := range append(append([]string{}, requiredFields...), readOnlyFields...) {
		if !seen[label] {
			seen[label] = true
			fields = append(fields, fieldRule(label, q.Get("action") == "update"))
		}
	}
	return map[string]any{
		"label": "OWNER_CONTACT", "type": "contact", "fields": map[string]any{"and": fields, "constraints": []any{}},
		"constraints": []any{operator("required")},
	}, nil
}

func operator(name string) map[string]any { return map[string]any{"operator": name} }

func fieldRule(label string, update bool) map[string]any {
	constraints := []any{map[string]any{"operator": "maxlength", "value": "255"}}
	if contains(requiredFields, label) {
		constraints = append(constraints, operator("required"))
	}
	if update && contains(readOnlyFields, label) {
		constraints = append(constraints, map[string]any{"operator": "readonly", "conditions": map[string]any{
			"label": "OWNER_CONTACT", "type": "contact", "constraints": []any{operator("required")},
			"fields": map[string]any{"label": label, "type": "string", "constraints": []any{operator("required")}},
		}})
	}
	return map[string]any{"label": label, "type": "string", "constraints": constraints}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// lookup reads a field by its dotted name; absent and null are "".
func lookup(m map[string]any, name string) string {
	first, rest, nested := strings.Cut(name, ".")
	v := m[first]
	if nested {
		inner, _ := v.(map[string]any)
		return lookup(inner, rest)
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (s *Server) postCheck(c *call) (any, *failure) {
	var in struct {
		Owner                     map[string]any `json:"owner"`
		AdminAccount, TechAccount any
		Domain                    struct {
			Audience, IsFor, OtherPurpose, Represent any
			Reason                                   string
		}
		Extras struct {
			AcceptCondition bool
			AuthInfo        string
		}
	}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	if _, ok := in.Owner["id"]; ok {
		return nil, badRequest("Invalid parameter: owner.id is read-only")
	}
	details := missingFields(in.Owner)
	if d := s.domains[c.URL.Query().Get("domain")]; d != nil {
		if contains(d.Checked, "REASON") && in.Domain.Reason == "" {
			details["domain.reason"] = `Field "reason" is required`
		}
		if contains(d.Checked, "ACCEPT_CONDITIONS") && !in.Extras.AcceptCondition {
			details["extras.acceptCondition"] = `Field "acceptCondition" should be true`
		}
	}
	return nil, notRespected(details)
}

// checkOwner is the eligibility check. An owner that is not given is taken
// from the service, and that one is good.
func checkOwner(owner map[string]any) *failure { return notRespected(missingFields(owner)) }

func missingFields(owner map[string]any) map[string]string {
	details := map[string]string{}
	if owner == nil {
		return details
	}
	for _, field := range requiredFields {
		if lookup(owner, field) == "" {
			name := field[strings.LastIndex(field, ".")+1:]
			details["owner."+name] = fmt.Sprintf("Field %q is required", name)
		}
	}
	return details
}

func notRespected(details map[string]string) *failure {
	if len(details) == 0 {
		return nil
	}
	return &failure{
		status: 400, class: "Client::BadRequest::DOMDOCRuleNotRespected", details: details,
		message: fmt.Sprintf("%d constraints of rules are not respected", len(details)),
	}
}
