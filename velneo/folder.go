package velneo

import (
	"context"
	"net/http"
	"strings"
)

// Folder is what PutFolder sends. Name and Group are required.
type Folder struct {
	Name  string // can't be changed once the folder exists
	Path  string // below the account's home, such as "clients/client1"; only when the folder is created
	Group string // the group that may use the folder; it must exist
}

// PutFolder adds the shared folder, or changes the existing folder of that
// name. It requires an earlier SetCredentials (inferred). It is sent once.
//
// A path that could lead out of the home is refused before anything is sent. It
// must be relative, with elements separated only by /, none of them empty, "."
// or "..".
func (c *Client) PutFolder(ctx context.Context, f Folder) (Result, error) {
	r := request{verb: http.MethodPut, resource: "folder"}
	if err := checkText(r.name(), "Name", f.Name); err != nil {
		return Result{}, err
	}
	if err := checkText(r.name(), "Group", f.Group); err != nil {
		return Result{}, err
	}
	if reason := badPath(f.Path); f.Path != "" && reason != "" {
		return Result{}, invalid(r.name(), "Path", reason)
	}
	return c.put(ctx, r.with("name", f.Name).with("path", f.Path).with("group", f.Group))
}

// badPath returns what is wrong with a path, or "".
func badPath(path string) string {
	switch {
	case !isText(path):
		return "is not text on one line"
	case strings.Contains(path, `\`):
		return `has a \: parts are divided by /`
	case len(path) >= 2 && path[1] == ':':
		return "has a drive letter: it is relative to the home"
	case strings.HasPrefix(path, "/"):
		return "is absolute: it is relative to the home"
	}
	for part := range strings.SplitSeq(path, "/") {
		if strings.TrimRight(part, " .") == "" { // Windows drops blanks and dots at the end: "..  " is ".."
			return `has a part that is empty, "." or ".."`
		}
	}
	return ""
}
