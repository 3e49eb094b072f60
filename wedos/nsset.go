package wedos

import (
	"context"
	"time"
)

// NSSET is a named set of nameservers at the .cz registry.
type NSSET struct {
	Answer
	Name         string    `wapi:"name"`
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
	err := firstError(
		checkTLD(command, d.TLD), checkWord(command, "name", d.Name),
		checkText(command, "tech_c", d.TechC), checkText(command, "auth_info", string(d.AuthInfo)),
	)
	if err != nil || d.DNS == nil {
		return err
	}
	if len(*d.DNS) == 0 {
		return invalid(command, "dns", "is empty")
	}
	return checkServers(command, *d.DNS)
}

// NSSETCheck asks whether an NSSET's name is free. It is repeated.
func (c *Client) NSSETCheck(ctx context.Context, tld, name string) (bool, error) {
	const command = "nsset-check"
	data := nssetData{TLD: tld, Name: name}
	if err := data.check(command); err != nil {
		return false, err
	}
	a, err := c.Call(ctx, command, data)
	_, free, err := negative(a, err, command, between(3245, 3251))
	return free, err
}

// NSSETInfo describes an NSSET; ErrNotFound (3214). It is repeated.
func (c *Client) NSSETInfo(ctx context.Context, tld, name string) (*NSSET, error) {
	const command = "nsset-info"
	data := nssetData{TLD: tld, Name: name}
	if err := data.check(command); err != nil {
		return nil, err
	}
	out := &NSSET{}
	a, err := c.fetchObject(ctx, command, "nsset", data, out)
	if err != nil {
		return nil, err
	}
	out.Answer = a
	return out, nil
}

// NSSETOptions are optional.
type NSSETOptions struct {
	TechC string // the technical contact's id
}

// NSSETCreate makes an NSSET and returns the name that it got, "" where the
// answer is pending, as another client's authors have seen: CallOptions.OnAnswer
// then shows what to wait for. It is sent once.
func (c *Client) NSSETCreate(ctx context.Context, tld, name string, servers []Nameserver, options NSSETOptions) (string, error) {
	const command = "nsset-create"
	list := serverList(servers)
	data := nssetData{TLD: tld, Name: name, DNS: &list, TechC: options.TechC}
	if err := data.check(command); err != nil {
		return "", err
	}
	var out struct {
		Name string `wapi:"nsset"`
	}
	_, err := c.fetch(ctx, command, data, &out)
	return out.Name, err
}

// NSSETUpdate replaces all servers of an NSSET. It is sent once.
func (c *Client) NSSETUpdate(ctx context.Context, tld, name string, servers []Nameserver, authInfo Secret, options NSSETOptions) (*Answer, error) {
	list := serverList(servers)
	return c.nssetCommand(ctx, "nsset-update", nssetData{tld, name, &list, options.TechC, authInfo})
}

// NSSETTransfer moves an NSSET to WEDOS. It is sent once.
func (c *Client) NSSETTransfer(ctx context.Context, tld, name string, authInfo Secret) (*Answer, error) {
	return c.nssetCommand(ctx, "nsset-transfer", nssetData{TLD: tld, Name: name, AuthInfo: authInfo})
}

// NSSETSendAuthInfo mails an NSSET's transfer password. It is sent once.
func (c *Client) NSSETSendAuthInfo(ctx context.Context, tld, name string) (*Answer, error) {
	return c.nssetCommand(ctx, "nsset-send-auth-info", nssetData{TLD: tld, Name: name})
}

func (c *Client) nssetCommand(ctx context.Context, command string, data nssetData) (*Answer, error) {
	if err := data.check(command); err != nil {
		return nil, err
	}
	return c.Call(ctx, command, data)
}
