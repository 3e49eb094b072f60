package velneo

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// Status is what the vServer is doing.
type Status string

// The two states of the vendor guide.
const (
	StatusRunning Status = "running"
	StatusStopped Status = "stopped"
)

// VServer is the account's server.
type VServer struct {
	Status  Status `json:"status"`  // never empty; a word that the guide does not list is passed on as it is
	VRL     string `json:"vrl"`     // the address to connect to, "vatp://host:port"; empty where the answer has none
	Version string `json:"version"` // such as "7.8.0"; compare it number by number, 7.9 comes before 7.12; empty where the answer has none
}

// VServer asks for the server's state. It is repeated after a failure. An
// answer without a status, or with a member that is not text, is an ErrProtocol.
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

func (a *vserverAnswer) accept(scrub func(string) string) string {
	if a.Status.value == "" && !a.Status.bad {
		return "the answer lacks status"
	}
	return cmp.Or(
		a.Status.checkPublic("status", maxWord, scrub),
		a.VRL.checkPublic("vrl", maxAddress, scrub),
		a.Version.checkPublic("version", maxWord, scrub),
	)
}

// Start starts the server. The answer says that the order was taken, not that
// the server runs: see WaitForStatus. It is sent once.
func (c *Client) Start(ctx context.Context) error { return c.call(ctx, action("start"), nil) }

// Stop stops the server, and with it the work of everybody connected. The
// answer says that the order was taken: see WaitForStatus. It is sent once.
func (c *Client) Stop(ctx context.Context) error { return c.call(ctx, action("stop"), nil) }

func action(name string) request {
	return request{verb: http.MethodPut, resource: "vserver", action: name}.with("action", name)
}

// SetCredentials gives the service a supervisor of the server, by name and
// password, for it to reach the server with. PutGroup, PutUser, PutFolder and
// PutInstance act with these credentials (inferred: the guide names them
// before those calls and gives no other use). It is sent once.
func (c *Client) SetCredentials(ctx context.Context, username, password string) error {
	r := request{verb: http.MethodPut, resource: "vserver", action: "credentials"}
	if err := checkText(r.name(), "username", username); err != nil {
		return err
	}
	if err := checkText(r.name(), "password", password); err != nil {
		return err
	}
	return c.call(ctx, r.with("username", username).with("password", password), nil)
}

// WaitForStatus asks for the server's state every Config.PollInterval until it
// is target, and returns it. Only the target counts: a server that was just
// told to stop may go on answering "running" for a while. The wait ends with
// ctx, which should have a deadline, or with the first failure that outlasts
// the repeats of a single question.
func (c *Client) WaitForStatus(ctx context.Context, target Status) (VServer, error) {
	if target != StatusRunning && target != StatusStopped {
		return VServer{}, invalid("GET vserver", "target", "is neither running nor stopped")
	}
	for {
		v, err := c.VServer(ctx)
		if err != nil || v.Status == target {
			return v, err
		}
		if err := transport.Sleep(ctx, c.config.PollInterval); err != nil {
			return VServer{}, failed("GET vserver", err)
		}
	}
}

// backupTimeout is how long an answer to Backup may take: the guide does not
// say whether the service answers before the copy is made (inferred: it may
// not), and an answer that is missed takes the link with it.
const backupTimeout = 15 * time.Minute

// Backup makes a copy of the server and returns the link to it, for
// DownloadBackup. Whoever has the link has the backup: treat it as a password.
//
// It is sent once, with the verb of Config.BackupVerb and no other, for a second
// one would make a second copy; only a 401, which proves that nothing was made,
// has it sent again after a login. After ErrAmbiguous a backup may have been
// made whose link is lost. Where the answer contradicts itself, a failure in
// the HTTP status and a link in the body, Backup returns the link beside
// ErrAmbiguous. The answer may take up to 15 minutes, or HTTPClient's Timeout
// where that is longer; ctx ends it earlier.
func (c *Client) Backup(ctx context.Context) (string, error) {
	r := request{verb: c.config.BackupVerb, resource: "vserver", action: "backup", timeout: backupTimeout}
	r = r.with("action", "backup")
	var a backupAnswer
	err := c.call(ctx, r, &a)
	return a.link(), err // both where the answer contradicts itself
}

type backupAnswer struct {
	URL answerText `json:"url"`
}

// link returns the link, or "" where what the answer holds is none.
func (a *backupAnswer) link() string {
	if a.URL.check("url", maxLink) != "" {
		return ""
	}
	return a.URL.value
}

func (a *backupAnswer) accept(func(string) string) string {
	if a.URL.value == "" && !a.URL.bad {
		return "the answer lacks url"
	}
	if problem := a.URL.check("url", maxLink); problem != "" {
		return problem
	}
	u, err := url.Parse(a.URL.value)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "url is not a link"
	}
	return ""
}
