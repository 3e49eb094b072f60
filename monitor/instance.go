package monitor

import (
	"encoding/json"
	"fmt"
)

// Size is a number of bytes that may be unknown. The zero value is unknown,
// which is null in JSON and not the same as 0 bytes.
type Size struct {
	Bytes int64
	Known bool
}

// Bytes returns a known Size, or an unknown one if n is negative, which is how
// the connectors report it.
func Bytes(n int64) Size {
	if n < 0 {
		return Size{}
	}
	return Size{n, true}
}

// String returns the number of bytes, such as "870788", or "unknown".
func (s Size) String() string {
	if !s.Known {
		return "unknown"
	}
	return fmt.Sprint(s.Bytes)
}

// MarshalJSON returns a number, or null if it is unknown.
func (s Size) MarshalJSON() ([]byte, error) {
	if !s.Known {
		return []byte("null"), nil
	}
	return json.Marshal(s.Bytes)
}

// UnmarshalJSON accepts a number or null.
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

// Disk is the space used by a target and available to it.
type Disk struct {
	Used      Size `json:"used,omitzero"`      // by the target: an instance's directory, or a hosting's volume
	Total     Size `json:"total,omitzero"`     // of the volume
	Free      Size `json:"free,omitzero"`      // on the volume
	Documents Size `json:"documents,omitzero"` // of an instance: its documents
	Htdocs    Size `json:"htdocs,omitzero"`    // of an instance: its program
}

// Instance is what a Dolibarr reports about itself. A value that its connector
// does not report, or reports in a form that can't be parsed, is unknown: an
// unknown Size or Count, an empty string, a nil slice. It is never replaced by
// 0 or by an empty list.
type Instance struct {
	Name          string   `json:"name,omitempty"`           // as a server manager lists it
	URL           string   `json:"url,omitempty"`            // its own address, as it reports it
	Version       string   `json:"version,omitempty"`        // Dolibarr's
	Form          Form     `json:"form,omitempty"`           // the contract that the response followed
	Disk          Disk     `json:"disk,omitzero"`            // in bytes
	Users         Count    `json:"users,omitzero"`           // accounts
	ActiveUsers   Count    `json:"active_users,omitzero"`    // those that may log in
	LastLogin     string   `json:"last_login,omitempty"`     // as the server writes it, in a time zone that it does not name
	Database      Database `json:"database,omitzero"`        // its database
	Modules       []Module `json:"modules,omitzero"`         // sorted by name, at most 2000; nil if they are not reported
	ModulesUnread int      `json:"modules_unread,omitempty"` // number of entries left out of Modules: without a name, or beyond 2000
	LockedBy      string   `json:"locked_by,omitempty"`      // the only login that is allowed, if access is locked; only FormDolibarr reports it
	LockUnknown   bool     `json:"lock_unknown,omitempty"`   // for FormDolibarr: whether access is locked is not reported
	FeaturesLevel string   `json:"features_level,omitempty"` // "0" unless it runs experimental features
	InstallLock   string   `json:"install_lock,omitempty"`   // "true" or "false", empty if it is not reported
	Problem       string   `json:"problem,omitempty"`        // why a server manager could not read it
}

// Database describes the database of an instance.
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
	Active    bool   `json:"active"`               // it is enabled
	Unclear   bool   `json:"unclear,omitempty"`    // whether it is enabled is not reported, and Active has no meaning
	External  bool   `json:"external,omitempty"`   // the connector reports it as foreign; false if it does not say
	Editor    string `json:"editor,omitempty"`     // its author
	EditorURL string `json:"editor_url,omitempty"` // the author's address
}
