package monitor

// Form says which of the connectors' contracts a response follows.
type Form string

// The forms. They are recognised from the content; ParamForm overrides this.
const (
	FormWebObserver    Form = "webobserver"    // get-data.php: sizes in bytes
	FormServerObserver Form = "serverobserver" // _instance/check.php: sizes in MiB
	FormServerManager  Form = "servermanager"  // one document for a hosting and its instances (proposed)
	FormServerActions  Form = "serveractions"  // check-server.php with actions (captured)
	FormDolibarr       Form = "dolibarr"       // REST /api/index.php/status
)

func parseForm(text string) (Form, string) {
	switch f := Form(text); f {
	case FormWebObserver, FormServerObserver, FormServerManager, FormServerActions:
		return f, ""
	}
	return "", "is not a form of the connectors"
}

// form returns which contract a document follows, by what only one of them has.
// ServerObserver and WebObserver share apiversion "1.0" and count in different
// units: the absolute path and the machine's own figures are ServerObserver's,
// and so is a document without apiversion and with a list of modules, as it
// wrote before 2020.
func (d *document) form() Form {
	switch {
	case d.API == "servermanager" || d.Instances.present:
		return FormServerManager
	case d.Dolibarr.Path.Absolute != "", d.Server.Total != "":
		return FormServerObserver
	case d.API == "serverobserver":
		return FormWebObserver
	case d.APIVersion == "2.0":
		return FormServerActions
	case d.APIVersion == "" && d.Dolibarr.Version != "" && d.Modules.listed:
		return FormServerObserver
	}
	return ""
}

// unit is the size of the form's unit in bytes, 0 where it is not known: a
// number without its unit is unknown.
func (f Form) unit() int64 {
	switch f {
	case FormServerObserver:
		return 1 << 20
	case FormWebObserver, FormServerManager, FormServerActions:
		return 1
	}
	return 0
}
