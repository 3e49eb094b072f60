package wedos

import (
	"context"
	"time"
)

// Domain is a domain of the account, as returned by domain-info. Registries
// mask some fields and omit others: all but the name and the status can be
// empty. Unknown dates are zero.
type Domain struct {
	Answer
	Name         string       `wapi:"name,required"`
	Status       DomainStatus `wapi:"status,required"`
	Expiration   time.Time    `wapi:"expiration"`
	NSSET        string       `wapi:"nsset"`
	Keyset       string       `wapi:"keyset"`
	OwnerC       string       `wapi:"owner_c"`
	AdminC       string       `wapi:"admin_c"`
	TechC        string       `wapi:"tech_c"`
	BillingC     string       `wapi:"billing_c"`
	RegOwner     string       `wapi:"reg_owner"`
	RegCreator   string       `wapi:"reg_creator"`
	RegUpdate    string       `wapi:"reg_update"`
	SetupDate    time.Time    `wapi:"setup_date"`
	UpdatedDate  time.Time    `wapi:"updated_date"`
	TransferDate time.Time    `wapi:"transfer_date"`
	DNS          ServerSet    `wapi:"dns"`
	DNSSECKeys   []string     `wapi:"dnssec_keys,joined"` // as WAPI writes them; the parts of a key are separated by spaces (inferred)
	Owner        DomainOwner  // the own_… elements
	RGPStatus    string       `wapi:"rgp_status"`
}

// ServerSet is a dns element of an answer.
type ServerSet struct {
	Servers []Nameserver `wapi:"server"`
}

// DomainOwner is the owner of a domain, as returned by domain-info.
type DomainOwner struct {
	Company       string           `wapi:"own_company"`
	Name          string           `wapi:"own_name"`
	FirstName     string           `wapi:"own_fname"`
	LastName      string           `wapi:"own_lname"`
	Email         string           `wapi:"own_email"`
	Email2        string           `wapi:"own_email2"`
	Phone         string           `wapi:"own_phone"`
	Fax           string           `wapi:"own_fax"`
	CompanyNumber string           `wapi:"own_ic"`
	TaxNumber     string           `wapi:"own_dic"`
	Taxpayer      string           `wapi:"own_taxpayer"`
	Street        string           `wapi:"own_addr_street"`
	City          string           `wapi:"own_addr_city"`
	ZIP           string           `wapi:"own_addr_zip"`
	State         string           `wapi:"own_addr_state"`
	Country       string           `wapi:"own_addr_country"`
	Other         DomainOwnerOther `wapi:"own_other"`
}

// DomainOwnerOther holds owner details that only some registries require.
type DomainOwnerOther struct {
	NotifyEmail   string `wapi:"notify_email"`
	IdentType     string `wapi:"ident_type"`
	Ident         string `wapi:"ident"`
	DeleteAddress string `wapi:"del_addr"`
}

// DomainInfo returns a domain of the account; ErrNotFound (3222) if the account
// has no such domain. It is retried.
func (c *Client) DomainInfo(ctx context.Context, name string) (*Domain, error) {
	const command = "domain-info"
	if err := checkDomain(command, "name", name); err != nil {
		return nil, err
	}
	out := &Domain{}
	p, err := c.do(ctx, command, zone{name})
	if err == nil {
		err = p.object("domain", out, &out.Owner)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}
