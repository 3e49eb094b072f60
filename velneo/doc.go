// Package velneo is a client of the Velneo Cloud API, version 1.1. It controls
// a Velneo vServer: state, start, stop and backup, and the groups, users,
// shared folders and application instances on it.
//
//	client, err := velneo.New(velneo.Config{Email: "agency@example.com", APIKey: velneo.NewSecret(key)})
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	link, err := client.Backup(ctx)
//	if err != nil {
//		return err
//	}
//	backup, err := client.DownloadBackup(ctx, link, "vserver.backup", func(done, total int64) {
//		fmt.Printf("\r%d of %d", done, total)
//	})
//	if err != nil {
//		return err
//	}
//	fmt.Println(backup.Size, backup.SHA256)
//
// Package velneotest is a fake of the service for tests.
//
// # Logging in
//
// The first call logs in, with the account's e-mail address and an API key from
// Velneo's support centre. Concurrent callers share one login. A call that is
// answered with 401 causes one new login and is sent once more, with a new
// signature; calls in progress at that time share that login too. A 403 never
// causes a login. A refused login is final: it is an [ErrUnauthorized], and
// also an [ErrClockSkew] if the Date of the answer shows that this machine's
// clock is wrong and not the key. [LoadConfig] reads the address and the key
// from the environment; [New] does not.
//
// The service keeps one session per account and returns the same id to every
// application. Close therefore does not end the session; Logout ends it for all
// applications. Neither the lifetime of a session nor the tolerated clock
// difference is published.
//
// # Security
//
// Every call carries a timestamp and the hash that [Sign] makes of the session,
// the timestamp and the key. Nothing else is signed, so only TLS protects the
// rest. Certificates are verified by default. According to the vendor guide,
// the service's beta had a certificate that no authority had signed, and its
// curl samples skip the check. Prefer Config.Pins or Config.RootCAs;
// InsecureSkipVerify is the last resort. Plain http is allowed only to this
// machine, unless Config.AllowHTTP is set.
//
// Redirects are refused. Only DownloadBackup follows them, if
// Config.DownloadRedirects is set, and it sends no credentials.
//
// API keys, passwords, sessions and backup links are [Secret] values. Config,
// Client, User and RFCCall print as REDACTED. No error and no log line contains
// the API key, a password, a signature, a session or a backup link. Text from
// the service is searched for them before it is shown, and is cut to one line
// of at most 200 bytes.
//
// # Requests
//
// Calls are sent as in the guide's curl samples: an HTTP POST with the verb in
// the form field method and one object in the form field params. Params are
// strict JSON by default; see [Dialect]. With Config.RealVerbs the verb is the
// HTTP method, and the params of GET and DELETE are in the URL, so the session
// and the signature appear in the access logs of every proxy on the way.
//
// # Limits and retries
//
// An answer may take 60 s, or HTTPClient's Timeout, and 8 MiB. Decoded, it may
// take 16 times its length in memory, or 1 MiB if that is more; a larger one is
// an [ErrTooLarge]. VServer, Login, a GET with Do and a download are retried
// after a lost connection and the statuses 429, 502, 503 and 504, with up to
// three attempts in all. A Retry-After is respected, and one that is longer
// than MaxRetryWait is an error at once. Every other call is sent once, apart
// from the new login after a 401. If it is unclear whether such a call was
// carried out, the error matches [ErrAmbiguous]: check the state of the service
// before you send it again. Rate limits are not published, and this package
// enforces none. WaitForStatus keeps waiting through an outage of the service
// until its context ends.
//
// Config.OnAttempt is called after each request with its result, for metrics
// and traces. In an http.RoundTripper, [OperationFrom] returns the operation of
// a request.
//
// # Errors
//
// Every failure is an *Error and matches one of the conditions below with
// errors.Is. If a context ended, its error is in the chain as well. An invalid
// argument is refused before anything is sent.
//
// The status_code in the body counts, whatever the HTTP status is, because the
// service sends HTTP 200 for failures too. An answer that has a success in the
// body and an HTTP status of failure contradicts itself. A read then accepts
// the body for 4xx and fails with [ErrUnavailable] for 5xx; a call that changes
// something matches ErrAmbiguous and is not sent again, not even after a 401.
// Backup then returns the link as well as the error, and does the same for a
// refusal that has a link.
//
// A method returns what its documentation promises, or an error that matches
// [ErrProtocol]: a missing status, an id that is an object or a link that is
// not a URL never becomes an empty value. Members that may be missing are
// documented as such; null is the same as missing.
//
// # Limitations of the service
//
// Version 1.1 can neither list nor delete groups, users, folders and instances.
// The names that can't be changed are documented as such in Group, User, Folder
// and Instance. [Client.Do] makes calls that this package has no method for.
// This package can't call the RFC service, which uses vatp: see [RFCCall].
//
// Facts come from Velneo's guide to version 1.1. Facts marked as inferred are
// not in it.
package velneo
