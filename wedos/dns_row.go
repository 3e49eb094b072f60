package wedos

import (
	"cmp"
	"context"
	"time"
)

// Row is a resource record of a zone.
type Row struct {
	ID      string    `wapi:"ID,required"`
	Name    string    `wapi:"name,present"`         // relative to the zone, "" for the zone itself
	TTL     int       `wapi:"ttl,required,natural"` // seconds
	Type    string    `wapi:"rdtype,required"`
	Data    string    `wapi:"rdata,present"`  // as in a zone file, but TXT without quotes
	Changed time.Time `wapi:"changed_date"`   // zero if never changed
	Comment string    `wapi:"author_comment"` // "" if there is none
}

// DNSRowsList lists the rows of a zone in WAPI's order; nil if it has none. It
// is retried.
func (c *Client) DNSRowsList(ctx context.Context, domain string) ([]Row, error) {
	const command = "dns-rows-list"
	if err := checkDomain(command, "domain", domain); err != nil {
		return nil, err
	}
	var list struct {
		Rows []Row `wapi:"row"`
	}
	p, err := c.do(ctx, command, rowData{Domain: domain})
	if err == nil {
		err = p.list("row", &list)
	}
	if err != nil {
		return nil, err
	}
	return list.Rows, nil
}

// rowData is the data of the commands that name a row.
type rowData struct {
	Domain string `wapi:"domain,omitempty"`
	Name   string `wapi:"name,omitempty"`
	RowID  string `wapi:"row_id,omitempty"`
}

// DNSRowDetailOptions are the options of DNSRowDetail.
type DNSRowDetailOptions struct {
	// NameParameter sends the zone in the parameter name, as in the vendor's list
	// of parameters, instead of domain, as in the vendor's sample and in every
	// working client. Set it if WAPI answers 2100 or 2101.
	NameParameter bool
}

// DNSRowDetail returns one row; ErrNotFound (3309) if the zone has no row with
// that id. It is retried.
func (c *Client) DNSRowDetail(ctx context.Context, domain, rowID string, options DNSRowDetailOptions) (*Row, error) {
	const command = "dns-row-detail"
	if err := cmp.Or(checkDomain(command, "domain", domain), checkRowID(command, rowID)); err != nil {
		return nil, err
	}
	data := rowData{Domain: domain, RowID: rowID}
	if options.NameParameter {
		data = rowData{Name: domain, RowID: rowID}
	}
	row := &Row{}
	p, err := c.do(ctx, command, data)
	if err == nil {
		err = p.object("row", row)
	}
	if err != nil {
		return nil, err
	}
	return row, nil
}

// NewRow is a row to add.
type NewRow struct {
	Name    string // relative to the zone; an absolute name is refused
	TTL     int    // seconds, MinTTL to MaxTTL
	Type    string // in upper case: A, AAAA, CNAME, MX, TXT, …
	Data    string // no control characters
	Comment string // optional
}

// DNSRowAdd adds a row; DNSDomainCommit publishes it. WAPI does not return the
// id of the new row. ErrConflict (2316) if the row already exists. It is never
// retried.
func (c *Client) DNSRowAdd(ctx context.Context, domain string, row NewRow) (*Answer, error) {
	const command = "dns-row-add"
	err := cmp.Or(
		checkDomain(command, "domain", domain),
		checkRowName(command, domain, row.Name),
		checkTTL(command, row.TTL),
		checkRowType(command, row.Type),
		checkWord(command, "rdata", row.Data),
		checkText(command, "auth_comment", row.Comment),
	)
	if err != nil {
		return nil, err
	}
	return c.answer(ctx, command, struct {
		Domain  string `wapi:"domain"`
		Name    string `wapi:"name"` // must be sent though it is empty
		TTL     int    `wapi:"ttl"`
		Type    string `wapi:"type"`
		Data    string `wapi:"rdata"`
		Comment string `wapi:"auth_comment,omitempty"`
	}{domain, row.Name, row.TTL, row.Type, row.Data, row.Comment})
}

// DNSRowUpdate replaces the TTL, in seconds, and the data of a row. Its name
// and type can't be changed. ErrNotFound (3309) if the zone has no such row. It
// is never retried.
func (c *Client) DNSRowUpdate(ctx context.Context, domain, rowID string, ttl int, data string) (*Answer, error) {
	const command = "dns-row-update"
	err := cmp.Or(
		checkDomain(command, "domain", domain),
		checkRowID(command, rowID),
		checkTTL(command, ttl),
		checkWord(command, "rdata", data),
	)
	if err != nil {
		return nil, err
	}
	return c.answer(ctx, command, struct {
		Domain string `wapi:"domain"`
		RowID  string `wapi:"row_id"`
		TTL    int    `wapi:"ttl"`
		Data   string `wapi:"rdata"`
	}{domain, rowID, ttl, data})
}

// DNSRowDelete deletes a row; ErrNotFound (3309) if the zone has no such row.
// It is never retried.
func (c *Client) DNSRowDelete(ctx context.Context, domain, rowID string) (*Answer, error) {
	const command = "dns-row-delete"
	if err := cmp.Or(checkDomain(command, "domain", domain), checkRowID(command, rowID)); err != nil {
		return nil, err
	}
	return c.answer(ctx, command, rowData{Domain: domain, RowID: rowID})
}
