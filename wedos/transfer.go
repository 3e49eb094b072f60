package wedos

import (
	"cmp"
	"context"
)

// TransferCheck reports whether a domain can be transferred to WEDOS.
type TransferCheck struct {
	Answer        // Code and Result give the reason if not: 3207, 3208, 3218–3220
	Possible bool // the domain can be transferred
}

// DomainTransferCheck checks whether a domain can be transferred. That it can't
// is not an error; code 3217 is ErrUnavailable, because here it means that the
// registry did not answer. It is retried, and counts against the availability
// budget.
func (c *Client) DomainTransferCheck(ctx context.Context, name string) (*TransferCheck, error) {
	const command = "domain-transfer-check"
	if err := checkDomain(command, "name", name); err != nil {
		return nil, err
	}
	p, err := c.do(ctx, command, zone{name})
	answer, possible, err := p.negative(err, transferRefused)
	if err != nil {
		return nil, err
	}
	return &TransferCheck{answer, possible}, nil
}

// transferRefused knows the codes that say no. 3217 lies among them and does
// not: the list of codes and the command's page differ on it.
func transferRefused(code Code) bool {
	return code == 3207 || code == 3208 || code >= 3218 && code <= 3220
}

// Transfer is a domain to transfer to WEDOS.
type Transfer struct {
	Name     string
	AuthInfo Secret       // .cz and generic domains
	Owner    string       // .sk, .eu and generic domains: the owner contact's id
	DNS      *Nameservers // .eu and generic domains; nil keeps the nameservers
	Rules    *Rules       // if the registry requires it
}

// DomainTransfer transfers a domain to WEDOS. Except for .cz it is
// asynchronous: the answer is pending, and the outcome arrives as a
// notification (see Tracker). It is never retried: after ErrAmbiguous, call
// Settle.
func (c *Client) DomainTransfer(ctx context.Context, t Transfer) (*Answer, error) {
	const command = "domain-transfer"
	err := cmp.Or(
		checkDomain(command, "name", t.Name),
		checkText(command, "auth_info", t.AuthInfo.Reveal()),
		checkText(command, "owner_c", t.Owner),
		checkTexts(command, t.Rules),
	)
	if err != nil {
		return nil, err
	}
	data := struct {
		Name     string      `wapi:"name"`
		AuthInfo Secret      `wapi:"auth_info,omitempty"`
		Owner    string      `wapi:"owner_c,omitempty"`
		NSSET    string      `wapi:"nsset,omitempty"`
		DNS      *serverList `wapi:"dns,omitempty"`
		Rules    *Rules      `wapi:"rules,omitempty"`
	}{Name: t.Name, AuthInfo: t.AuthInfo, Owner: t.Owner, Rules: t.Rules}
	if t.DNS != nil {
		if err := t.DNS.check(command); err != nil {
			return nil, err
		}
		data.NSSET, data.DNS = t.DNS.NSSET, t.DNS.servers()
	}
	return c.answer(ctx, command, data)
}
