package velneotest

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Call is a call as the server received it.
type Call struct {
	Verb      string // GET, POST, PUT or DELETE, in the form or as the HTTP method
	Resource  string // "session", "vserver", "group" and so on
	Action    string // "start", "stop", "backup" or empty
	Timestamp int64  // as signed
	Params    map[string]string
}

// Calls returns the calls received so far, in order, without downloads. Params
// contain passwords, but neither the session nor the signature.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Count returns the number of calls received with this verb, resource and
// action.
func (s *Server) Count(verb, resource, action string) int {
	n := 0
	for _, c := range s.Calls() {
		if c.Verb == verb && c.Resource == resource && c.Action == action {
			n++
		}
	}
	return n
}

// received is a call with what proves who sent it.
type received struct {
	Call
	session, email, proof string
}

// parseCall reads a call in every form: the verb in the form or as the method,
// params as JSON or with single quotes.
func parseCall(r *http.Request) (received, error) {
	if err := r.ParseForm(); err != nil {
		return received{}, errors.New("the form can't be read")
	}
	c := received{Call: Call{Verb: r.Method, Resource: path.Base(r.URL.Path)}}
	if verb := r.PostForm.Get("method"); verb != "" {
		c.Verb = verb
	}
	params, err := parseParams(r.Form.Get("params"))
	if err != nil {
		return received{}, err
	}
	if _, err := fmt.Sscan(params["timestamp"], &c.Timestamp); err != nil {
		return received{}, errors.New("timestamp is missing or not a number")
	}
	c.session, c.email, c.proof, c.Action = params["session"], params["email"], params["signed"], params["action"]
	maps.DeleteFunc(params, func(name, _ string) bool {
		return slices.Contains([]string{"session", "email", "signed", "timestamp", "action"}, name)
	})
	c.Params = params
	return c, nil
}

// parseParams takes numbers for their digits.
func parseParams(text string) (map[string]string, error) {
	var raw map[string]any
	err := unmarshal(text, &raw)
	if err != nil {
		err = unmarshal(strings.ReplaceAll(text, `'`, `"`), &raw)
	}
	if err != nil {
		return nil, errors.New("params can't be read")
	}
	params := map[string]string{}
	for name, value := range raw {
		params[name] = fmt.Sprint(value)
	}
	return params, nil
}

func unmarshal(text string, v any) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return dec.Decode(v)
}

// login answers with the account's session, the one there is if there is one.
func (s *Server) login(c received) (code int, result fields) {
	if c.email != s.options.Email || !s.signed(c, c.email) {
		return http.StatusUnauthorized, nil
	}
	s.logins++
	if s.session == "" {
		sum := sha1.Sum(fmt.Append(nil, "velneotest session ", s.logins))
		s.session = hex.EncodeToString(sum[:8])
	}
	return http.StatusOK, fields{"session": s.session}
}

// signed checks the signature and the clock. It does not use velneo.Sign, so that
// a mistake there shows.
func (s *Server) signed(c received, who string) bool {
	skew := s.options.Now().Sub(time.Unix(c.Timestamp, 0)).Abs()
	sum := sha1.Sum(fmt.Append(nil, who, c.Timestamp, s.options.APIKey))
	return skew <= s.options.MaxSkew && c.proof == hex.EncodeToString(sum[:])
}

// fields are an answer's members beside status_code.
type fields map[string]any

// answer writes an answer the way the service does: the status in the body,
// and the same one for HTTP.
func answer(w http.ResponseWriter, code int, result fields) {
	all := fields{"status_code": code}
	maps.Copy(all, result)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(all)
}
