package ovhresttest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/ovhrest"
)

// RevokeCredential makes the consumer key one that is not valid any more, as
// its customer can at any time, until RestoreCredential.
func (s *Server) RevokeCredential() { s.setRevoked(true) }

// RestoreCredential stands for a new consumer key, which here has the same
// text.
func (s *Server) RestoreCredential() { s.setRevoked(false) }

func (s *Server) setRevoked(revoked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = revoked
}

// authorize refuses what the consumer key may not call. Its own rules it may
// always read.
func (s *Server) authorize(r *http.Request) *failure {
	if s.revoked {
		return &failure{status: 403, class: "Client::Forbidden", code: "INVALID_CREDENTIAL", message: "This credential is not valid"}
	}
	path := r.URL.EscapedPath()
	granted := slices.ContainsFunc(s.rules(), func(rule ovhrest.AccessRule) bool {
		return string(rule.Method) == r.Method && pathPattern(rule.Path).MatchString(path)
	})
	if !granted && path != "/auth/currentCredential" {
		return &failure{status: 403, class: "Client::Forbidden", code: "NOT_GRANTED_CALL", message: "This call has not been granted"}
	}
	return nil
}

// pathPattern reads a rule's path, in which * stands for any text.
func pathPattern(path string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(path), `\*`, ".*") + "$")
}

func (s *Server) rules() []ovhrest.AccessRule {
	if s.config.Rules != nil {
		return s.config.Rules
	}
	var all []ovhrest.AccessRule
	for _, method := range []ovhrest.HTTPMethod{ovhrest.MethodGet, ovhrest.MethodPost, ovhrest.MethodPut, ovhrest.MethodDelete} {
		all = append(all, ovhrest.AccessRule{Method: method, Path: "/*"})
	}
	return all
}

func (s *Server) getCredential(*call) (any, *failure) {
	rules := []any{}
	for _, r := range s.rules() {
		rules = append(rules, map[string]any{"method": r.Method, "path": r.Path})
	}
	return map[string]any{
		"applicationId": 1, "credentialId": 2, "status": "validated", "ovhSupport": false, "allowedIPs": nil,
		"creation": stamp(s.config.Start), "expiration": nil, "lastUse": stamp(s.now), "rules": rules,
	}, nil
}
