package velneo

import (
	"context"
	"net/url"
	"time"
)

// backupTimeout is how long an answer to Backup may take: the guide does not
// say whether the service answers before the copy is made (inferred: it may
// not), and an answer that is missed takes the link with it.
const backupTimeout = 15 * time.Minute

// Backup makes a copy of the server and returns the link for DownloadBackup.
// Anyone who has the link can download the backup, so it is a Secret; to store
// it, store what Reveal returns.
//
// It is sent once, only with the verb of Config.BackupVerb, because a second
// call would make a second copy. Only after a 401, which proves that nothing
// was made, it is sent again with a new login. After ErrAmbiguous there may be
// a backup whose link is lost. If the answer contradicts itself, with a failure
// in the HTTP status and a link in the body, Backup returns both the link and
// ErrAmbiguous. The answer may take up to 15 minutes, or HTTPClient's Timeout
// if that is longer.
func (c *Client) Backup(ctx context.Context) (Secret, error) {
	r := request{verb: c.config.BackupVerb, resource: "vserver", action: "backup", timeout: backupTimeout}
	r = r.with("action", "backup")
	var a backupAnswer
	err := c.call(ctx, r, &a)
	return a.link(), err // both where the answer contradicts itself
}

type backupAnswer struct {
	URL answerText `json:"url"`
}

// link returns the link if the answer holds a text that may be one.
func (a *backupAnswer) link() Secret {
	if a.URL.check("url", maxLink) != "" {
		return Secret{}
	}
	return NewSecret(a.URL.value)
}

func (a *backupAnswer) accept(*hidden) string {
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
