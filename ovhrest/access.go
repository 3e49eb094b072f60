package ovhrest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// Access is what a credential must be allowed to do: access rules for a
// consumer key, actions for an IAM policy (OAuth2 and access tokens).
type Access struct {
	Rules   []AccessRule
	Actions []string
}

// MissingAccess returns the rules of need that the credential in use does not
// cover: those that are not covered by the rules of a consumer key, or by the
// allowed routes of a token. Call it before beginning something that could
// otherwise not be finished. It fails with ErrCredential if the consumer key is
// not valid. It is retried on failure.
//
// The API does not return what an IAM policy grants to a token. A call that the
// policy does not allow is refused, and Error.MissingActions returns the
// action.
func (c *Client) MissingAccess(ctx context.Context, need Access) ([]AccessRule, error) {
	if c.kind == oauth2 || c.kind == bearer {
		details, err := c.AuthDetails(ctx)
		if err != nil || details.AllowedRoutes == nil {
			return nil, err
		}
		return need.beyond(details.AllowedRoutes), nil
	}
	credential, err := c.CurrentCredential(ctx)
	if err != nil {
		return nil, err
	}
	if reason := credential.invalid(c.signer.now()); reason != "" {
		return nil, newError("GET /auth/currentCredential", reason, ErrUnauthorized, ErrCredential)
	}
	return need.Missing(credential), nil
}

// invalid returns why a credential can't be used at a time, empty if it can.
func (c Credential) invalid(now time.Time) string {
	if c.Status != CredentialValidated {
		return "the consumer key is " + redact.Clean(string(c.Status), maxText)
	}
	if end, ok := c.Expiration.Value(); ok && !now.Before(end) {
		return "the consumer key has expired"
	}
	return ""
}

// Missing returns the rules of a that the credential does not cover. It does
// not check Credential.Status; Client.MissingAccess does.
func (a Access) Missing(credential Credential) []AccessRule { return a.beyond(credential.Rules) }

// beyond lists the rules of a that none of the granted ones covers.
func (a Access) beyond(granted []AccessRule) []AccessRule {
	var missing []AccessRule
	for _, need := range a.Rules {
		covered := slices.ContainsFunc(granted, func(r AccessRule) bool {
			return r.Method == need.Method && covers(r.Path, need.Path)
		})
		if !covered {
			missing = append(missing, need)
		}
	}
	return missing
}

// covers reports whether pattern allows path; a * in pattern stands for any text,
// and a * in path is covered by nothing else.
func covers(pattern, path string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == path
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	return strings.HasSuffix(path, last)
}
