package wedos

import (
	"cmp"
	"context"
	"time"
)

// NSSET is a named set of nameservers at the .cz registry. All fields but the
// name can be empty if the registry omits them.
type NSSET struct {
	Answer
	Name         string    `wapi:"name,required"`
	Status       string    `wapi:"status"`
	RegOwner     string    `wapi:"reg_owner"`
	RegCreator   string    `wapi:"reg_creator"`
	RegUpdate    string    `wapi:"reg_update"`
	CreatedDate  time.Time `wapi:"created_date"`
	UpdatedDate  time.Time `wapi:"updated_date"`
	TransferDate time.Time `wapi:"transfer_date"`
	TechC        string    `wapi:"tech_c"`
	DNS          ServerSet `wapi:"dns"`
}

// nssetData is the data of every NSSET command.
type nssetData struct {
	TLD      string      `wapi:"tld"`
	Name     string      `wapi:"name"`
	DNS      *serverList `wapi:"dns,omitempty"`
	TechC    string      `wapi:"tech_c,omitempty"`
	AuthInfo Secret      `wapi:"auth_info,omitempty"`
}

func (d nssetData) check(command string) error {
	err := cmp.Or(
		checkTLD(command, d.TLD), checkWord(command, "name", d.Name),
		checkText(command, "tech_c", d.TechC), checkText(command, "auth_info", d.AuthInfo.Reveal()),
	)
	if err != nil || d.DNS == nil {
		return err
	}
	if len(*d.DNS) == 0 {
		return invalid(command, "dns", "is empty")
	}
	return checkServers(command, *d.DNS)
}

// NSSETCheck reports whether an NSSET name is free. It is retried.
func (c *Client) NSSETCheck(ctx context.Context, tld, name string) (bool, error) {
	const command = "nsset-check"
	data := nssetData{TLD: tld, Name: name}
	if err := data.check(command); err != nil {
		return false, err
	}
	p, err := c.do(ctx, command, data)
	_, free, err := p.negative(err, between(3245, 3251))
	return free, err
}

// NSSETInfo returns an NSSET; ErrNotFound (3214) if it does not exist. It is
// retried.
func (c *Client) NSSETInfo(ctx context.Context, tld, name string) (*NSSET, error) {
	const command = "nsset-info"
	data := nssetData{TLD: tld, Name: name}
	if err := data.check(command); err != nil {
		return nil, err
	}
	out := &NSSET{}
	p, err := c.do(ctx, command, data)
	if err == nil {
		err = p.object("nsset", out)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

// NSSETOptions are the options of NSSETCreate and NSSETUpdate.
type NSSETOptions struct {
	TechC string // the technical contact's id
}

// NSSETCreated is the result of NSSETCreate.
type NSSETCreated struct {
	Answer
	Name string `wapi:"nsset,required"` // the name of the NSSET; empty while pending (see Answer.Pending) and for a test call
}

// NSSETCreate creates an NSSET. The answer can be pending, as observed by the
// authors of another client. It is never retried: after ErrAmbiguous, call
// Settle. A successful answer without the name is both ErrProtocol and
// ErrAmbiguous.
func (c *Client) NSSETCreate(ctx context.Context, tld, name string, servers []Nameserver, options NSSETOptions) (*NSSETCreated, error) {
	const command = "nsset-create"
	list := serverList(servers)
	data := nssetData{TLD: tld, Name: name, DNS: &list, TechC: options.TechC}
	if err := data.check(command); err != nil {
		return nil, err
	}
	out := &NSSETCreated{}
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

// NSSETUpdate replaces all servers of an NSSET. It is never retried.
func (c *Client) NSSETUpdate(ctx context.Context, tld, name string, servers []Nameserver, authInfo Secret, options NSSETOptions) (*Answer, error) {
	list := serverList(servers)
	return c.nssetCommand(ctx, "nsset-update", nssetData{tld, name, &list, options.TechC, authInfo})
}

// NSSETTransfer transfers an NSSET to WEDOS. It is never retried.
func (c *Client) NSSETTransfer(ctx context.Context, tld, name string, authInfo Secret) (*Answer, error) {
	return c.nssetCommand(ctx, "nsset-transfer", nssetData{TLD: tld, Name: name, AuthInfo: authInfo})
}

// NSSETSendAuthInfo has the transfer password of an NSSET sent by e-mail. It is
// never retried.
func (c *Client) NSSETSendAuthInfo(ctx context.Context, tld, name string) (*Answer, error) {
	return c.nssetCommand(ctx, "nsset-send-auth-info", nssetData{TLD: tld, Name: name})
}

func (c *Client) nssetCommand(ctx context.Context, command string, data nssetData) (*Answer, error) {
	if err := data.check(command); err != nil {
		return nil, err
	}
	return c.answer(ctx, command, data)
}
