// Package ovhsoaptest provides a fake SoAPI server for tests of programs that
// use package ovhsoap: a stateful server on loopback, or one without a socket
// (New).
//
//	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
//	defer server.Close()
//	server.AddDomain("example.com", ovhsoaptest.Nic)
//	client, err := ovhsoap.New(server.Config())
//
// It simulates accounts, sessions that expire, domains, zones, mailboxes,
// redirections, responders and mailing lists: popList lists what popAdd created.
// Every other function of the catalog returns what Answer set, or else the fault
// soap:250 ("not implemented"). Calls lists the calls that arrived.
//
// It responds as SOAP::Lite does (recorded from a real one): members in random
// order, types guessed from the values, accented text as base64. It checks each
// call against the catalog: unknown functions, superfluous arguments, wrong names,
// wrong types and an @ in a local part return a fault. It applies defaults to
// arguments that are nil or omitted, and uses an empty string or a 0 as it is:
// popAdd with a quota of 0 creates a mailbox of size zero.
//
// Inject makes calls fail, with a fault or with a connection that is lost before
// or after the call is carried out, or delays their responses. ExpireSessions,
// SessionLives and Options.SessionTimeout end sessions; DeclareCharset and
// AnswerSOAP12 make it respond as other servers and proxies do. After BurstLimit
// wrong passwords in a row every login returns soap:320.
//
// The rules are taken from the published WSDL and the vendor's table of
// statuses, not from the service itself: what it checks, the wording of its faults
// and its limits are inferred.
package ovhsoaptest
