package ovhresttest

import "net/http"

// RevokeCredential makes the consumer key invalid, as its customer can at any
// time, until RestoreCredential is called.
func (s *Server) RevokeCredential() { s.setRevoked(true) }

// RestoreCredential makes the consumer key valid again. It stands for a new
// consumer key, which here has the same text.
func (s *Server) RestoreCredential() { s.setRevoked(false) }

func (s *Server) setRevoked(revoked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = revoked
}

// authorize refuses a consumer key that was revoked, and what its rules don't
// cover.
func (s *Server) authorize(r *http.Request) *failure {
	if s.revoked {
		return &failure{status: 403, class: "Client::Forbidden", code: "INVALID_CREDENTIAL", message: "This credential is not valid"}
	}
	if !s.granted(r) {
		return &failure{status: 403, class: "Client::Forbidden", code: "NOT_GRANTED_CALL", message: "This call has not been granted"}
	}
	return nil
}
