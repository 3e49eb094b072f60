// Package velneo drives a Velneo vServer through the Velneo Cloud API,
// version 1.1: its state, start, stop and backup, and the groups, users,
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
// Package velneotest is the service in the test's own process.
//
// # Logging in
//
// The first call logs in, with the account's e-mail address and an API key
// that Velneo's support centre hands out; concurrent callers share one login.
// A call that is answered with 401 costs one new login and is sent once more,
// signed anew; calls under way at that moment share that login as well. 403 is
// never a reason to log in, and a login that is refused is final. LoadConfig
// takes address and key from the environment; New never looks there.
//
// The service keeps one session per account and gives every application the
// same id. Close therefore leaves the session alone, and Logout ends it for
// all. How long a session lasts is not published, nor is what clock difference
// the service tolerates: if logins fail with a good key, look at the clock.
//
// # What protects a call
//
// Every call carries a timestamp and [Sign]'s hash of the session, the
// timestamp and the key. Nothing else is signed, so TLS carries all integrity.
// It is verified by default. The vendor guide says that the service's beta had
// a certificate that no authority vouches for, and has curl skip the check;
// Config's Pins and RootCAs are the better answer, and InsecureSkipVerify is
// there for those who must. Plain http is spoken to this machine alone, unless
// Config says otherwise. Redirects are refused.
//
// Config, Client, Session, User and RFCCall print as REDACTED, and neither an
// error nor a log line holds the API key, a password, a signature, a session
// or a backup's link.
//
// # How a call is sent
//
// As the guide's curl samples show it: an HTTP POST with the verb in the form
// field method and one object in the form field params. Params are strict JSON
// by default; see [Dialect]. With Config.RealVerbs the verb is the HTTP method,
// and the params of GET and DELETE are in the URL, from where session and
// signature get into the access logs of every machine on the way.
//
// # Limits and repeats
//
// An answer may take 60 s, or HTTPClient's Timeout, and 8 MiB. VServer, Login,
// a raw GET and a download are repeated, up to three attempts, after a lost
// connection, 429, 502, 503 and 504; a Retry-After counts, and one that is
// longer than MaxRetryWait is an error at once. All other calls are sent once,
// the new login after a 401 aside. If it is then unclear whether a call was
// carried out, the error matches [ErrAmbiguous]: ask the service before sending
// it again. Rate limits are not published, and this package keeps none.
//
// # Errors
//
// Every failure is an [*Error] and matches one of the conditions below with
// errors.Is; the end of a context is in the chain as well. status_code in the
// answer's body counts, whatever the HTTP status says, for the service answers
// HTTP 200 to failures too. An argument that can't be right is refused before
// anything is sent.
//
// # What the service does not do
//
// Version 1.1 can neither list nor delete groups, users, folders and
// instances. [Client.Do] makes calls that this package has no method for.
// The names marked as fixed in Group, User, Folder and Instance can't be
// changed once they exist. The RFC service, vatp, is out of this package's
// reach; [RFCCall] is what there is for it.
//
// Facts come from Velneo's guide to version 1.1; what is marked as inferred is
// not in it.
package velneo
