package velneo

import (
	"cmp"
	"context"
	"net/http"
)

// Status is the state of a vServer.
type Status string

// The two states of the vendor guide.
const (
	StatusRunning Status = "running"
	StatusStopped Status = "stopped"
)

// VServer is the account's server.
type VServer struct {
	Status  Status `json:"status"`  // never empty; it may be a state that the guide does not list
	VRL     string `json:"vrl"`     // the address to connect to, "vatp://host:port"; may be missing
	Version string `json:"version"` // such as "7.8.0"; compare the numbers, not the text: 7.9 comes before 7.12; may be missing
}

// VServer returns the server's state. It is retried after a failure. An answer
// without a status, or with a member that is not text, is an ErrProtocol.
func (c *Client) VServer(ctx context.Context) (VServer, error) {
	var a vserverAnswer
	if err := c.call(ctx, request{verb: http.MethodGet, resource: "vserver"}, &a); err != nil {
		return VServer{}, err
	}
	return VServer{Status(a.Status.value), a.VRL.value, a.Version.value}, nil
}

type vserverAnswer struct {
	Status  answerText `json:"status"`
	VRL     answerText `json:"vrl"`
	Version answerText `json:"version"`
}

func (a *vserverAnswer) accept(hide *hidden) string {
	if a.Status.value == "" && !a.Status.bad {
		return "the answer lacks status"
	}
	return cmp.Or(
		a.Status.checkPublic("status", maxWord, hide),
		a.VRL.checkPublic("vrl", maxAddress, hide),
		a.Version.checkPublic("version", maxWord, hide),
	)
}

// Start starts the server. It returns when the service has accepted the call,
// not when the server is running: see WaitForStatus. It is sent once.
func (c *Client) Start(ctx context.Context) error { return c.call(ctx, action("start"), nil) }

// Stop stops the server, which interrupts the work of all connected users. It
// returns when the service has accepted the call: see WaitForStatus. It is sent
// once.
func (c *Client) Stop(ctx context.Context) error { return c.call(ctx, action("stop"), nil) }

func action(name string) request {
	return request{verb: http.MethodPut, resource: "vserver", action: name}.with("action", name)
}

// SetCredentials sends the service the name and password of a supervisor, with
// which the service accesses the server. PutGroup, PutUser, PutFolder and
// PutInstance use these credentials (inferred: the guide names them before
// those calls and documents no other use). It is sent once.
func (c *Client) SetCredentials(ctx context.Context, username string, password Secret) error {
	r := request{verb: http.MethodPut, resource: "vserver", action: "credentials"}
	if err := checkText(r.name(), "username", username); err != nil {
		return err
	}
	if err := checkText(r.name(), "password", password.Reveal()); err != nil {
		return err
	}
	return c.call(ctx, r.with("username", username).with("password", password.Reveal()), nil)
}
