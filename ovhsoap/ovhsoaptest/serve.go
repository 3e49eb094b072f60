package ovhsoaptest

import (
	"fmt"
	"net/http"
	"time"
)

// ServeHTTP handles one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, refused := readRequest(r)
	if refused != nil {
		s.send(w, http.StatusInternalServerError, faultBody(refused))
		return
	}
	status, body, how := s.perform(in)
	switch {
	case how.Break, how.Lose:
		panic(http.ErrAbortHandler)
	case how.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case how.Delay > 0:
		hold(r, how.Delay)
	}
	s.send(w, status, body)
}

// hold returns after the delay, or when the client has given up.
func hold(r *http.Request, delay time.Duration) {
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
	}
}

// perform carries out one call, and writes its answer, while all others wait. It
// returns what is to happen to the answer.
func (s *Server) perform(in *request) (status int, body string, how Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := in.function.Name
	if how = s.take(name, true); how.Break {
		return 0, "", how
	}
	result, how, refused := s.result(in)
	if refused != nil {
		return http.StatusInternalServerError, faultBody(refused), how
	}
	if in.function.Result == "" {
		result = nil
	}
	return http.StatusOK, resultBody(name, result), how
}

func (s *Server) result(in *request) (any, Fault, *fault) {
	name := in.function.Name
	c := &call{server: s, args: in.args}
	if refused := c.enter(in); refused != nil {
		return nil, Fault{}, refused
	}
	s.calls = append(s.calls, Call{Function: name, Time: s.options.Now(), Nic: c.nic, Language: c.language, Arguments: in.args})
	how := s.take(name, false)
	if how.refuses() {
		return nil, how, &fault{how.Status, how.Message}
	}
	result, refused := c.work(name)
	return result, how, refused
}

// call is one call at work.
type call struct {
	server   *Server
	nic      string
	session  string
	language string
	args     map[string]any
	domain   *domain // that the argument of this name leads to
}

// enter finds the session, and takes one of its lives.
func (c *call) enter(in *request) *fault {
	if !in.function.Session || in.function.Name == "logout" {
		c.session = in.session
		return nil
	}
	open := c.server.open(in.session)
	if open == nil {
		return &fault{301, "Your session has expired"}
	}
	open.used = c.server.options.Now()
	c.nic, c.session, c.language = open.nic, in.session, open.language
	if open.lives--; open.lives == 0 {
		delete(c.server.sessions, in.session)
	}
	return nil
}

// open finds a session, and ends it where it was idle for too long.
func (s *Server) open(id string) *session {
	one := s.sessions[id]
	if one != nil && s.options.SessionTimeout > 0 && s.options.Now().Sub(one.used) >= s.options.SessionTimeout {
		delete(s.sessions, id)
		return nil
	}
	return one
}

// work finds out what the function does here.
func (c *call) work(name string) (any, *fault) {
	if value, ok := c.server.answers[name]; ok {
		return value, nil
	}
	if f, ok := services[name]; ok {
		return f(c)
	}
	f, ok := domainServices[name]
	if !ok {
		return nil, &fault{250, "Function not implemented"}
	}
	d := c.server.domains[c.text("domain")]
	if d == nil {
		return nil, &fault{210, fmt.Sprintf("The domain %s doesn't exist", c.text("domain"))}
	}
	if d.nic != c.nic {
		return nil, &fault{401, "You have no right to access this domain"}
	}
	c.domain = d
	return f(c)
}

// given reports whether an argument is there: "" and 0 are, nil is not.
func (c *call) given(name string) bool { return c.args[name] != nil }

// textOr and numberOr are the argument, or the default where it is nil or
// absent.
func (c *call) textOr(name, otherwise string) string {
	if c.given(name) {
		return c.text(name)
	}
	return otherwise
}

func (c *call) numberOr(name string, otherwise int) int {
	if c.given(name) {
		return c.number(name)
	}
	return otherwise
}

func (c *call) text(name string) string { s, _ := c.args[name].(string); return s }
func (c *call) flag(name string) bool   { b, _ := c.args[name].(bool); return b }
func (c *call) number(name string) int  { n, _ := c.args[name].(int); return n }
