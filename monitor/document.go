package monitor

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
)

// document is what all connectors answer with, each of them a part of it.
type document struct {
	record
	Instances instances `json:"instances"`
}

// record is a document without a list inside, so that a list in a list, which
// nobody writes in good faith, is not followed.
type record struct {
	API        text `json:"apiname"`
	APIVersion text `json:"apiversion"`
	Dolibarr   struct {
		Version release `json:"version"`
		Path    struct {
			HTTP     text `json:"http"`
			Absolute text `json:"absolute"`
		} `json:"path"`
		Data   sized `json:"data"`
		Htdocs sized `json:"htdocs"`
		Client sized `json:"repertoire_client"`
	} `json:"dolibarr"`
	DB struct {
		Type text `json:"type"`
		Host text `json:"host"`
		Name text `json:"name"`
		User text `json:"user"`
	} `json:"db"`
	User struct {
		All       text `json:"all"`
		Active    text `json:"active"`
		LastLogin text `json:"date_last_login"`
	} `json:"user"`
	Security struct {
		Level       text `json:"main_features_level"`
		InstallLock told `json:"install_lock"`
	} `json:"security"`
	Modules modules `json:"module"`
	Server  struct {
		Total text `json:"espace_total"`
		Free  text `json:"espace_restant"`
		Used  text `json:"espace_used"`
	} `json:"server_info"`
	Space struct {
		Total text `json:"bytes_total"`
		Free  text `json:"bytes_left"`
		Used  text `json:"bytes_used"`
	} `json:"space"`
	Name  word    `json:"name"`  // of an instance in a list
	Error trouble `json:"error"` // of one that could not be looked at
}

type sized struct {
	Size text `json:"size"`
}

// maxStarts is how many brackets are tried as the beginning of the document.
const maxStarts = 16

// parseDocument finds the document in an answer.
func parseDocument(body []byte) (*document, bool) {
	var d document
	ok := find(body, "{", func(value []byte) bool {
		d = document{}
		return lenient(json.Unmarshal(value, &d)) == nil && d.known()
	})
	return &d, ok
}

// known reports whether it is a connector's document rather than any other JSON.
func (d *document) known() bool {
	return d.Dolibarr.Version != "" || d.Space.Total != "" || d.Instances.present || d.API != "" && d.APIVersion != ""
}

// instance is the document as a plain value. form decides what the sizes mean.
func (d *record) instance(form Form) *Instance {
	unit := form.unit()
	return &Instance{
		Name: string(d.Name), URL: string(d.Dolibarr.Path.HTTP), Version: string(d.Dolibarr.Version), Form: form,
		Disk: Disk{
			Used: d.Dolibarr.Client.Size.size(unit), Documents: d.Dolibarr.Data.Size.size(unit), Htdocs: d.Dolibarr.Htdocs.Size.size(unit),
			Total: d.Server.Total.human(), Free: d.Server.Free.human(),
		},
		Users: d.User.All.count(), ActiveUsers: d.User.Active.count(), LastLogin: string(d.User.LastLogin),
		Database: Database{string(d.DB.Type), string(d.DB.Host), string(d.DB.Name), string(d.DB.User)},
		Modules:  slices.Clone(d.Modules.list), ModulesUnread: d.Modules.unread,
		FeaturesLevel: string(d.Security.Level), InstallLock: d.Security.InstallLock.String(), Problem: string(d.Error),
	}
}

// space is the volume of a hosting.
func (d *record) space() *Disk {
	disk := &Disk{Used: d.Space.Used.size(1), Total: d.Space.Total.size(1), Free: d.Space.Free.size(1)}
	if *disk == (Disk{}) {
		return nil
	}
	return disk
}

// parseNames finds a list of names in an answer. PHP writes a list that has
// lost an entry as an object with numbers for keys.
func parseNames(body []byte) (names instances, ok bool) {
	ok = find(body, "[{", func(value []byte) bool {
		isList := value[0] == '['
		if !isList {
			each(value, func(key, _ []byte) bool { isList = isNumber(key); return isList })
		}
		if isList {
			_ = names.UnmarshalJSON(value) // it never fails on valid JSON
		}
		return true // any other object is the answer, and no list
	})
	return names, ok && names.isList
}

// refusal knows the connectors' words for a question that they don't answer:
// they come as plain text with HTTP 200.
func refusal(body []byte) (Reason, string) {
	said := string(bytes.TrimSpace(body[:min(len(body), 300)]))
	for _, known := range []struct {
		words  string
		reason Reason
		detail string
	}{
		{"Missing parameter", ReasonAuth, "the observer misses hash and time: the target needs its Secret"},
		{"Invalid hash", ReasonAuth, "the observer refused the hash: wrong token, or clocks more than three minutes apart"},
		{"Invalid token configuration", ReasonAuth, "the observer has no token configured"},
		{"Wrong instance path", ReasonBadPayload, "the server manager finds no Dolibarr in that instance"},
	} {
		if strings.Contains(said, known.words) {
			return known.reason, known.detail
		}
	}
	return ReasonBadPayload, "no document of a connector in the answer"
}

// modules is a map of descriptors, a list of names or of descriptors, or the
// empty list that PHP makes of an empty map.
type modules struct {
	list   []Module // nil where there is none of these
	listed bool     // they came as a list
	unread int      // entries that are not in the list
}

// maxModules is how many of them are kept, by name: ten times what a large
// Dolibarr has, so that no peer makes a Result large.
const maxModules = 2000

// module is a descriptor.
type module struct {
	Name      text  `json:"name"`
	Number    text  `json:"numero"`
	Version   text  `json:"version"`
	Active    truth `json:"active"`
	Source    text  `json:"source"`
	Editor    text  `json:"editor_name"`
	EditorURL text  `json:"editor_url"`
}

// What is known of modules without a descriptor.
var noModule, activeModule = module{}, module{Active: truth{true, true}}

func (m *modules) UnmarshalJSON(data []byte) error {
	isList := data[0] == '['
	*m = modules{listed: isList}
	isOne := each(data, func(key, value []byte) bool {
		m.add(key, value, isList)
		return m.unread <= maxModules // that many are enough to know that something is wrong
	})
	if isOne && m.list == nil {
		m.list = []Module{}
	}
	slices.SortFunc(m.list, func(a, b Module) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// add takes a descriptor, or a name alone. Of a list of names only active
// modules are known to be on it (inferred: it was the list of active ones).
func (m *modules) add(key, raw []byte, isList bool) {
	if len(m.list) >= maxModules {
		m.unread++
		return
	}
	d := &noModule
	name := ""
	if isList = isList || isNumber(key); !isList {
		name = unquoted(key)
	}
	switch {
	case raw[0] == '"' && isList:
		name, d = unquoted(raw), &activeModule
	case raw[0] == '{':
		d = &module{}
		_ = json.Unmarshal(raw, d) // what it can't read of a valid object stays unknown
	}
	if name == "" {
		name = string(d.Name)
	}
	if name = redact.Clean(name, 100); name == "" {
		m.unread++
		return
	}
	m.list = append(m.list, Module{
		Name: name, Number: d.Number.count(), Version: string(d.Version), Active: d.Active.on, Unclear: !d.Active.known,
		External: d.Source == "external", Editor: string(d.Editor), EditorURL: string(d.EditorURL),
	})
}

// instances is a list of documents or names, or a map of them by name.
type instances struct {
	present bool              // there is something other than null
	isList  bool              // and it is a list or a map
	byName  map[string]listed // nil where it is neither
	unread  int               // entries that can't be read
}

// listed is an instance's document as it came, nil of one known by name alone.
type listed struct{ raw json.RawMessage }

func (l *instances) UnmarshalJSON(data []byte) error {
	*l = instances{present: string(data) != "null"}
	isList := data[0] == '['
	if data[0] != '[' && data[0] != '{' {
		return nil
	}
	l.isList, l.byName = true, map[string]listed{}
	each(data, func(key, value []byte) bool {
		l.add(key, value, isList)
		return len(l.byName) <= MaxInstances && l.unread <= MaxInstances // one too many is enough to refuse the list
	})
	return nil
}

func (l *instances) add(key, raw []byte, isList bool) {
	name := ""
	if isList = isList || isNumber(key); !isList {
		name = unquoted(key)
	}
	var entry listed
	switch {
	case raw[0] == '{':
		entry.raw = bytes.Clone(raw)
		if said, ok := member(raw, "name"); ok && name == "" {
			name = scalarText(said)
		}
		if name == "" { // a map whose names are numbers
			name = unquoted(key)
		}
	case isList:
		name = unquoted(raw)
	case raw[0] != '"' && string(raw) != "[]": // neither a document, which PHP writes so when it is empty, nor a text
		name = ""
	}
	if !goodName(name) {
		l.unread++
		return
	}
	l.byName[name] = entry
}

// isNumber reports whether a key is one that PHP gives by itself.
func isNumber(key []byte) bool {
	digits := bytes.Trim(key, `"`)
	return len(digits) > 0 && len(bytes.Trim(digits, "0123456789")) == 0
}

// scalarText is the text of a name, empty where it is none.
func scalarText(raw []byte) string {
	var w word
	_ = w.UnmarshalJSON(raw)
	return string(w)
}

// record reads the document. name is what it is listed under.
func (e listed) record(name string) (d record) {
	if e.raw != nil {
		_ = json.Unmarshal(e.raw, &d) // what it can't read of a valid object stays unknown
	}
	d.Name = word(name)
	return d
}

// goodName reports whether a name can be part of a Target's ID.
func goodName(name string) bool {
	return name != "" && len(name) <= 100 && name == redact.Clean(name, 100)
}
