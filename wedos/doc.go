// Package wedos is a client of WAPI, the WEDOS API: domains, contacts, NSSETs,
// DNS, the credit account and WEDOS Global Protection.
//
//	client, err := wedos.New(wedos.Config{
//		Login:    "you@example.com",
//		Password: wedos.NewSecret(os.Getenv("WEDOS_PASSWORD")), // the WAPI password, not the account's
//	})
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	if _, err := client.DNSRowAdd(ctx, "example.com", wedos.NewRow{
//		Name: "_acme-challenge", TTL: 300, Type: "TXT", Data: "token+with;signs",
//	}); err != nil {
//		return err
//	}
//	_, err = client.DNSDomainCommit(ctx, "example.com")
//
// # Commands
//
// There is a method for each command whose parameters are known, named after
// it: dns-rows-list is DNSRowsList. Client.Call runs any other. JSON and XML
// give the same values, in whatever shape WAPI writes its lists. Amounts are
// exact decimals; dates are in Prague's zone, as WAPI means them.
//
// # Authentication
//
// Each attempt is signed anew with AuthHash for the present hour in Prague. If
// WAPI refuses the signature (2050) and its clock shows another hour, the
// difference is kept and the request sent once more; if the hours agree the
// password is wrong, and nothing is repeated: refusals count towards a block.
// WAPI accepts only the addresses that the account lists, and redirects IPv6
// callers to a web page: see Config.IPv4Only. The hash stands for the password
// within its hour; TLS is all that protects it. LoadConfig takes login and
// password from the environment; New never looks there.
//
// # What is repeated
//
// Commands that only read are tried up to Config.MaxAttempts times after
// connection failures and the statuses 429, 502, 503 and 504. A command that
// spends or changes is never retried. If its fate is unknown (the connection
// broke, the context ended, WAPI had an internal error, something else
// answered) the error matches ErrAmbiguous; Client.Settle then finds out by
// reading, and only VerdictNotDone makes it safe to send the command again; a
// read that failed never leads to it. CallOptions.Save hands out what a command
// is about to do before it is sent, to be stored, and Client.SettleIntent
// settles it after a restart. What could not be saved is not sent. Calling
// DNSDomainCommit again is harmless.
//
// # Limits
//
// WAPI grants an account 1000 requests an hour, 100 of them about the
// availability of domains, and blocks an address for a minute for each invalid
// request beyond ten, longer each time (vendor guide). The Limiter keeps to
// that: it waits for the budgets, at most LimiterConfig.MaxWait, and after the
// tenth mistake refuses with ErrBlocked for a minute, after each further one
// for a minute more than the last time, always a minute longer than WAPI's own
// block. That mistakes are forgotten after an hour is inferred. A wait is
// logged once, with its length and its cause (Config.Logger). Share one Limiter
// between clients of one account, and of several accounts that call from one
// address: it keeps their budgets apart and counts their mistakes together.
// Implement the interface to share it between processes.
//
// # Notifications
//
// Asynchronous commands answer 1001; their outcome arrives as a Notification
// through the poll queue (Client.Notifications), a Webhook or an e-mail
// (ParseNotification). After a restart the same one can come twice, by any of
// these ways. A Tracker hands it to the caller that waits with the Pending of
// the answer, also after a restart. A notification that can't be read is
// delivered like any other, so that it does not block the queue:
// Notification.Err matches ErrProtocol.
//
// # Errors
//
// Every error is an *Error or matches one with errors.As; errors.Is finds its
// condition (ErrNotFound), its code (Code(3201)) and a context's end. A
// documented "no", such as DomainCheck of a taken name, is an answer.
// ErrConflict means only that something exists, is taken, or is in the wrong
// state for the command; what WAPI calls failed is ErrFailed; a code that is
// not listed matches no condition.
//
// # Observing calls
//
// Config.OnAttempt is called after each attempt, and Config.Logger gets a debug
// line for it: command, attempt, duration, wait, HTTP status, WAPI's code, and
// WAPI's id of the request (svTRID), or ours (clTRID) where WAPI gave none.
// OperationFrom gives an http.RoundTripper the command.
//
// # Answers
//
// A typed call returns what its documentation promises, or an error: what is
// missing or can't be read is ErrProtocol, never 0 or empty, and ErrAmbiguous
// too where the command changes something, because WAPI said that it was done.
// Null and absent lists are empty; what is there and is not a list is
// ErrProtocol. An outcome that is still to come shows in Answer.Pending. An
// answer may be of Config.MaxResponseBytes and unfold to at most 16 times its
// length (a mebibyte if it is short), else it is ErrTooLarge; XML attributes
// are skipped.
//
// # Quirks of the service
//
// WAPI answers everything with status 200 and as text/html. It takes an
// absolute name of a row for a relative one in silence, so this package refuses
// absolute names. It needs the name of a row to be sent even where it is empty,
// and an empty dns element to mean its own nameservers. It publishes changed
// rows five minutes after the last change unless DNSDomainCommit comes first.
// Facts not marked otherwise come from the vendor's guide or from recorded
// answers; inferences are marked.
package wedos
