// Package hebergo is the map of an SDK for people who run other people's
// hosting. There is no code here: each package below stands alone, and
// importing one compiles nothing of the others.
//
//   - wedos: WEDOS API (WAPI): domains, DNS, contacts, notifications
//   - velneo: Velneo Cloud API v1.1: server control and backups
//   - ovhsoap: OVH Manager v3 SOAP API
//   - ovhrest: OVHcloud REST: contacts and the domain owner change
//   - monitor: probes of hostings and instances
//
// # What all of them promise
//
// Constructors take a Config whose zero fields are good defaults, do no I/O
// and read no environment. Every call takes a context first, and ends with it.
// Clients are safe for concurrent use and leave no goroutine behind, but for
// those of an HTTP transport that hangs.
//
// An operation is repeated only if its package declares that sending it twice
// does no more than sending it once. An operation that spends or changes is
// sent once; if its fate is unknown, its error matches ErrAmbiguous, and the
// package has a way to find out.
//
// What a service does not say is never made up: a typed call returns what its
// documentation promises or an error, an absent value is visible as absent, a
// code that is not known proves nothing, and a target that could not be looked
// at is neither up nor down.
//
// One attempt may take a minute, or the Timeout of Config's HTTPClient where
// it has one; a single operation that takes longer says so. Of an HTTPClient
// the Transport, the Jar and the Timeout are used, and it is never changed.
// Without one connections are made as net/http makes them, by way of a proxy
// that the environment names, and end with Close. Where http.DefaultTransport
// has been replaced, before New or after it, as httpmock.Activate does in tests,
// requests go by what is there instead, so that a test that expects no network
// pays for nothing; options that only an *http.Transport can take, such as TLS
// rules, are an error then. The monitor is the exception: its guard has to dial.
//
// A call returns when its context ends, and within a quarter of a second more
// if the HTTP transport hangs, which net/http's does over some frames of HTTP/2.
// A hung transport is replaced, for good by one that speaks HTTP/1.1; one that
// came with an HTTPClient or replaced the default is left alone, and after 32
// hung requests nothing more is sent by it. Each hung request costs a goroutine
// and a connection. The error of a RoundTripper is found by errors.Is and
// errors.As, and its text is shown without the call's secrets.
//
// Answers are bounded in size, and what is decoded from one in memory: 16 times
// its length, and 1 MiB at least. No call of an API follows a redirect; velneo's
// DownloadBackup does if its Config allows it. A call that may be repeated waits
// as long as a server asks, up to Config.MaxRetryWait, and fails at once if that
// is not enough. Passwords, keys, hashes, sessions and tokens appear in no log
// line, error text, String or JSON.
//
// Errors carry conditions that are the same values in all packages:
// wedos.ErrNotFound == ovhrest.ErrNotFound.
//
// Each package has a fake of its service for your own tests, named like
// net/http/httptest: wedostest, velneotest and so on.
package hebergo
