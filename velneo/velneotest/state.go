package velneotest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hebergo/hebergo/velneo"
)

// Group is a group as stored by the server.
type Group struct {
	ManageSolutions string   // "yes", "no", or empty if it was never set
	Solutions       []string // in the order that they were added
	AppInstances    []string // names before version 7.12, ids since then
}

// Instance is an application instance as stored by the server.
type Instance struct {
	velneo.Instance
	ID string // empty before version 7.12
}

// state is the vServer.
type state struct {
	status, ordered velneo.Status
	lag, left       int
	version         string
	message         string // of successes
	supervisor      bool   // credentials were set
	groups          map[string]Group
	users           map[string]velneo.User
	folders         map[string]velneo.Folder
	instances       map[string]Instance
}

func newState() state {
	return state{
		status: velneo.StatusRunning, ordered: velneo.StatusRunning, version: "7.12.0",
		groups: map[string]Group{}, users: map[string]velneo.User{},
		folders: map[string]velneo.Folder{}, instances: map[string]Instance{},
	}
}

// SetVersion sets the vServer's version. The default is 7.12.0.
func (s *Server) SetVersion(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.version = version
}

// SetMessage sets the message of successful answers to calls for groups, users,
// folders and instances. The default is none.
func (s *Server) SetMessage(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.message = message
}

// SetLag sets how many answers after a start or a stop still report the
// previous state. The default is 0.
func (s *Server) SetLag(questions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.lag = questions
}

// Groups returns the groups by name.
func (s *Server) Groups() map[string]Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.state.groups)
}

// Users returns the users by name.
func (s *Server) Users() map[string]velneo.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.state.users)
}

// Folders returns the shared folders by name.
func (s *Server) Folders() map[string]velneo.Folder {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.state.folders)
}

// Instances returns the application instances by name.
func (s *Server) Instances() map[string]Instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.state.instances)
}

// order takes a start or a stop, which shows after the lag.
func (s *state) order(status velneo.Status) { s.ordered, s.left = status, s.lag }

func (s *state) question() fields {
	if s.left > 0 {
		s.left--
	} else {
		s.status = s.ordered
	}
	return fields{"status": s.status, "vrl": "vatp://vserver.example.com:6676", "version": s.version}
}

func (s *state) setCredentials(c received) (code int, result fields) {
	if c.Params["username"] == "" || c.Params["password"] == "" {
		return http.StatusForbidden, fields{"message": "username or password is missing"}
	}
	s.supervisor = true
	return http.StatusOK, nil
}

// put adds or changes one thing.
func (s *state) put(c received) (code int, result fields) {
	if !s.supervisor {
		return http.StatusForbidden, fields{"message": "no credentials for the vServer"}
	}
	puts := map[string]func(map[string]string) (fields, string){
		"group": s.putGroup, "user": s.putUser, "folder": s.putFolder, "instance": s.putInstance,
	}
	result, reason := puts[c.Resource](c.Params)
	if reason != "" {
		return http.StatusForbidden, fields{"message": reason}
	}
	if s.message != "" {
		result = maps.Clone(result)
		if result == nil {
			result = fields{}
		}
		result["message"] = s.message
	}
	return http.StatusOK, result
}

// missing names the first of the parameters that is not there.
func missing(p map[string]string, names ...string) string {
	for _, name := range names {
		if p[name] == "" {
			return name + " is missing"
		}
	}
	return ""
}

func (s *state) putGroup(p map[string]string) (result fields, reason string) {
	if reason := missing(p, "name"); reason != "" {
		return nil, reason
	}
	g := s.groups[p["name"]]
	if instance := p["addAppInstance"]; instance != "" {
		if !s.knows(instance) {
			return nil, "no such application instance"
		}
		g.AppInstances = append(slices.Clip(g.AppInstances), instance)
	}
	if solution := p["addSolution"]; solution != "" {
		g.Solutions = append(slices.Clip(g.Solutions), solution)
	}
	if manage := p["manageSolutions"]; manage != "" {
		g.ManageSolutions = manage
	}
	s.groups[p["name"]] = g
	return nil, ""
}

// knows reports whether there is such an instance, by its id or its name as the
// version wants.
func (s *state) knows(instance string) bool {
	for name, i := range s.instances {
		if instance == name && !s.hasIDs() || s.hasIDs() && instance == i.ID {
			return true
		}
	}
	return false
}

// hasIDs reports whether the version is 7.12 or later.
func (s *state) hasIDs() bool {
	major, rest, _ := strings.Cut(s.version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, _ := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	return a > 7 || a == 7 && b >= 12
}

func (s *state) putUser(p map[string]string) (result fields, reason string) {
	if reason := missing(p, "username", "password", "group"); reason != "" {
		return nil, reason
	}
	u := s.users[p["username"]]
	u.Username, u.Password, u.Group = p["username"], velneo.NewSecret(p["password"]), p["group"]
	if name := p["fullname"]; name != "" {
		u.FullName = name
	}
	if is := p["isSupervisor"]; is != "" {
		u.IsSupervisor = velneo.Choice(is)
	}
	s.users[u.Username] = u
	return nil, ""
}

func (s *state) putFolder(p map[string]string) (result fields, reason string) {
	if reason := missing(p, "name", "group"); reason != "" {
		return nil, reason
	}
	f, exists := s.folders[p["name"]]
	if !exists && p["path"] == "" {
		return nil, "path is missing"
	}
	if _, ok := s.groups[p["group"]]; !ok {
		return nil, "no such group"
	}
	f.Name, f.Group = p["name"], p["group"]
	if !exists {
		f.Path = p["path"]
	}
	s.folders[f.Name] = f
	return nil, ""
}

func (s *state) putInstance(p map[string]string) (result fields, reason string) {
	if reason := missing(p, "name", "project", "solution", "folderShared"); reason != "" {
		return nil, reason
	}
	i := Instance{Instance: velneo.Instance{Name: p["name"], Project: p["project"], Solution: p["solution"], FolderShared: p["folderShared"]}}
	if s.hasIDs() {
		i.ID = s.instances[i.Name].ID
		if i.ID == "" {
			i.ID = fmt.Sprint("instance-", len(s.instances)+1)
		}
		result = fields{"id_instancia": i.ID}
	}
	s.instances[i.Name] = i
	return result, ""
}
