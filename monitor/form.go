package monitor

// Form tells which of the connectors' contracts an answer followed.
type Form string

// The forms. They are told apart by content; ParamForm overrides.
const (
	FormWebObserver    Form = "webobserver"    // get-data.php: sizes in bytes
	FormServerObserver Form = "serverobserver" // _instance/check.php: sizes in MiB
	FormServerManager  Form = "servermanager"  // one document for a hosting and its instances (proposed)
	FormServerActions  Form = "serveractions"  // check-server.php with actions (seen)
	FormDolibarr       Form = "dolibarr"       // REST /api/index.php/status
)
