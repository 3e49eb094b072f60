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
// Each command whose parameters are known has a method named after it:
// dns-rows-list is DNSRowsList. Client.Call runs any other command. JSON and
// XML give the same values, whichever form WAPI uses for its lists. Amounts are
// exact decimals; dates are in Prague time, as WAPI sends them.
//
// # Authentication
//
// Each attempt is signed with AuthHash for the current hour in Prague. If WAPI
// refuses the signature (2050) and its clock is in a different hour, the client
// remembers the difference and sends the request once more. If the hours agree,
// the password is wrong and nothing is repeated, because refused signatures
// count towards a block. WAPI accepts only the addresses listed in the account,
// and redirects IPv6 callers to a web page: see Config.IPv4Only. The hash can
// be used in place of the password within its hour, and only TLS protects it.
// LoadConfig reads the login and the password from the environment; New does
// not.
//
// # Retries
//
// Commands that only read are tried up to Config.MaxAttempts times: they are
// retried after connection failures and the statuses 429, 502, 503 and 504. A
// command that spends money or changes something is never retried. If its
// outcome is unknown (the connection broke, the context ended, WAPI had an
// internal error, or something other than WAPI answered), the error matches
// ErrAmbiguous. Client.Settle then finds out whether it was carried out, with
// commands that only read. Only VerdictNotDone makes it safe to send the
// command again, and a failed read never leads to that verdict.
// CallOptions.Save receives the command before it is sent, so that it can be
// stored, and Client.SettleIntent settles it after a restart. A command that
// could not be saved is not sent. Calling DNSDomainCommit again is harmless.
//
// # Limits
//
// WAPI allows an account 1000 requests per hour, 100 of them about the
// availability of domains. For each invalid request beyond ten it blocks the
// address, for one minute at first and longer each time (vendor guide). The
// Limiter enforces these limits. It waits for the budgets, for at most
// LimiterConfig.MaxWait. After the tenth invalid request it refuses calls with
// ErrBlocked for one minute, and after each further one for one minute more
// than the last time, always one minute longer than WAPI's own block. That
// invalid requests are forgotten after an hour is inferred. Each wait is logged
// once, with its length and its reason (Config.Logger).
//
// Share one Limiter between clients of one account, and between clients of
// several accounts that call from one address: it keeps a separate budget for
// each account and counts their invalid requests together. Implement the
// interface to share it between processes.
//
// # Notifications
//
// Asynchronous commands answer 1001; their outcome arrives as a Notification
// through the poll queue (Client.Notifications), a Webhook or an e-mail
// (ParseNotification). After a restart, the same notification can arrive twice
// by any of these. A Tracker passes it to the caller that waits with the
// Pending of the answer, also after a restart. A notification that can't be
// decoded is delivered like any other, so that it does not block the queue: its
// Notification.Err matches ErrProtocol.
//
// # Errors
//
// Every error is an *Error or matches one with errors.As. errors.Is matches its
// condition (ErrNotFound), its code (Code(3201)) and the error of a context
// that ended. A documented negative result, such as DomainCheck of a taken
// name, is not an error. ErrConflict means only that something exists, is
// taken, or is in the wrong state for the command; what WAPI reports as failed
// is ErrFailed. A code that is not in the vendor's list matches no condition.
//
// # Observing calls
//
// Config.OnAttempt is called after each attempt, and Config.Logger gets one
// debug line per attempt: command, attempt, duration, wait, HTTP status, WAPI's
// code, and WAPI's id of the request (svTRID), or ours (clTRID) if WAPI sent
// none. OperationFrom returns the command in an http.RoundTripper.
//
// # Answers
//
// A typed method returns what its documentation promises, or an error. A value
// that is missing or can't be decoded is ErrProtocol, never 0 or empty; if the
// command changes something, the error also matches ErrAmbiguous, because WAPI
// reported success. Null and absent lists are empty; any other value in place
// of a list is ErrProtocol. Answer.Pending reports whether the outcome is yet
// to come. An answer may be up to Config.MaxResponseBytes long; decoded, it may
// take 16 times its length in memory, or 1 MiB if that is more. A larger one is
// ErrTooLarge. XML attributes are ignored.
//
// # Quirks of the service
//
// WAPI answers every request with status 200 and as text/html. It silently
// treats an absolute row name as a relative one, so this package refuses
// absolute names. It requires the name of a row even if it is empty, and takes
// an empty dns element to mean its own nameservers. It publishes changed rows
// five minutes after the last change, unless DNSDomainCommit does so earlier.
// Facts not marked otherwise come from the vendor's guide or from recorded
// answers; inferences are marked.
package wedos
