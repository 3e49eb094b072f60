// Package ovhsoaptest is a small SoAPI in this process, for tests of programs
// that use package ovhsoap: a real server on loopback with a memory, or one
// without a socket (New).
//
//	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
//	defer server.Close()
//	server.AddDomain("example.com", ovhsoaptest.Nic)
//	client, err := ovhsoap.New(server.Config())
//
// It knows accounts, sessions that end, domains, zones, mailboxes,
// redirections, responders and mailing lists: what popAdd created, popList lists.
// Every other function of the catalog answers what Answer set, and else the fault
// soap:250 ("not implemented"). Calls lists the calls that arrived.
//
// It answers the way SOAP::Lite does (recorded from a real one): members in
// random order, types guessed from the values, accented text as base64. It
// checks each call against the catalog: unknown functions, superfluous
// arguments, wrong names, wrong types and an @ in a local part meet a fault. It
// applies defaults to arguments that are nil or left out, and takes an empty text
// or a 0 as it is: popAdd with a quota of 0 makes a mailbox of no size.
//
// Inject makes calls fail: with a fault, or with a connection that is lost before
// or after the call is carried out; or it delays their answers. ExpireSessions,
// SessionLives and Options.SessionTimeout end sessions, DeclareCharset and
// AnswerSOAP12 make it answer as other servers and proxies do. After BurstLimit
// wrong passwords in a row every login gets soap:320.
//
// The rules are a reading of the published WSDL and the vendor's table of
// statuses, not of the service itself: what it checks, how it words a fault
// and where it draws a limit are inferred.
package ovhsoaptest
