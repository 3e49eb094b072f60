package ovhresttest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hebergo/hebergo/ovhrest"
)

// SetRules replaces the access rules of the consumer key, as if a new key had
// been issued.
func (s *Server) SetRules(rules []ovhrest.AccessRule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Rules = slices.Clone(rules)
}

// granted reports whether the consumer key's rules cover a call.
func (s *Server) granted(r *http.Request) bool {
	came, _ := r.Context().Value(arrival{}).(arrival)
	u, err := url.Parse(came.url)
	if err != nil {
		return false
	}
	path := strings.TrimPrefix(strings.TrimPrefix(u.Path, "/1.0"), "/v1")
	need := ovhrest.Access{Rules: []ovhrest.AccessRule{{Method: ovhrest.HTTPMethod(r.Method), Path: path}}}
	return len(need.Missing(ovhrest.Credential{Rules: s.options.Rules})) == 0
}

func (s *Server) getCredential(*call) (any, *failure) {
	rules := []any{}
	for _, r := range s.options.Rules {
		rules = append(rules, map[string]any{"method": r.Method, "path": r.Path})
	}
	return map[string]any{
		"applicationId": 1, "credentialId": 2, "status": "validated", "ovhSupport": false, "allowedIPs": nil,
		"creation": stamp(s.options.Start), "expiration": nil, "lastUse": stamp(s.clock()),
		"rules": rules,
	}, nil
}

func (s *Server) getMe(*call) (any, *failure) {
	return map[string]any{
		"nichandle": s.options.Account, "ovhSubsidiary": s.options.Subsidiary, "ovhCompany": "ovh", "country": "FR",
		"legalform": "corporation", "email": "agency@example.com", "state": "complete",
		"currency": map[string]any{"code": "EUR", "symbol": "€"}, "language": "fr_FR", "organisation": "Agency",
	}, nil
}

// AddPaymentMethod registers a valid payment method and returns its ID.
func (s *Server) AddPaymentMethod() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.newID()
	s.methods = append(s.methods, id)
	return id
}

func (s *Server) getMethods(*call) (any, *failure) { return ids(s.methods), nil }

func (s *Server) getMethod(c *call) (any, *failure) {
	id := c.id("method")
	if !slices.Contains(s.methods, id) {
		return nil, notFound("paymentMethodId", id)
	}
	return map[string]any{
		"paymentMethodId": id, "paymentType": "CREDIT_CARD", "status": "VALID", "default": id == s.methods[0],
		"creationDate": stamp(s.options.Start), "lastUpdate": stamp(s.options.Start), "icon": map[string]any{"name": "visa"},
	}, nil
}

// ids makes a list that encodes as [] and never as null.
func ids(list []int64) []int64 { return append([]int64{}, list...) }

// Contact is a registry contact as a test sets it up: the fields of
// domain.Contact by their JSON names, with address as a nested map.
type Contact = map[string]any

// AddContact adds a contact to the account and returns its ID. A nil contact
// means a private person who can own any domain.
func (s *Server) AddContact(c Contact) int64 {
	if c == nil {
		c = Contact{
			"legalForm": "individual", "firstName": "Grace", "lastName": "Newton", "email": "grace@example.com", "phone": "+33.123456789",
			"language": "fr_FR", "address": map[string]any{"line1": "2 rue B", "city": "Lille", "zip": "59000", "country": "FR"},
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addContact(c)
}

func (s *Server) addContact(c Contact) int64 {
	id := s.newID()
	stored := cloneMap(c)
	stored["id"] = id
	s.contacts[id] = stored
	return id
}

func cloneMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (s *Server) getContacts(*call) (any, *failure) {
	list := []map[string]any{}
	for _, c := range s.contacts {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b map[string]any) int { return cmp.Compare(a["id"].(int64), b["id"].(int64)) })
	return list, nil
}

func (s *Server) getContact(c *call) (any, *failure) {
	id := c.id("below")
	if found, ok := s.contacts[id]; ok {
		return found, nil
	}
	return nil, notFound("contactId", c.PathValue("below"))
}

func (s *Server) postContact(c *call) (any, *failure) {
	in := map[string]any{}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	if _, ok := in["id"]; ok {
		return nil, badRequest("id is read-only")
	}
	s.ledger.contacts++
	return s.contacts[s.addContact(in)], nil
}

// putContact refuses a field that the update rule makes read-only while a
// domain has the contact as its owner.
func (s *Server) putContact(c *call) (any, *failure) {
	id := c.id("contact")
	old, ok := s.contacts[id]
	if !ok {
		return nil, notFound("contactId", id)
	}
	in := map[string]any{}
	if fail := c.into(&in); fail != nil {
		return nil, fail
	}
	if s.owns(id) {
		for _, field := range readOnlyFields {
			if was, is := lookup(old, field), lookup(in, field); was != "" && is != was {
				return nil, badRequest("%s is read-only: the contact owns a domain", field)
			}
		}
	}
	in["id"] = id
	s.contacts[id] = in
	return in, nil
}

func (s *Server) owns(contact int64) bool {
	for _, d := range s.domains {
		if d.owner == strconv.FormatInt(contact, 10) {
			return true
		}
	}
	return false
}
