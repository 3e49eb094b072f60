package monitortest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// Where the forms live.
const (
	sitePath     = "/"
	observerPath = "/custom/webobserver/get-data.php"
	forkPath     = "/custom/fork/get-data.php"
	instancePath = "/_instance/check.php"
	oldPath      = "/old/_instance/check.php"
	serverPath   = "/_server/check-server.php"
	managerPath  = "/_server/manager.php"
	restPath     = "/api/index.php/status"
)

// SiteURL returns the address of a web page.
func (s *Server) SiteURL() string { return s.URL + sitePath }

// ObserverURL returns the address of a WebObserver: hash and time required,
// sizes in bytes.
func (s *Server) ObserverURL() string { return s.URL + observerPath }

// ForkURL returns the address of a WebObserver that reports no sizes.
func (s *Server) ForkURL() string { return s.URL + forkPath }

// ServerObserverURL returns the address of a ServerObserver: no token, sizes in
// MiB.
func (s *Server) ServerObserverURL() string { return s.URL + instancePath }

// OldObserverURL returns the address of a ServerObserver from before 2020: no
// apiversion, modules as a list of names.
func (s *Server) OldObserverURL() string { return s.URL + oldPath }

// ActionsURL returns the address of a server manager that uses actions.
func (s *Server) ActionsURL() string { return s.URL + serverPath }

// ManagerURL returns the address of a server manager that responds with one
// document.
func (s *Server) ManagerURL() string { return s.URL + managerPath }

// DolibarrURL returns the address of a Dolibarr with its REST API.
func (s *Server) DolibarrURL() string { return s.URL }

// Dolibarr returns an instance as a new Server has it: 144 MiB and two modules,
// one of them disabled.
func Dolibarr(name string) monitor.Instance {
	return monitor.Instance{
		Name: name, URL: "https://erp.example.test/", Version: "20.0.2",
		Disk: monitor.Disk{
			Used: monitor.Bytes(144 << 20), Documents: monitor.Bytes(12 << 20), Htdocs: monitor.Bytes(96 << 20),
		},
		Users: monitor.CountOf(7), ActiveUsers: monitor.CountOf(5), LastLogin: "2026-05-01 08:12:33",
		Database: monitor.Database{Type: "mysqli", Host: "localhost", Name: "dolibarr", User: "dolibarr"},
		Modules: []monitor.Module{
			{Name: "modDemo", Number: monitor.CountOf(104999), Version: "1.4.0", External: true, Editor: "Example"},
			{Name: "modSociete", Number: monitor.CountOf(1), Version: "dolibarr", Active: true},
		},
		FeaturesLevel: "0", InstallLock: "true",
	}
}

type object map[string]any

// observer answers in one of the four forms that know a single instance. The
// shapes are those of answers captured from the connectors' own PHP.
func (s *Server) observer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	own, refused := s.own, s.refuse(r)
	w.Header().Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	s.mu.Unlock()
	var doc object
	switch r.URL.Path {
	case observerPath:
		doc = describe(own, 1)
		doc["apiname"], doc["apiversion"] = "serverobserver", "1.0"
	case forkPath:
		doc = describe(own, 1)
		doc["apiname"], doc["apiversion"] = "serverobserver", "1.0"
		for _, part := range []string{"data", "htdocs", "repertoire_client"} {
			delete(doc["dolibarr"].(object), part)
		}
	default:
		refused = ""
		doc = describe(own, 1<<20)
		doc["apiversion"] = "1.0"
		s.describeServer(doc)
		if r.URL.Path == oldPath {
			delete(doc, "apiversion")
			doc["module"] = activeNames(own)
		}
	}
	reply(w, doc, refused)
}

// refuse says what a connector says to a wrong hash. Called with mu held.
func (s *Server) refuse(r *http.Request) string {
	q := r.URL.Query()
	seconds, err := strconv.ParseInt(q.Get("time"), 10, 64)
	at := time.Unix(seconds, 0)
	switch {
	case s.token == "":
		return "Invalid token configuration"
	case q.Get("hash") == "" || q.Get("time") == "":
		return "Missing parameter"
	case err != nil || s.options.Now().Sub(at).Abs() > monitor.HashWindow || q.Get("hash") != monitor.ObserverHash(s.token, at):
		return "Invalid hash"
	}
	return ""
}

// describe is what all forms report of an instance, with sizes in units. Counts
// that are unknown are null, lists that are nil are left out.
func describe(i monitor.Instance, unit int64) object {
	list := object{}
	for _, m := range i.Modules {
		descriptor := object{
			"dir": "/srv/dolibarr/htdocs/core/modules/", "name": strings.TrimPrefix(m.Name, "mod"), "numero": m.Number, "version": m.Version,
			"editor_name": m.Editor, "editor_url": m.EditorURL, "source": map[bool]string{true: "external", false: "core"}[m.External],
			"gitinfos": false, "active": map[bool]string{true: "1", false: ""}[m.Active],
		}
		if m.Unclear {
			delete(descriptor, "active")
		}
		list[m.Name] = descriptor
	}
	doc := object{
		"dolibarr": object{
			"version": i.Version, "version1": i.Version, "theme": "eldy", "path": object{"http": i.URL},
			"data":              object{"path": "/srv/dolibarr/documents", "size": units(i.Disk.Documents, unit)},
			"htdocs":            object{"path": "/srv/dolibarr/htdocs", "size": units(i.Disk.Htdocs, unit)},
			"repertoire_client": object{"path": "/srv/dolibarr", "size": units(i.Disk.Used, unit)},
		},
		"db":       object{"host": i.Database.Host, "name": i.Database.Name, "user": i.Database.User, "type": i.Database.Type},
		"user":     object{"all": i.Users, "active": i.ActiveUsers, "date_last_login": i.LastLogin},
		"security": object{"database_pwd_encrypted": "1", "main_features_level": i.FeaturesLevel, "install_lock": i.InstallLock == "true"},
	}
	if i.Modules != nil {
		doc["module"] = list
	}
	return doc
}

// units counts a size as du does: what is begun is whole, unknown is -1.
func units(s monitor.Size, unit int64) int64 {
	if !s.Known {
		return -1
	}
	return (s.Bytes + unit - 1) / unit
}

// describeServer adds what only ServerObserver reports.
func (s *Server) describeServer(doc object) {
	doc["dolibarr"].(object)["path"].(object)["absolute"] = "/srv/dolibarr/htdocs/"
	delete(doc, "security")
	gib := func(n monitor.Size) string { return fmt.Sprintf("%.2f GB", float64(n.Bytes)/(1<<30)) }
	doc["server_info"] = object{
		"espace_total": gib(s.space.Total), "espace_restant": gib(s.space.Free), "espace_used": gib(s.space.Used),
		"percent_used": fmt.Sprintf("%.2f %%", 100*float64(s.space.Used.Bytes)/float64(s.space.Total.Bytes)),
	}
}

func activeNames(i monitor.Instance) []string {
	var names []string
	for _, m := range i.Modules {
		if m.Active {
			names = append(names, m.Name)
		}
	}
	return names
}

// manager answers as a server manager, with one document or by action.
func (s *Server) manager(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refused := s.refuse(r)
	if r.URL.Path == managerPath {
		reply(w, s.everything(), refused)
		return
	}
	switch name := r.URL.Query().Get("instance_name"); r.URL.Query().Get("action") {
	case "":
		reply(w, object{"apiversion": "2.0", "space": s.volume(), "php": object{"version": "PHP 8.2"}, "mysql": object{"version": nil}}, refused)
	case "get-all-instance":
		reply(w, slices.Sorted(maps.Keys(s.instances)), refused)
	case "get-info-instance":
		i, ok := s.instances[name]
		if !ok || i.Problem != "" {
			refused = cmp.Or(refused, "Wrong instance path : /srv/"+name+"/dolibarr/htdocs/")
		}
		doc := describe(i, 1)
		doc["apiversion"] = "2.0"
		delete(doc, "security")
		reply(w, doc, refused)
	default:
		html(w, "Unknown action")
	}
}

// everything is the document that the monitor package proposes.
func (s *Server) everything() object {
	list := []object{}
	for _, name := range slices.Sorted(maps.Keys(s.instances)) {
		i := s.instances[name]
		doc := describe(i, 1)
		doc["name"] = name
		if i.Problem != "" {
			doc = object{"name": name, "error": i.Problem}
		}
		list = append(list, doc)
	}
	return object{"apiname": "servermanager", "apiversion": "1.0", "space": s.volume(), "instances": list}
}

func (s *Server) volume() object {
	return object{"bytes_total": s.space.Total.Bytes, "bytes_left": s.space.Free.Bytes, "bytes_used": s.space.Used.Bytes}
}

// reply writes a document, or the refusal; both with 200, as the connectors do.
func reply(w http.ResponseWriter, doc any, refused string) {
	if refused != "" {
		html(w, refused)
		return
	}
	body, err := json.Marshal(doc)
	if err != nil {
		panic("monitortest: " + err.Error())
	}
	html(w, string(body))
}

// rest answers as Dolibarr's REST API.
func (s *Server) rest(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.Header.Get("DOLAPIKEY") != APIKey {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":{"code":401,"message":"Unauthorized"}}`))
		return
	}
	status := object{"code": 200, "dolibarr_version": s.own.Version}
	if !s.own.LockUnknown {
		status["access_locked"] = cmp.Or(s.own.LockedBy, "0")
	}
	_ = json.NewEncoder(w).Encode(object{"success": status})
}

// PathOf returns the path of one of the Server's addresses, for Script and
// Always.
func PathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return sitePath
	}
	return u.Path
}
