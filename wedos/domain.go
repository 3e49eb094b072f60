package wedos

import (
	"cmp"
	"context"
	"time"

	"github.com/shopspring/decimal"
)

// DomainStatus is the state of a domain's order; WEDOS may add others.
type DomainStatus string

// The states that the vendor documents.
const (
	DomainFeeWaiting         DomainStatus = "fee_waiting"
	DomainSetupProcessing    DomainStatus = "setup_processing"
	DomainActive             DomainStatus = "active"
	DomainRenewProcessing    DomainStatus = "renew_processing"
	DomainExpired            DomainStatus = "expired"
	DomainDisabled           DomainStatus = "disabled"
	DomainCanceled           DomainStatus = "canceled"
	DomainTransferFeeWaiting DomainStatus = "transfer_fee_waiting"
	DomainTransferProcessing DomainStatus = "transfer_processing"
	DomainDeleted            DomainStatus = "deleted"
)

// DomainListed is a domain as listed by DomainsList. A name can be listed more
// than once, because deleted orders remain in the list.
type DomainListed struct {
	Name       string       `wapi:"name,required"`
	Status     DomainStatus `wapi:"status,required"`
	Expiration time.Time    `wapi:"expiration"` // zero if WAPI omits it
}

// DomainsListOptions filter the list of DomainsList.
type DomainsListOptions struct {
	Status DomainStatus // default: all
}

// DomainsList lists the account's domains; nil if it has none. It is retried.
func (c *Client) DomainsList(ctx context.Context, options DomainsListOptions) ([]DomainListed, error) {
	const command = "domains-list"
	if err := checkText(command, "status", string(options.Status)); err != nil {
		return nil, err
	}
	var list struct {
		Domains []DomainListed `wapi:"domain"`
	}
	p, err := c.do(ctx, command, struct {
		Status DomainStatus `wapi:"status,omitempty"`
	}{options.Status})
	if err == nil {
		err = p.list("domain", &list)
	}
	if err != nil {
		return nil, err
	}
	return list.Domains, nil
}

// DomainCheck reports whether a name can be registered.
type DomainCheck struct {
	Answer         // Code and Result give the reason if not: 3201 registered, 3202–3206
	Available bool // it is free
}

// DomainCheck checks whether a name is available. A taken name is not an error.
// It is retried, and counts against the availability budget.
func (c *Client) DomainCheck(ctx context.Context, name string) (*DomainCheck, error) {
	const command = "domain-check"
	if err := checkDomain(command, "name", name); err != nil {
		return nil, err
	}
	p, err := c.do(ctx, command, zone{name})
	answer, free, err := p.negative(err, between(3201, 3206))
	if err != nil {
		return nil, err
	}
	return &DomainCheck{answer, free}, nil
}

// Rules names the person who accepts the registry's rules, if the registry
// requires it.
type Rules struct {
	FirstName string `wapi:"fname"`
	LastName  string `wapi:"lname"`
}

// NewDomain is a domain to register.
type NewDomain struct {
	Name        string
	Period      int // years
	Nameservers Nameservers
	Owner       string // the owner contact's id
	Admin       string // optional, the admin contact's id
	Rules       *Rules // if the registry requires it
}

// DomainCreated is the result of DomainCreate. While the outcome is pending
// (see Answer.Pending), and for a test call, all fields but the Answer can be
// empty.
type DomainCreated struct {
	Answer
	Number     string    `wapi:"num,required"` // order number
	Expiration time.Time `wapi:"expiration,required"`
	Credit     *Credit   `wapi:"credit"` // the remaining credit; nil if WAPI omits it
}

// Credit is an amount of the credit account, exact to the last digit.
type Credit struct {
	Amount   decimal.Decimal `wapi:"amount,required"`
	Currency string          `wapi:"currency,required"`
}

// DomainCreate registers a domain and pays for it from the credit account. It
// takes 5 to 20 seconds (vendor), counts against the availability budget, and
// is never retried: after ErrAmbiguous, call Settle, not DomainCreate again. A
// taken name is ErrConflict. Answer.Pending reports whether the outcome arrives
// as a notification. A successful answer without the order number or the
// expiration is both ErrProtocol and ErrAmbiguous.
func (c *Client) DomainCreate(ctx context.Context, d NewDomain) (*DomainCreated, error) {
	const command = "domain-create"
	err := cmp.Or(
		checkDomain(command, "name", d.Name),
		checkPeriod(command, d.Period),
		checkWord(command, "owner_c", d.Owner),
		checkText(command, "admin_c", d.Admin),
		checkTexts(command, d.Rules),
		d.Nameservers.check(command),
	)
	if err != nil {
		return nil, err
	}
	data := struct {
		Name   string      `wapi:"name"`
		Period int         `wapi:"period"`
		NSSET  string      `wapi:"nsset,omitempty"`
		DNS    *serverList `wapi:"dns,omitempty"`
		Owner  string      `wapi:"owner_c"`
		Admin  string      `wapi:"admin_c,omitempty"`
		Rules  *Rules      `wapi:"rules,omitempty"`
	}{Name: d.Name, Period: d.Period, NSSET: d.Nameservers.NSSET, DNS: d.Nameservers.servers(), Owner: d.Owner, Admin: d.Admin, Rules: d.Rules}
	out := &DomainCreated{}
	p, err := c.do(ctx, command, data)
	if err == nil {
		err = p.fields(out)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

// servers is the dns element, nil where an NSSET stands in its place.
func (n Nameservers) servers() *serverList {
	if n.NSSET != "" {
		return nil
	}
	list := serverList(n.Servers)
	return &list
}

// DomainRenewed is the result of DomainRenew.
type DomainRenewed struct {
	Answer
	Expiration time.Time `wapi:"expiration,required"` // zero while pending and for a test call
}

// DomainRenewOptions are the options of DomainRenew.
type DomainRenewOptions struct {
	// Expires is the current expiration, if known. It is not sent; with it, Settle
	// can find out whether an ambiguous renewal was carried out.
	Expires time.Time
}

// DomainRenew renews a domain for a number of years and pays for it. It is
// never retried: after ErrAmbiguous, call Settle. A successful answer without
// the new expiration is both ErrProtocol and ErrAmbiguous.
func (c *Client) DomainRenew(ctx context.Context, name string, period int, options DomainRenewOptions) (*DomainRenewed, error) {
	const command = "domain-renew"
	if err := cmp.Or(checkDomain(command, "name", name), checkPeriod(command, period)); err != nil {
		return nil, err
	}
	out := &DomainRenewed{}
	p, err := c.do(ctx, command, struct {
		Name   string `wapi:"name"`
		Period int    `wapi:"period"`
	}{name, period}, func(r *request) { r.expires = options.Expires })
	if err == nil {
		err = p.fields(out)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

// DomainUpdateNS changes a domain's nameservers. It is never retried.
func (c *Client) DomainUpdateNS(ctx context.Context, name string, servers Nameservers) (*Answer, error) {
	const command = "domain-update-ns"
	if err := cmp.Or(checkDomain(command, "name", name), servers.check(command)); err != nil {
		return nil, err
	}
	return c.answer(ctx, command, struct {
		Name  string      `wapi:"name"`
		NSSET string      `wapi:"nsset,omitempty"`
		DNS   *serverList `wapi:"dns,omitempty"`
	}{name, servers.NSSET, servers.servers()})
}

// DomainSendAuthInfo has the transfer password sent to the owner by e-mail. It
// is never retried.
func (c *Client) DomainSendAuthInfo(ctx context.Context, name string) (*Answer, error) {
	return c.zoneCommand(ctx, "domain-send-auth-info", name)
}

// DomainUpdateKeyset sets DNSSEC: "0" for none, "1" for WEDOS's own, otherwise
// the name of a KEYSET. It is never retried.
func (c *Client) DomainUpdateKeyset(ctx context.Context, name, keyset string) (*Answer, error) {
	const command = "domain-update-keyset"
	if err := cmp.Or(checkDomain(command, "name", name), checkWord(command, "keyset", keyset)); err != nil {
		return nil, err
	}
	return c.answer(ctx, command, struct {
		Name   string `wapi:"name"`
		Keyset string `wapi:"keyset"`
	}{name, keyset})
}

// DomainTLDPeriodCheck reports whether domains of a top-level domain can be
// registered or renewed for a number of years. It is retried.
func (c *Client) DomainTLDPeriodCheck(ctx context.Context, tld string, period int) (bool, error) {
	const command = "domain-tld-period-check"
	if err := cmp.Or(checkTLD(command, tld), checkPeriod(command, period)); err != nil {
		return false, err
	}
	p, err := c.do(ctx, command, struct {
		TLD    string `wapi:"tld"`
		Period int    `wapi:"period"`
	}{tld, period})
	_, ok, err := p.negative(err, between(2203, 2203))
	return ok, err
}
