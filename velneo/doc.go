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
// The first call logs in, with the account's e-mail address and an API key
// that Velneo's support centre hands out. Concurrent callers share one login.
// A call that is answered with 401 causes one new login and is sent once more,
// with a new signature; calls under way at that moment share that login as
// well. A 403 never causes a login, and a refused login is final: it is an
// [ErrUnauthorized], with [ErrClockSkew] beside it if the Date of the answer
// shows that this machine's clock is wrong and not the key. [LoadConfig] takes
// address and key from the environment; [New] never looks there.
//
// The service keeps one session per account and gives every application the
// same id. Close therefore leaves the session alone, and Logout ends it for
// all. Neither the lifetime of a session nor the tolerated clock difference is
// published.
//
// # What protects a call
//
// Every call carries a timestamp, and [Sign]'s hash of the session, the
// timestamp and the key. Nothing else is signed, so only TLS protects the
// rest. Certificates are verified by default. The vendor guide says that the
// service's beta had a certificate that no authority vouches for, and has curl
// skip the check; Config's Pins and RootCAs are the better answer, and
// InsecureSkipVerify is the last resort. Plain http is allowed to this machine
// only, unless Config.AllowHTTP is set.
//
// Redirects are refused. Only DownloadBackup follows them, if
// Config.DownloadRedirects is set, and it sends no credentials to anybody.
//
// API keys, passwords, sessions and the links of backups are [Secret] values.
// Config, Client, User and RFCCall print as REDACTED. No error and no log line
// holds the API key, a password, a signature, a session or a backup's link.
// What the service wrote is searched for them before it is shown, and is cut to
// one line of at most 200 bytes.
//
// # How a call is sent
//
// As in the guide's curl samples: an HTTP POST with the verb in the form field
// method and one object in the form field params. Params are strict JSON by
// default; see [Dialect]. With Config.RealVerbs the verb is the HTTP method,
// and the params of GET and DELETE are in the URL, so the session and the
// signature end up in the access logs of every proxy on the way.
//
// # Limits and retries
//
// An answer may take 60 s, or HTTPClient's Timeout, and 8 MiB. Decoded it may
// take 16 times its length in memory, and always 1 MiB: more is an
// [ErrTooLarge]. VServer, Login, a raw GET and a download are retried after a lost
// connection, 429, 502, 503 and 504, with up to three attempts in all. A Retry-After counts, and one that
// is longer than MaxRetryWait is an error at once. Every other call is sent
// once, apart from the new login after a 401. If it is unclear whether such a
// call was carried out, the error matches [ErrAmbiguous]: ask the service before
// you send it again. Rate limits are not published, and this package keeps none.
// WaitForStatus survives an outage of the service for as long as its context
// lasts.
//
// Config.OnAttempt sees each request and what came of it, for metrics and traces,
// and an http.RoundTripper learns by [OperationFrom] what a request is for.
//
// # Errors
//
// Every failure is an [*Error] and matches one of the conditions below with
// errors.Is. If a context ended, its error is in the chain as well. An argument
// that can't be right is refused before anything is sent.
//
// The status_code in the body counts, whatever the HTTP status is, for the
// service answers HTTP 200 to failures too. A success in the body under an HTTP
// status of failure contradicts itself: a read takes the body's word for 4xx and
// fails with [ErrUnavailable] for 5xx; a call that changes something matches
// ErrAmbiguous and is not sent again, not even after a 401. Backup then returns
// the link beside the error, and does the same for a refusal that has a link.
//
// A result is what its documentation says or the call fails with [ErrProtocol]:
// a missing status, an id that is an object or a link that is not a URL never
// becomes an empty value. Members that may be missing say so where they are
// declared; null is the same as missing.
//
// # What the service does not do
//
// Version 1.1 can neither list nor delete groups, users, folders and
// instances. The names marked as fixed in Group, User, Folder and Instance
// can't be changed once they exist. [Client.Do] makes calls that this package
// has no method for. The RFC service, vatp, is out of this package's reach;
// [RFCCall] is what there is for it.
//
// Facts come from Velneo's guide to version 1.1. What is marked as inferred is
// not in it.
package velneo
