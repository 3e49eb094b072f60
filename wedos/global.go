package wedos

import (
	"context"

	"github.com/shopspring/decimal"
)

// Variants and periods of WEDOS Global Protection (vendor).
const (
	WGPStart    = 1
	WGPAdvanced = 2
	WGPExpert   = 3

	WGPMonth = 1
	WGPYear  = 4
)

// NewWGPDomain is a domain to protect with WEDOS Global Protection.
type NewWGPDomain struct {
	Domain           string   `wapi:"domain"`
	VariantID        int      `wapi:"variant_id"` // WGPStart, WGPAdvanced, WGPExpert
	PeriodID         int      `wapi:"period_id"`  // WGPMonth, WGPYear
	UpstreamIPs      []string `wapi:"upstream_ips,omitempty"`
	TemplateDomainID int      `wapi:"template_domain_id,omitempty"`
	Mode             string   `wapi:"mode,omitempty"` // ns or cname
}

// WGPDomainCreated is the result of WGPDomainCreate. While the outcome is
// pending (see Answer.Pending), and for a test call, strings can be empty.
// Amounts are nil if WAPI omits them.
type WGPDomainCreated struct {
	Answer
	WGPID         string           `wapi:"WGP_ID,required"`
	Domain        string           `wapi:"domain,required"`
	OrderNumber   string           `wapi:"order_num,required"`
	Currency      string           `wapi:"currency"` // "" if WAPI omits it
	Amount        *decimal.Decimal `wapi:"amount"`
	AccountBefore *decimal.Decimal `wapi:"acc_amount_before"`
	AccountNow    *decimal.Decimal `wapi:"acc_amount_current"`
}

// WGPDomainCreate orders protection for a domain and pays for it from the
// credit account. It is asynchronous, and never retried. The other commands of
// the service are known by name only: use Call.
func (c *Client) WGPDomainCreate(ctx context.Context, d NewWGPDomain) (*WGPDomainCreated, error) {
	const command = "wgp-domain-create"
	if err := d.check(command); err != nil {
		return nil, err
	}
	out := &WGPDomainCreated{}
	p, err := c.do(ctx, command, d)
	if err == nil {
		err = p.fields(out)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

func (d NewWGPDomain) check(command string) error {
	if err := checkDomain(command, "domain", d.Domain); err != nil {
		return err
	}
	switch {
	case d.VariantID < 1:
		return invalid(command, "variant_id", "is missing")
	case d.PeriodID < 1:
		return invalid(command, "period_id", "is missing")
	case d.Mode != "" && d.Mode != "ns" && d.Mode != "cname":
		return invalid(command, "mode", "is neither ns nor cname")
	}
	for _, ip := range d.UpstreamIPs {
		if err := checkIP(command, "upstream_ips", ip); err != nil {
			return err
		}
	}
	return nil
}
