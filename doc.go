// Package hebergo documents an SDK for managing hosting on behalf of others.
// It contains no code: the packages below are independent, and importing one
// does not compile the others.
//
//   - wedos: WEDOS API (WAPI): domains, DNS, contacts, notifications
//   - velneo: Velneo Cloud API v1.1: server control and backups
//   - ovhsoap: OVH Manager v3 SOAP API
//   - ovhrest: OVHcloud REST: contacts and the domain owner change
//   - monitor: probes of hostings and instances
//
// # Guarantees
//
// Constructors take a Config whose zero fields are good defaults; they do no
// I/O and do not read the environment. Every call takes a context as its first
// argument and returns when it ends. Clients are safe for concurrent use and
// leak no goroutines, except those of an HTTP transport that hangs.
//
// An operation is retried only if its package declares that sending it twice
// does no more than sending it once. An operation that changes something or
// costs money is sent once; if its outcome is unknown, its error matches
// ErrAmbiguous, and the package provides a way to find out.
//
// A value that the service does not report is never made up: a typed call
// returns what its documentation promises or an error, an absent value is
// reported as absent, an unknown code proves nothing, and a target that could
// not be checked is neither up nor down.
//
// An attempt may take up to a minute, or the Timeout of Config's HTTPClient if
// it has one; an operation that may take longer says so. Only the Transport,
// the Jar and the Timeout of an HTTPClient are used, and it is never modified.
// Without an HTTPClient, connections are made as net/http makes them, through
// the proxy that the environment names, and are closed by Close. If
// http.DefaultTransport has been replaced, before or after New, as
// httpmock.Activate does in tests, requests go through the replacement, so that
// a test that expects no network never spends money; options that require an
// *http.Transport, such as TLS settings, are then an error. Package monitor is
// the exception: its guard has to dial.
//
// A call returns when its context ends, or up to a quarter of a second later
// if the HTTP transport hangs, as that of net/http does on some HTTP/2 frames.
// A hung transport is replaced permanently by one that speaks HTTP/1.1; one that
// came with an HTTPClient or replaced the default is not, and after 32 hung
// requests nothing more is sent through it. Each hung request costs a goroutine
// and a connection. The error of a RoundTripper is found by errors.Is and
// errors.As, and its text is shown without the call's secrets.
//
// Responses are bounded in size, and so is the memory that decoding one takes:
// 16 times its length, or 1 MiB if that is more. API calls do not follow
// redirects; velneo's DownloadBackup does if its Config allows it. A call that
// may be retried waits as long as the server asks, up to Config.MaxRetryWait,
// and fails at once if the server asks for longer. Passwords, keys, hashes,
// sessions and tokens appear in no log line, error text, String or JSON.
//
// Error conditions are the same values in all packages:
// wedos.ErrNotFound == ovhrest.ErrNotFound.
//
// Each package has a fake of its service for your own tests, named like
// net/http/httptest: wedostest, velneotest and so on.
package hebergo
