package wedos_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
)

// typedCall is a typed call and a good answer to it.
type typedCall struct {
	command string
	code    int
	data    any // JSON as encoding/json decodes it, numbers as json.Number; nil for none
	call    func(context.Context, *wedos.Client) (any, error)
}

func object(pairs ...any) map[string]any {
	o := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return o
}

func typed[T any](call func(context.Context, *wedos.Client) (T, error)) func(context.Context, *wedos.Client) (any, error) {
	return func(ctx context.Context, c *wedos.Client) (any, error) { v, err := call(ctx, c); return v, err }
}

// goodAnswers has every typed call of the Client. The shapes are those of the
// vendor's samples and of recorded answers; what they say is ours.
func goodAnswers() []typedCall {
	servers := []wedos.Nameserver{{Name: "ns1.example.com"}}
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	dns := object("server", []any{
		object("name", "ns1.example.com", "addr_ipv4", []any{"192.0.2.1"}, "addr_ipv6", "2001:db8::1"), object("name", "ns2.example.com", "addr_ipv4", "", "addr_ipv6", ""),
	})
	row := func(id string) map[string]any {
		return object("ID", id, "name", "www", "ttl", "1800", "rdtype", "A", "rdata", "192.0.2.1", "changed_date", "2026-01-02 03:04:05", "author_comment", "mine")
	}
	move := func(id string) map[string]any {
		return object("ID", id, "type", "payment", "num", "311", "description", "example.cz", "amount", "-125.00", "bill_num", "7", "bill_date", "2026-01-03", "blocked", json.Number("0"), "created_date", "2026-01-02 03:04:05")
	}
	return []typedCall{
		{"ping", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) { return c.Ping(ctx) })},
		{"ping-async", 1001, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) { return c.PingAsync(ctx) })},
		{"poll-req", 1000, object("notify", object("code", "1000", "result", "fine", "timestamp", "1767323045", "clTRID", "ours", "svTRID", "1.2.3", "command", "domain-transfer", "id", "1088", "data", object("domain", "example.cz"))),
			typed(func(ctx context.Context, c *wedos.Client) (*wedos.Notification, error) { return c.PollReq(ctx) })},
		{"poll-ack", 1002, nil, typed(func(ctx context.Context, c *wedos.Client) (any, error) { return nil, c.PollAck(ctx, "1088") })},
		{"credit-info", 1000, object("amount", "988296.84", "currency", "CZK"), typed(func(ctx context.Context, c *wedos.Client) (wedos.Credit, error) { return c.CreditInfo(ctx) })},
		{"account-list", 1000, object("3068", move("3068"), "3121", move("3121")), typed(func(ctx context.Context, c *wedos.Client) ([]wedos.Movement, error) {
			return c.AccountList(ctx, from, to)
		})},
		{"domains-list", 1000, object("domain", []any{object("name", "example.cz", "status", "active", "expiration", "2026-05-06"), object("name", "example.eu", "status", "expired", "expiration", "")}),
			typed(func(ctx context.Context, c *wedos.Client) ([]wedos.DomainListed, error) {
				return c.DomainsList(ctx, wedos.DomainsListOptions{})
			})},
		{"domain-check", 1000, object("name", "example.cz"), typed(func(ctx context.Context, c *wedos.Client) (*wedos.DomainCheck, error) {
			return c.DomainCheck(ctx, "example.cz")
		})},
		{"domain-create", 1000, object("num", "1111100020", "expiration", "2027-05-06", "credit", object("amount", "99.50", "currency", "CZK")),
			typed(func(ctx context.Context, c *wedos.Client) (*wedos.DomainCreated, error) {
				return c.DomainCreate(ctx, wedos.NewDomain{Name: "example.cz", Period: 1, Owner: "O"})
			})},
		{"domain-info", 1000, object("domain", object("name", "example.cz", "status", "active", "expiration", "2026-05-06", "nsset", "N", "keyset", "K", "owner_c", "O", "admin_c", "A",
			"tech_c", "T", "billing_c", "B", "reg_owner", "R", "reg_creator", "C", "reg_update", "U", "setup_date", "2025-01-02 03:04:05", "updated_date", "2025-01-03", "transfer_date", "2025-01-04",
			"dns", dns, "dnssec_keys", []any{"1 2 3", "4 5 6"}, "rgp_status", "none", "own_company", "Example", "own_name", "A B", "own_fname", "A", "own_lname", "B", "own_email", "a@example.com",
			"own_email2", "b@example.com", "own_phone", "+420 1", "own_fax", "+420 2", "own_ic", "3", "own_dic", "CZ3", "own_taxpayer", "1", "own_addr_street", "S", "own_addr_city", "P",
			"own_addr_zip", "11000", "own_addr_state", "X", "own_addr_country", "cz", "own_other", object("notify_email", "c@example.com", "ident_type", "op", "ident", "4", "del_addr", "D"))),
			typed(func(ctx context.Context, c *wedos.Client) (*wedos.Domain, error) {
				return c.DomainInfo(ctx, "example.cz")
			})},
		{"domain-renew", 1000, object("expiration", "2027-05-06"), typed(func(ctx context.Context, c *wedos.Client) (*wedos.DomainRenewed, error) {
			return c.DomainRenew(ctx, "example.cz", 1, wedos.DomainRenewOptions{})
		})},
		{"domain-update-ns", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DomainUpdateNS(ctx, "example.cz", wedos.Nameservers{NSSET: "N"})
		})},
		{"domain-transfer-check", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.TransferCheck, error) {
			return c.DomainTransferCheck(ctx, "example.cz")
		})},
		{"domain-transfer", 1001, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DomainTransfer(ctx, wedos.Transfer{Name: "example.cz"})
		})},
		{"domain-send-auth-info", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DomainSendAuthInfo(ctx, "example.cz")
		})},
		{"domain-tld-period-check", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (bool, error) { return c.DomainTLDPeriodCheck(ctx, "cz", 1) })},
		{"domain-update-keyset", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DomainUpdateKeyset(ctx, "example.cz", "1")
		})},
		{"contact-check", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (bool, error) { return c.ContactCheck(ctx, "cz", "C") })},
		{"contact-info", 1000, object("contact", object("contact_id", "C", "status", "ok", "name", "A B", "cname", "C", "fname", "A", "lname", "B", "company", "X", "addr_street", "S", "addr_city", "P",
			"addr_zip", "11000", "addr_state", "Y", "addr_country", "cz", "phone", "+420 1", "fax", "+420 2", "email", "a@example.com", "email2", "b@example.com", "ic", "3", "dic", "CZ3", "ident_type", "op")),
			typed(func(ctx context.Context, c *wedos.Client) (*wedos.ContactDetail, error) {
				return c.ContactInfo(ctx, "cz", "C", wedos.ContactInfoOptions{})
			})},
		{"contact-create", 1000, object("cname", "C"), typed(func(ctx context.Context, c *wedos.Client) (*wedos.ContactCreated, error) {
			return c.ContactCreate(ctx, "cz", wedos.Contact{})
		})},
		{"contact-update", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.ContactUpdate(ctx, "cz", "C", wedos.Contact{}, wedos.ContactUpdateOptions{})
		})},
		{"contact-transfer", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.ContactTransfer(ctx, "cz", "C", wedos.Secret{})
		})},
		{"contact-send-auth-info", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.ContactSendAuthInfo(ctx, "cz", "C")
		})},
		{"nsset-check", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (bool, error) { return c.NSSETCheck(ctx, "cz", "N") })},
		{"nsset-info", 1000, object("nsset", object("name", "N", "status", "ok", "reg_owner", "R", "reg_creator", "C", "reg_update", "U", "created_date", "2025-01-02", "updated_date", "2025-01-03",
			"transfer_date", "2025-01-04", "tech_c", "T", "dns", dns)), typed(func(ctx context.Context, c *wedos.Client) (*wedos.NSSET, error) { return c.NSSETInfo(ctx, "cz", "N") })},
		{"nsset-create", 1000, object("nsset", "N"), typed(func(ctx context.Context, c *wedos.Client) (*wedos.NSSETCreated, error) {
			return c.NSSETCreate(ctx, "cz", "N", servers, wedos.NSSETOptions{})
		})},
		{"nsset-update", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.NSSETUpdate(ctx, "cz", "N", servers, wedos.Secret{}, wedos.NSSETOptions{})
		})},
		{"nsset-transfer", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.NSSETTransfer(ctx, "cz", "N", wedos.Secret{})
		})},
		{"nsset-send-auth-info", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.NSSETSendAuthInfo(ctx, "cz", "N")
		})},
		{"dns-domains-list", 1000, object("domain", []any{object("name", "example.com", "type", "primary", "status", "active"), object("name", "example.net", "type", "secondary", "status", "active")}),
			typed(func(ctx context.Context, c *wedos.Client) ([]wedos.DNSDomain, error) { return c.DNSDomainsList(ctx) })},
		{"dns-domain-info", 1000, object("domain", object("name", "example.com", "status", "active", "type", "primary", "tlock", "none", "autocommit", "1", "axfr_enabled", "1", "axfr_ips", object("ip", []any{"192.0.2.7", "192.0.2.8"}),
			"changed", "1", "changed_date", "2025-01-02 03:04:05", "commit_date", "2025-01-03 03:04:05", "reload_pending", "1", "reload_date", "2025-01-04 03:04:05", "add_date", "2025-01-05 03:04:05", "rname", "wedos.example.com",
			"serial", "2025010105", "refresh", "3600", "retry", "1800", "expire", "2592000", "minimum", "300", "rr_cnt", "6", "ns_out", "4", "ns", []any{"ns1.example.com", "ns2.example.com"})),
			typed(func(ctx context.Context, c *wedos.Client) (*wedos.DNSDomainInfo, error) {
				return c.DNSDomainInfo(ctx, "example.com")
			})},
		{"dns-domain-add", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSDomainAdd(ctx, "example.com", wedos.DNSDomainSettings{})
		})},
		{"dns-domain-update", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSDomainUpdate(ctx, "example.com", wedos.DNSDomainSettings{})
		})},
		{"dns-domain-delete", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSDomainDelete(ctx, "example.com")
		})},
		{"dns-domain-commit", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSDomainCommit(ctx, "example.com")
		})},
		{"dns-domain-axfr-run", 1000, object("next_run", "2026-01-02 03:04:05"), typed(func(ctx context.Context, c *wedos.Client) (*wedos.AXFRRun, error) {
			return c.DNSDomainAXFRRun(ctx, "example.com")
		})},
		{"dns-domain-copy", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSDomainCopy(ctx, "example.com", "example.net")
		})},
		{"dns-rows-list", 1000, object("row", []any{row("7"), row("8")}), typed(func(ctx context.Context, c *wedos.Client) ([]wedos.Row, error) {
			return c.DNSRowsList(ctx, "example.com")
		})},
		{"dns-row-detail", 1000, object("row", row("7")), typed(func(ctx context.Context, c *wedos.Client) (*wedos.Row, error) {
			return c.DNSRowDetail(ctx, "example.com", "7", wedos.DNSRowDetailOptions{})
		})},
		{"dns-row-add", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSRowAdd(ctx, "example.com", wedos.NewRow{TTL: 300, Type: "A", Data: "192.0.2.1"})
		})},
		{"dns-row-update", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSRowUpdate(ctx, "example.com", "7", 300, "x")
		})},
		{"dns-row-delete", 1000, nil, typed(func(ctx context.Context, c *wedos.Client) (*wedos.Answer, error) {
			return c.DNSRowDelete(ctx, "example.com", "7")
		})},
		{"wgp-domain-create", 1000, object("WGP_ID", "5", "domain", "example.com", "order_num", "6", "currency", "CZK", "amount", "100.00", "acc_amount_before", "300.00", "acc_amount_current", "200.00"),
			typed(func(ctx context.Context, c *wedos.Client) (*wedos.WGPDomainCreated, error) {
				return c.WGPDomainCreate(ctx, wedos.NewWGPDomain{Domain: "example.com", VariantID: 1, PeriodID: 1})
			})},
	}
}

// optional are the fields that may be zero where WAPI leaves them out, with
// what the documentation says of them. A list ends in [].
var optional = map[string]string{
	"*.Command": "of the envelope: WAPI may leave it out", "*.Result": "of the envelope: words for a person", "*.ClTRID": "of the envelope: WAPI may leave it out",
	"*.SvTRID": "of the envelope: WAPI may leave it out", "*.Time": "zero if WAPI did not say", "*.Test": "only in the answers to tests",

	"poll-req.Answer": "what a notification lacks is said by Notification.Err", "poll-req.ID": "", "poll-req.malformed": "that is what Notification.Err says",

	"account-list[]": "absent lists are empty", "domains-list[]": "nil where the account has none", "dns-domains-list[]": "nil where the account has none", "dns-rows-list[]": "nil where the zone has none",
	"account-list.Number": `"" where there is none`, "account-list.Description": `"" where there is none`, "account-list.BillNumber": `"" until there is a bill`, "account-list.BillDate": "zero until there is a bill",
	"domains-list.Expiration": "zero where WAPI leaves it out", "domain-create.Credit": "nil where WAPI does not say",

	"domain-info.*": "all but the name and the status can be empty", "contact-info.*": "all but the id can be empty", "nsset-info.*": "all but its name can be empty",

	"dns-domain-info.TransferLock": "a text that WAPI may leave out", "dns-domain-info.RName": "a text that WAPI may leave out", "dns-domain-info.AXFRIPs": "absent lists are empty",
	"dns-domain-info.Nameservers": "absent lists are empty", "dns-domain-info.ReloadPending": "zero where WAPI leaves it out", "dns-domain-info.ChangedDate": "zero for never",
	"dns-domain-info.CommitDate": "zero for never", "dns-domain-info.ReloadDate": "zero for never", "dns-domain-info.AddDate": "zero for never",
	"dns-row-detail.Changed": "zero for never", "dns-rows-list.Changed": "zero for never", "dns-row-detail.Comment": `"" where there is none`, "dns-rows-list.Comment": `"" where there is none`,

	"wgp-domain-create.Currency": `"" where WAPI does not say it`, "wgp-domain-create.Amount": "nil where WAPI does not say it",
	"wgp-domain-create.AccountBefore": "nil where WAPI does not say it", "wgp-domain-create.AccountNow": "nil where WAPI does not say it",
}

func isOptional(command, field string) bool {
	name, _, _ := strings.Cut(field, ".")
	_, whole := optional[command+".*"]
	_, own := optional[command+"."+name]
	_, envelope := optional["*."+strings.TrimPrefix(field, "Answer.")]
	required := map[string][]string{"domain-info": {"Name", "Status"}, "contact-info": {"ContactID"}, "nsset-info": {"Name"}}
	return own || envelope || whole && !slices.Contains(required[command], name)
}

// mutant is an answer with one thing changed.
type mutant struct {
	what string
	at   []string // where, in the answer
	now  any      // what is there now; absent if gone
	gone bool
	doc  map[string]any
}

// replacements are what each value is replaced by.
func replacements(old any) map[string]any {
	out := map[string]any{
		"null": nil, "empty text": "", "empty object": object(), "empty list": []any{}, "text": "surprise", "true": true, "false": false, "zero": json.Number("0"), "number": json.Number("7"),
		"pending": json.Number("1001"), "acknowledged": json.Number("1002"), "negative": json.Number("-7"), "fraction": json.Number("1.5"), "exponent": json.Number("1e9"), "huge": json.Number("99999999999999999999999999"), "amount elsewhere": "1 000,50",
		"amount in German": "1.000,50", "date elsewhere": "02.01.2026", "no such date": "2026-13-45", "zero date": "0000-00-00", "object": object("x", object("y", "z")), "list": []any{"a", "b"},
		"list of lists": []any{[]any{"a"}, []any{"b"}}, "list of objects": []any{object("x", "y"), object("x", "z")}, "list with null": []any{nil, "a"}, "spaces": "  ", "in a list": []any{old}, "twice": []any{old, old}, "in an object": object("0", old),
	}
	if list, ok := old.([]any); ok {
		keyed := object()
		for i, item := range list {
			keyed[strconv.Itoa(i)] = item
		}
		out["as an object"], out["an item null"] = keyed, append(slices.Clone(list), nil)
	}
	return out
}

// mutants changes every value of doc in every way.
func mutants(doc map[string]any) (out []mutant) {
	var walk func(at []string, v any, replace func(any, bool) map[string]any)
	walk = func(at []string, v any, replace func(any, bool) map[string]any) {
		if len(at) > 0 {
			out = append(out, mutant{"dropped", at, nil, true, replace(nil, true)})
			for what, now := range replacements(v) {
				out = append(out, mutant{what, at, now, false, replace(now, false)})
			}
		}
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(append(slices.Clone(at), key), v[key], func(now any, gone bool) map[string]any {
					changed := maps.Clone(v)
					if changed[key] = now; gone {
						delete(changed, key)
					}
					if len(at) == 0 {
						return changed
					}
					return replace(changed, false)
				})
			}
		case []any:
			for i := range v {
				walk(append(slices.Clone(at), strconv.Itoa(i)), v[i], func(now any, gone bool) map[string]any {
					changed := slices.Clone(v)
					if changed[i] = now; gone {
						changed = slices.Delete(changed, i, i+1)
					}
					return replace(changed, false)
				})
			}
		}
	}
	walk(nil, doc, nil)
	return out
}

// asXML writes a document as WAPI would: lists are repeated siblings.
func asXML(name string, v any) string {
	switch v := v.(type) {
	case map[string]any:
		var b strings.Builder
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(asXML(key, v[key]))
		}
		if name == "" {
			return b.String()
		}
		return "<" + name + ">" + b.String() + "</" + name + ">"
	case []any:
		var b strings.Builder
		for _, item := range v {
			b.WriteString(asXML(name, item))
		}
		return b.String()
	case nil:
		return "<" + name + "/>"
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(fmt.Sprint(v)))
	return "<" + name + ">" + b.String() + "</" + name + ">"
}

func write(codec wedos.Codec, doc map[string]any) string {
	if codec == wedos.XML {
		return asXML("", doc)
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// difference is a field of a result that is not what it was.
type difference struct {
	field string
	now   reflect.Value
}

// differences compares two results field by field. Raw documents differ.
func differences(field string, was, now reflect.Value, out *[]difference) {
	if was.Type() == reflect.TypeFor[wedos.Document]() || strings.HasSuffix(field, "data") {
		return
	}
	switch was.Kind() {
	case reflect.Interface, reflect.Pointer:
		if was.IsNil() || now.IsNil() {
			if was.IsNil() != now.IsNil() {
				*out = append(*out, difference{field, now})
			}
			return
		}
		if was.Elem().Type() == now.Elem().Type() {
			differences(field, was.Elem(), now.Elem(), out)
		}
	case reflect.Struct:
		if isText(was) {
			if texts(was)[0] != texts(now)[0] {
				*out = append(*out, difference{field, now})
			}
			return
		}
		for i := range was.NumField() {
			differences(strings.TrimPrefix(field+"."+was.Type().Field(i).Name, "."), was.Field(i), now.Field(i), out)
		}
	case reflect.Slice:
		if was.Len() != now.Len() {
			*out = append(*out, difference{field + "[]", now})
			return
		}
		for i := range was.Len() {
			differences(field, was.Index(i), now.Index(i), out)
		}
	default:
		if !was.Equal(now) {
			*out = append(*out, difference{field, now})
		}
	}
}

func isText(v reflect.Value) bool {
	return v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[decimal.Decimal]()
}

// texts are how a value may be written in an answer; the first is its own.
func texts(v reflect.Value) []string {
	if !v.CanInterface() {
		return []string{fmt.Sprint(v)}
	}
	switch x := v.Interface().(type) {
	case time.Time:
		return []string{x.Format(time.DateTime), x.Format(time.DateOnly), strconv.FormatInt(x.Unix(), 10)}
	case decimal.Decimal:
		return []string{x.String(), x.StringFixed(2)}
	case bool:
		return map[bool][]string{true: {"true", "1"}, false: {"false", "0"}}[x]
	case wedos.Code:
		return []string{strconv.Itoa(int(x))}
	case []string:
		return []string{strings.Join(x, ",")}
	}
	return []string{fmt.Sprint(v)}
}

// says reports whether the changed answer says what the result holds.
func (m mutant) says(v reflect.Value) bool {
	for _, text := range texts(v) {
		if said(m.now, text) {
			return true
		}
	}
	return false
}

func said(doc any, text string) bool {
	switch doc := doc.(type) {
	case map[string]any:
		for _, v := range doc {
			if said(v, text) {
				return true
			}
		}
		return false
	case []any:
		all := make([]string, len(doc))
		for i, v := range doc {
			if said(v, text) {
				return true
			}
			all[i] = fmt.Sprint(v)
		}
		return len(doc) > 0 && strings.Join(all, ",") == text
	case nil:
		return false
	}
	return fmt.Sprint(doc) == text
}

// verdict judges what a call made of a mutant; "" is fine.
func verdict(codec wedos.Codec, call typedCall, m mutant, was, now any, err error) string {
	var e *wedos.Error
	m.gone = m.gone || m.what == "empty list" && codec == wedos.XML // which has no way to write it
	if codec == wedos.XML && (m.what == "null" || m.what == "empty object") {
		m.now = "" // as XML writes them
	}
	switch {
	case err != nil && !errors.As(err, &e):
		return fmt.Sprintf("an error of no type: %v", err)
	case err != nil && !typedError(m, e):
		return fmt.Sprintf("an error without a condition: %v", err)
	case err != nil:
		return ""
	}
	var all []difference
	if was != nil {
		differences("", reflect.ValueOf(was), reflect.ValueOf(now), &all)
	}
	for _, d := range all {
		field := strings.TrimSuffix(d.field, "[]")
		_, listOptional := optional[call.command+"[]"]
		switch {
		case d.now.IsZero() && (isOptional(call.command, field) || listOptional && field == ""):
		case !m.gone && m.says(d.now): // the answer's own word
		case d.field == "[]" && m.gone && len(m.at) >= 3: // an item less
		case strings.HasSuffix(d.field, "[]") && (m.gone && isOptional(call.command, field) || m.what == "twice" || strings.HasPrefix(m.what, "list") || m.what == "in an object"):
		case field == "Answer.Code" && m.at[len(m.at)-1] == "code":
		case call.command == "poll-req" && reflect.ValueOf(now).Interface().(*wedos.Notification).Err() != nil:
		default:
			return fmt.Sprintf("%s became %v and no error", d.field, d.now)
		}
	}
	return ""
}

// typedError reports whether an error says what kind it is. A code that is on
// no list has none, and says its number.
func typedError(m mutant, e *wedos.Error) bool {
	for _, condition := range []error{wedos.ErrProtocol, wedos.ErrAmbiguous, wedos.ErrQueueEmpty, wedos.ErrTooLarge} {
		if errors.Is(e, condition) {
			return true
		}
	}
	return m.at[len(m.at)-1] == "code" && e.Code != 0
}

// mutating answers each request with the same document.
type mutating struct{ body string }

func (m *mutating) RoundTrip(*http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = w.WriteString(m.body)
	return w.Result(), nil
}

// Every typed call is answered with every change of a good answer. Its result is
// what it was, or what the answer now says, or lacks what is documented as
// optional, or it is an error that says its kind.
func TestTypedCalls_ChangedAnswers(t *testing.T) {
	calls := goodAnswers()
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		t.Run(string(codec), func(t *testing.T) {
			cases, refused, failures := 0, 0, 0
			for _, call := range calls {
				peer := &mutating{}
				c, err := wedos.New(wedos.Config{
					Login: "a@example.test", Password: wedos.NewSecret("not-a-real-secret"), Codec: codec, HTTPClient: &http.Client{Transport: peer},
					Limiter: wedos.NewLimiter(wedos.LimiterConfig{Account: 1e9, Availability: 1e9, Invalid: 1e9}),
				})
				require.NoError(t, err)
				envelope := object("code", json.Number(strconv.Itoa(call.code)), "result", "OK", "timestamp", json.Number("1767323045"), "svTRID", "1767323045.1.2.3", "command", call.command)
				if call.data != nil {
					envelope["data"] = call.data
				}
				doc := object("response", envelope)
				peer.body = write(codec, doc)
				was, err := call.call(t.Context(), c)
				require.NoError(t, err, "%s: the good answer %s", call.command, peer.body)
				for n, m := range mutants(doc) {
					if testing.Short() && n%7 != 0 {
						continue
					}
					peer.body = write(codec, m.doc)
					now, err := call.call(t.Context(), c)
					if cases++; err != nil {
						refused++
					}
					if why := verdict(codec, call, m, was, now, err); why != "" && failures < 40 {
						failures++
						t.Errorf("%s, %s %s: %s", call.command, strings.Join(m.at, "."), m.what, why)
					}
				}
			}
			t.Logf("%d typed calls, %d changed answers: %d errors, %d results that hold", len(calls), cases, refused, cases-refused)
		})
	}
}

// The table of calls has every typed method of the Client.
func TestTypedCalls_TableIsComplete(t *testing.T) {
	others := []string{"Call", "Close", "GoString", "LogValue", "MarshalJSON", "Notifications", "Settle", "SettleIntent", "String", "With"}
	client := reflect.TypeFor[*wedos.Client]()
	assert.Equal(t, client.NumMethod()-len(others), len(goodAnswers()))
}
