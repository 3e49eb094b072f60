package monitor

import (
	"encoding/json"
	"fmt"
)

// Size is a number of bytes that may be unknown. Unknown is the zero value and
// null in JSON; it is not 0 bytes.
type Size struct {
	Bytes int64
	Known bool
}

// Bytes returns a known Size, or an unknown one for a negative number, as the
// connectors write it.
func Bytes(n int64) Size {
	if n < 0 {
		return Size{}
	}
	return Size{n, true}
}

// String reads "870788" or "unknown".
func (s Size) String() string {
	if !s.Known {
		return "unknown"
	}
	return fmt.Sprint(s.Bytes)
}

// MarshalJSON writes a number, or null.
func (s Size) MarshalJSON() ([]byte, error) {
	if !s.Known {
		return []byte("null"), nil
	}
	return json.Marshal(s.Bytes)
}

// UnmarshalJSON reads a number, or null.
func (s *Size) UnmarshalJSON(data []byte) error {
	var n *int64
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*s = Size{}
	if n != nil {
		*s = Bytes(*n)
	}
	return nil
}

// Disk is the space that a target takes and has.
type Disk struct {
	Used      Size `json:"used,omitzero"`      // by the target: an instance's directory, or a hosting's volume
	Total     Size `json:"total,omitzero"`     // of the volume
	Free      Size `json:"free,omitzero"`      // on the volume
	Documents Size `json:"documents,omitzero"` // of an instance: its documents
	Htdocs    Size `json:"htdocs,omitzero"`    // of an instance: its program
}

// Instance is what a Dolibarr reports about itself. What its connector does not
// report, or reports in a way that can't be understood, is unknown: an unknown Size
// or Count, an empty text, a nil list. None of these is ever 0 or empty for it.
type Instance struct {
	Name          string   `json:"name,omitempty"`           // as a server manager lists it
	URL           string   `json:"url,omitempty"`            // its own address, as it believes
	Version       string   `json:"version,omitempty"`        // Dolibarr's
	Form          Form     `json:"form,omitempty"`           // which contract the answer followed
	Disk          Disk     `json:"disk,omitzero"`            // in bytes
	Users         Count    `json:"users,omitzero"`           // accounts
	ActiveUsers   Count    `json:"active_users,omitzero"`    // those that may log in
	LastLogin     string   `json:"last_login,omitempty"`     // as the server writes it, in a time zone that it does not name
	Database      Database `json:"database,omitzero"`        // where its data is
	Modules       []Module `json:"modules,omitzero"`         // sorted by name, at most 2000; nil where they are not reported
	ModulesUnread int      `json:"modules_unread,omitempty"` // entries that are not in Modules: without a name, or beyond 2000
	LockedBy      string   `json:"locked_by,omitempty"`      // the one login that may enter, if access is locked; only FormDolibarr reports it
	LockUnknown   bool     `json:"lock_unknown,omitempty"`   // of FormDolibarr: whether access is locked is not reported
	FeaturesLevel string   `json:"features_level,omitempty"` // "0" unless it runs experimental features
	InstallLock   string   `json:"install_lock,omitempty"`   // "true" or "false", empty where it is not reported
	Problem       string   `json:"problem,omitempty"`        // why a server manager could not read it
}

// Database is where an instance keeps its data.
type Database struct {
	Type string `json:"type,omitempty"` // "mysqli", "pgsql"
	Host string `json:"host,omitempty"`
	Name string `json:"name,omitempty"`
	User string `json:"user,omitempty"`
}

// Module is one of an instance's modules.
type Module struct {
	Name      string `json:"name"`                 // the descriptor: "modSociete"
	Number    Count  `json:"number,omitzero"`      // Dolibarr's number for it
	Version   string `json:"version,omitempty"`    // "dolibarr" for those that come with it
	Active    bool   `json:"active"`               // switched on
	Unclear   bool   `json:"unclear,omitempty"`    // whether it is switched on is not reported, and Active means nothing
	External  bool   `json:"external,omitempty"`   // the connector calls it foreign; false where it does not say
	Editor    string `json:"editor,omitempty"`     // who wrote it
	EditorURL string `json:"editor_url,omitempty"` // and where they are
}
