package ovhsoaptest

import (
	"fmt"
	"net/http"
	"time"
)

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, fault := readRequest(r)
	if fault != nil {
		s.send(w, http.StatusInternalServerError, faultBody(fault))
		return
	}
	status, body := s.perform(in)
	if body == "" {
		panic(http.ErrAbortHandler)
	}
	s.wait(r, in.function.Name)
	s.send(w, status, body)
}

// wait holds an answer back for as long as Delay says.
func (s *Server) wait(r *http.Request, function string) {
	s.mu.Lock()
	delay := s.delays[function]
	s.mu.Unlock()
	if delay == 0 {
		return
	}
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
	}
}

// perform carries out one call, and writes its answer, while all others wait.
// An empty answer is a lost one.
func (s *Server) perform(in *request) (status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := in.function.Name
	result, fault := s.result(in)
	if fault != nil {
		return http.StatusInternalServerError, faultBody(fault)
	}
	if s.lost[name] > 0 {
		s.lost[name]--
		return 0, ""
	}
	if in.function.Result == "" {
		result = nil
	}
	return http.StatusOK, resultBody(name, result)
}

func (s *Server) result(in *request) (any, *Fault) {
	name := in.function.Name
	c := &call{server: s, args: in.args}
	if fault := c.enter(in); fault != nil {
		return nil, fault
	}
	s.calls = append(s.calls, Call{name, c.nic, c.language, in.args})
	if queue := s.faults[name]; len(queue) > 0 {
		s.faults[name] = queue[1:]
		return nil, &queue[0]
	}
	return c.work(name)
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
func (c *call) enter(in *request) *Fault {
	if !in.function.Session || in.function.Name == "logout" {
		c.session = in.session
		return nil
	}
	open := c.server.sessions[in.session]
	if open == nil {
		return &Fault{301, "Your session has expired"}
	}
	c.nic, c.session, c.language = open.nic, in.session, open.language
	if open.lives--; open.lives == 0 {
		delete(c.server.sessions, in.session)
	}
	return nil
}

// work finds out what the function does here.
func (c *call) work(name string) (any, *Fault) {
	if value, ok := c.server.answers[name]; ok {
		return value, nil
	}
	if f, ok := services[name]; ok {
		return f(c)
	}
	f, ok := domainServices[name]
	if !ok {
		return nil, &Fault{250, "Function not implemented"}
	}
	d := c.server.domains[c.text("domain")]
	if d == nil {
		return nil, &Fault{210, fmt.Sprintf("The domain %s doesn't exist", c.text("domain"))}
	}
	if d.nic != c.nic {
		return nil, &Fault{401, "You have no right to access this domain"}
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
