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
// Clients are safe for concurrent use and leave no goroutine behind.
//
// An operation is repeated only if its package declares that sending it twice
// does no more than sending it once. An operation that spends or changes is
// sent once; if its fate is unknown, its error matches ErrAmbiguous, and the
// package has a way to find out.
//
// One attempt may take a minute, or the Timeout of Config's HTTPClient where
// it has one; a single operation that takes longer says so. Of an HTTPClient
// the Transport, the Jar and the Timeout are used, and it is never changed.
// Without one connections are made as net/http makes them, by way of a proxy
// that the environment names, and end with Close.
//
// Answers are bounded in size, redirects are refused, and waiting that a
// server asks for is honoured up to a limit. Passwords, keys, hashes, sessions
// and tokens appear in no log line, error text, String or JSON.
//
// Errors carry conditions that are the same values in all packages:
// wedos.ErrNotFound == ovhrest.ErrNotFound.
//
// Each package has a fake of its service for your own tests, named like
// net/http/httptest: wedostest, velneotest and so on.
package hebergo
