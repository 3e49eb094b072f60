package wedos

import (
	"cmp"
	"context"
	"time"
)

// DNSDomain is a zone as listed by DNSDomainsList.
type DNSDomain struct {
	Name   string `wapi:"name,required"`
	Type   string `wapi:"type,required"` // primary or secondary
	Status string `wapi:"status,required"`
}

// DNSDomainsList lists the account's zones; nil if it has none. It is retried.
func (c *Client) DNSDomainsList(ctx context.Context) ([]DNSDomain, error) {
	var list struct {
		Domains []DNSDomain `wapi:"domain"`
	}
	p, err := c.do(ctx, "dns-domains-list", nil)
	if err == nil {
		err = p.list("domain", &list)
	}
	if err != nil {
		return nil, err
	}
	return list.Domains, nil
}

// DNSDomainInfo is a zone. A zero date means never. The SOA times are in
// seconds. For a primary zone, the call fails if a number or a bool is missing.
// For a secondary zone, which the vendor does not describe, they are zero if
// WAPI omits them, and so is ReloadPending for any zone.
type DNSDomainInfo struct {
	Answer
	Name           string    `wapi:"name,required"`
	Status         string    `wapi:"status,required"`
	Type           string    `wapi:"type,required"` // primary or secondary
	TransferLock   string    `wapi:"tlock"`
	AutoCommit     bool      `wapi:"autocommit"`
	AXFREnabled    bool      `wapi:"axfr_enabled"`
	AXFRIPs        []string  `wapi:"axfr_ips"`
	Changed        bool      `wapi:"changed"` // there are uncommitted rows
	ChangedDate    time.Time `wapi:"changed_date"`
	CommitDate     time.Time `wapi:"commit_date"`
	ReloadPending  bool      `wapi:"reload_pending"`
	ReloadDate     time.Time `wapi:"reload_date"`
	AddDate        time.Time `wapi:"add_date"`
	RName          string    `wapi:"rname"`
	Serial         int64     `wapi:"serial,natural"`
	Refresh        int       `wapi:"refresh,natural"`
	Retry          int       `wapi:"retry,natural"`
	Expire         int       `wapi:"expire,natural"`
	Minimum        int       `wapi:"minimum,natural"`
	RowCount       int       `wapi:"rr_cnt,natural"`
	NameserversOut int       `wapi:"ns_out,natural"`
	Nameservers    []string  `wapi:"ns"`
}

// primaryZone is what the answer about a primary zone must hold (vendor's
// sample).
type primaryZone struct {
	AutoCommit     string `wapi:"autocommit,required"`
	AXFREnabled    string `wapi:"axfr_enabled,required"`
	Changed        string `wapi:"changed,required"`
	Serial         string `wapi:"serial,required"`
	Refresh        string `wapi:"refresh,required"`
	Retry          string `wapi:"retry,required"`
	Expire         string `wapi:"expire,required"`
	Minimum        string `wapi:"minimum,required"`
	RowCount       string `wapi:"rr_cnt,required"`
	NameserversOut string `wapi:"ns_out,required"`
}

// zone is the data of the commands that name a zone and nothing else.
type zone struct {
	Name string `wapi:"name"`
}

// DNSDomainInfo returns a zone. It is retried.
func (c *Client) DNSDomainInfo(ctx context.Context, name string) (*DNSDomainInfo, error) {
	const command = "dns-domain-info"
	if err := checkDomain(command, "name", name); err != nil {
		return nil, err
	}
	out := &DNSDomainInfo{}
	p, err := c.do(ctx, command, zone{name})
	if err == nil {
		err = p.object("domain", out)
	}
	if err == nil && out.Type != "secondary" {
		err = p.object("domain", &primaryZone{})
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

// DNSDomainSettings are the optional settings of DNSDomainAdd and
// DNSDomainUpdate.
type DNSDomainSettings struct {
	Type        string   // primary (WAPI's default) or secondary
	AXFREnabled *bool    // nil: WAPI's default
	AXFRIPs     []string // addresses that may transfer the zone
	PrimaryIP   string   // required for a secondary zone
}

// zoneSettings is how WAPI wants them.
type zoneSettings struct {
	Name        string  `wapi:"name"`
	Type        string  `wapi:"type,omitempty"`
	AXFREnabled *bool   `wapi:"axfr_enabled,omitempty"`
	AXFRIPs     *ipList `wapi:"axfr_ips,omitempty"`
	PrimaryIP   string  `wapi:"primary_ip,omitempty"`
}

type ipList struct {
	IP []string `wapi:"ip"`
}

func (s DNSDomainSettings) data(command, name string) (*zoneSettings, error) {
	if err := checkDomain(command, "name", name); err != nil {
		return nil, err
	}
	if s.Type != "" && s.Type != "primary" && s.Type != "secondary" {
		return nil, invalid(command, "type", "is neither primary nor secondary")
	}
	if s.Type == "secondary" && s.PrimaryIP == "" {
		return nil, invalid(command, "primary_ip", "is empty, and a secondary zone needs it")
	}
	out := &zoneSettings{Name: name, Type: s.Type, AXFREnabled: s.AXFREnabled, PrimaryIP: s.PrimaryIP}
	if s.PrimaryIP != "" {
		if err := checkIP(command, "primary_ip", s.PrimaryIP); err != nil {
			return nil, err
		}
	}
	for _, ip := range s.AXFRIPs {
		if err := checkIP(command, "axfr_ips", ip); err != nil {
			return nil, err
		}
		out.AXFRIPs = &ipList{s.AXFRIPs}
	}
	return out, nil
}

// DNSDomainAdd creates a zone. It is never retried.
func (c *Client) DNSDomainAdd(ctx context.Context, name string, settings DNSDomainSettings) (*Answer, error) {
	return c.setZone(ctx, "dns-domain-add", name, settings)
}

// DNSDomainUpdate changes the settings of a zone. That its parameters are those
// of DNSDomainAdd is inferred; the vendor's page was not available. It is never
// retried.
func (c *Client) DNSDomainUpdate(ctx context.Context, name string, settings DNSDomainSettings) (*Answer, error) {
	return c.setZone(ctx, "dns-domain-update", name, settings)
}

func (c *Client) setZone(ctx context.Context, command, name string, settings DNSDomainSettings) (*Answer, error) {
	data, err := settings.data(command, name)
	if err != nil {
		return nil, err
	}
	return c.answer(ctx, command, data)
}

// DNSDomainDelete deletes a zone and its rows. It is never retried.
func (c *Client) DNSDomainDelete(ctx context.Context, name string) (*Answer, error) {
	return c.zoneCommand(ctx, "dns-domain-delete", name)
}

// DNSDomainCommit publishes changed rows, which WEDOS otherwise does five
// minutes after the last change. It is not retried automatically, but calling
// it again is harmless, also after ErrAmbiguous, because it publishes the
// current rows.
func (c *Client) DNSDomainCommit(ctx context.Context, name string) (*Answer, error) {
	return c.zoneCommand(ctx, "dns-domain-commit", name)
}

func (c *Client) zoneCommand(ctx context.Context, command, name string) (*Answer, error) {
	if err := checkDomain(command, "name", name); err != nil {
		return nil, err
	}
	return c.answer(ctx, command, zone{name})
}

// AXFRRun is the result of DNSDomainAXFRRun.
type AXFRRun struct {
	Answer
	NextRun time.Time `wapi:"next_run,required"` // zero while pending and for a test call
}

// DNSDomainAXFRRun schedules a zone transfer (AXFR) of a secondary zone. It is
// never retried.
func (c *Client) DNSDomainAXFRRun(ctx context.Context, name string) (*AXFRRun, error) {
	const command = "dns-domain-axfr-run"
	if err := checkDomain(command, "name", name); err != nil {
		return nil, err
	}
	out := &AXFRRun{}
	p, err := c.do(ctx, command, zone{name})
	if err == nil {
		err = p.fields(out)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

// DNSDomainCopy copies a zone to a new name. It is never retried.
func (c *Client) DNSDomainCopy(ctx context.Context, name, newName string) (*Answer, error) {
	const command = "dns-domain-copy"
	if err := cmp.Or(checkDomain(command, "name", name), checkDomain(command, "name_new", newName)); err != nil {
		return nil, err
	}
	return c.answer(ctx, command, map[string]any{"name": name, "name_new": newName})
}
