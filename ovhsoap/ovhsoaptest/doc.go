// Package ovhsoaptest is a small SoAPI in this process, for tests of programs
// that use package ovhsoap: a real server on loopback with a memory.
//
//	server := ovhsoaptest.NewServer()
//	defer server.Close()
//	server.AddDomain("example.com", ovhsoaptest.Nic)
//	client, err := ovhsoap.New(ovhsoap.Config{
//		URL: server.URL, Nic: ovhsoaptest.Nic, Password: ovhsoap.NewSecret(ovhsoaptest.Password),
//	})
//
// It knows accounts, sessions that end, domains, zones, mailboxes,
// redirections, responders and mailing lists: what popAdd made, popList shows.
// Every other function of the catalog answers what Answer was told to, and a
// fault soap:250 ("not implemented") before that. Calls lists what arrived.
//
// It answers the way SOAP::Lite does (recorded from a real one): members in
// random order, types guessed from the values, accented text as base64. It
// checks each call against the catalog: unknown functions, superfluous
// arguments, wrong names, wrong types and an @ in a local part meet a fault. It
// tells an empty argument and a 0 from one that is nil or left out, and applies
// a default to the latter two alone: popAdd with a quota of 0 makes a mailbox of
// no size.
//
// Fail lets calls meet faults on demand, LoseAnswer hangs up after the work is
// done, Delay holds answers back, ExpireSessions and SessionLives end sessions,
// DeclareCharset and AnswerSOAP12 make it answer as other servers and proxies
// do. After BurstLimit wrong passwords in a row every login meets soap:320.
//
// The rules are a reading of the published WSDL and the vendor's table of
// statuses, not of the service itself: what it checks, how it words a fault
// and where it draws a limit are inferred.
package ovhsoaptest
