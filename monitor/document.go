package monitor

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/internal/transport"
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
		Version text `json:"version"`
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
		InstallLock text `json:"install_lock"`
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
	Name  word `json:"name"`  // of an instance in a list
	Error text `json:"error"` // of one that could not be looked at
}

type sized struct {
	Size text `json:"size"`
}

// maxStarts is how many braces are tried as the beginning of the document.
const maxStarts = 16

// parseDocument finds the document in an answer. PHP likes to print warnings
// first, and those may hold braces too.
func parseDocument(body []byte) (*document, bool) {
	for range maxStarts {
		i := bytes.IndexByte(body, '{')
		if i < 0 {
			return nil, false
		}
		body = body[i:]
		var d document
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&d); lenient(err) == nil && d.known() {
			return &d, true
		}
		body = body[1:]
	}
	return nil, false
}

// known tells a connector's document from any other JSON.
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
		Modules:  slices.Clone(d.Modules), FeaturesLevel: string(d.Security.Level), InstallLock: string(d.Security.InstallLock),
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

// parseNames finds a list of names in an answer.
func parseNames(body []byte) ([]word, bool) {
	for range maxStarts {
		i := bytes.IndexByte(body, '[')
		if i < 0 {
			return nil, false
		}
		body = body[i:]
		var names []word
		if json.NewDecoder(bytes.NewReader(body)).Decode(&names) == nil {
			return names, true
		}
		body = body[1:]
	}
	return nil, false
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
type modules []Module

// maxModules is how many of them are kept, by name: ten times what a large
// Dolibarr has, so that no peer makes a Result large.
const maxModules = 2000

// module is a descriptor.
type module struct {
	Name      text `json:"name"`
	Number    text `json:"numero"`
	Version   text `json:"version"`
	Active    text `json:"active"`
	Source    text `json:"source"`
	Editor    text `json:"editor_name"`
	EditorURL text `json:"editor_url"`
}

func (m *modules) UnmarshalJSON(data []byte) error {
	*m = nil
	var described map[string]json.RawMessage
	var listed []json.RawMessage
	if json.Unmarshal(data, &described) == nil {
		for _, name := range slices.Sorted(maps.Keys(described)) {
			m.add(name, described[name])
		}
	} else if json.Unmarshal(data, &listed) == nil {
		for _, raw := range listed {
			m.add("", raw)
		}
	}
	slices.SortFunc(*m, func(a, b Module) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// add takes a descriptor, or a name alone. Of a list of names only active
// modules are known to be on it (inferred: it was the list of active ones).
func (m *modules) add(name string, raw json.RawMessage) {
	var d module
	var alone string
	switch {
	case json.Unmarshal(raw, &alone) == nil:
		if name == "" {
			name = alone
		}
		d.Active = "1"
	case lenient(json.Unmarshal(raw, &d)) != nil:
		return
	}
	if name == "" {
		name = string(d.Name)
	}
	if name = transport.Clean(name, 100); name == "" || len(*m) >= maxModules {
		return
	}
	*m = append(*m, Module{
		Name: name, Number: d.Number.count(), Version: string(d.Version), Active: d.Active.truth(),
		External: d.Source == "external", Editor: string(d.Editor), EditorURL: string(d.EditorURL),
	})
}

// instances is a list of documents or names, or a map of them by name.
type instances struct {
	present bool
	byName  map[string]record
}

func (l *instances) UnmarshalJSON(data []byte) error {
	*l = instances{present: string(data) != "null", byName: map[string]record{}}
	var named map[string]json.RawMessage
	var listed []json.RawMessage
	if json.Unmarshal(data, &named) == nil {
		for name, raw := range named {
			l.add(name, raw)
		}
	} else if json.Unmarshal(data, &listed) == nil {
		for _, raw := range listed {
			l.add("", raw)
		}
	}
	return nil
}

func (l *instances) add(name string, raw json.RawMessage) {
	var d record
	var alone string
	if json.Unmarshal(raw, &alone) == nil && name == "" {
		name = alone
	} else if lenient(json.Unmarshal(raw, &d)) != nil {
		return
	}
	if name == "" {
		name = string(d.Name)
	}
	if !goodName(name) || len(l.byName) > MaxInstances { // one too many is enough to refuse the list
		return
	}
	d.Name = word(name)
	l.byName[name] = d
}

// goodName tells whether a name can be part of a Target's ID.
func goodName(name string) bool {
	return name != "" && len(name) <= 100 && name == transport.Clean(name, 100)
}
