// Package ovhrest is a client of OVHcloud's REST API for those who manage
// other people's domains: accounts, contacts, eligibility rules, domains and
// their tasks, carts and orders. Package ovhrest/trade makes owner changes of it.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//
//		"github.com/hebergo/hebergo/ovhrest"
//	)
//
//	func main() {
//		cfg, err := ovhrest.LoadConfig("ovh-eu") // ovh.conf and OVH_*; or fill in a Config
//		if err != nil {
//			log.Fatal(err)
//		}
//		client, err := ovhrest.New(cfg)
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer client.Close()
//		ctx := context.Background()
//		for task, err := range client.DomainTasks(ctx, "example.com", ovhrest.TaskFilter{Status: ovhrest.TaskDoing}) {
//			if err != nil {
//				log.Fatal(err)
//			}
//			fmt.Println(task.ID, task.Function, task.Comment.Or("no comment"))
//		}
//	}
//
// # Calls
//
// A method is one operation of the API and has its name: POST
// /order/cart/{cartId}/assign is AssignCart. A method that returns a list
// makes one request; one that returns an iterator lists IDs and fetches the
// details of each, at most eight ahead of the caller and in the order of the IDs. Get,
// Post, Put and Delete reach the operations that have no method.
//
// Models have the API's names and every field of its schemas. Enums are
// strings, so that a new value is not an error. A field that can be null is an
// Opt, which keeps null, absent and empty apart; lists and objects are nil. A
// field that this package does not know is kept in Extra, and sent back where the
// object is.
//
// An answer must have its numbers and booleans, which would read 0 and false
// otherwise, and its key fields, such as a cart's ID or a task's status; without
// them the error is ErrProtocol, and so it is for a value of another type. Other
// absent fields can be seen: text, enums and lists are empty, times are zero,
// amounts are not Known. A list that is null is empty. testdata/answers.txt lists
// the fields of each kind.
//
// Amounts are exact decimals: Price.Money returns one with its currency, or an
// error where the API's price contradicts itself. An edit sends the fields
// that are set, without those that the API marks read-only.
//
// # Authentication
//
// A Config has one kind of credential. AppKey, AppSecret and ConsumerKey sign
// each attempt (SHA-1, as go-ovh does it) with the API's own time, which is
// asked for once, and again when the API finds the time wrong: a clock that has
// stepped is corrected. RequestCredential asks a customer for a consumer key,
// and trade.Access lists the rights that an owner change needs and no more.
// ClientID and ClientSecret get OAuth2 tokens, renewed before they end, from
// any address. AccessToken is sent as given. Without a credential the calls
// that need none work, such as CreationRules. New reads neither the environment
// nor files, so that stray variables have no effect.
//
// The trade exists on ovh-eu and ovh-ca. A call that the endpoint lacks fails
// with ErrRegion before anything is sent; this is known of the published
// endpoints, not of a custom URL, unless Endpoint is set too.
//
// # Holders
//
// Handing a domain to another owner, a trade, is an order that takes days:
// package [github.com/hebergo/hebergo/ovhrest/trade] carries it out.
//
// Changing nic handles, the admin, billing and technical contacts, is another
// procedure: ChangeDomainContact starts it, and each holder answers with the
// token of a mail (ParseContactChangeURL, AcceptContactChange). The tokens in
// the mails of an owner change are of another kind, which no route of this API takes.
//
// # Limits
//
// At most 60 requests in any minute leave a Client, however many goroutines
// use it; OVHcloud's staff called that fine for one consumer key, and nothing
// is documented. Every attempt counts, the calls for the time and for tokens
// among them, from when its answer is there, so that no minute at the API has
// more. Callers are served in order, and one that gives up costs nothing. Share
// a Limiter between clients of one key.
//
// An answer is read up to Config.MaxResponseBytes and 64 levels deep, and one
// that would take more than 16 times its length in memory is ErrTooLarge. A
// list of a few MB stops being decoded when the context ends.
//
// # Retries
//
// GET and DELETE, and the two POSTs that only check, are tried up to
// Config.MaxAttempts times after 408, 429, every 5xx and lost connections,
// with exponential backoff or as Retry-After says; a wait longer than
// Config.MaxRetryWait is an error at once. Every other POST and every PUT is
// sent once. If its fate is unknown (no answer, 408, 5xx, an answer that can't
// be read, a proxy's page with any status, a refusal that blames the server or
// a timeout) the error matches ErrAmbiguous. What the API's gateway refused
// for its signature's time, or for an expired OAuth2 token, was not done, and is
// sent once more.
//
// # Errors
//
// Every error is an *Error; errors.Is matches its condition (ErrNotFound) and a
// context's error. It names the operation by the API's pattern, so that no ID is
// logged, and holds the API's class, code, details and query ID.
// MissingActions lists the IAM actions that a credential lacks, Violations the
// fields that break a registry's rules. ErrCredential asks for a new consumer
// key; MissingAccess returns beforehand what a key may not do. Secrets never
// show: keys, tokens, cart ids, authorisation codes, and the password and
// addresses of an order (Secret).
//
// The gateway refuses keys and signatures with an errorCode, as it did until
// 2024, or with class and message alone; both give the same errors. A web page
// comes from what stands before the API: with 4xx it is ErrProtocol, for it is
// not the API that refuses or does not find. A refusal that asks to try again
// ("Please retry later") is ErrBusy, and one whose class is Server:: is
// ErrUnavailable, whatever its status.
//
// # go-ovh
//
// github.com/ovh/go-ovh v1.9.0 provides the endpoints and, in LoadConfig, the
// configuration files and the environment. Requests are built and signed here:
// go-ovh signs with the machine's clock, corrected by the API's once, and can
// follow neither a clock that steps nor Config.Now, and its request for the time
// ignores the caller's context. A test compares method, URL, headers, signature
// and body with go-ovh's for thousands of generated requests. Sending, OAuth2
// tokens, consumer keys, decoding and errors are this package's own, so that
// go-ovh's data race on the http.Client, its mixing of explicit keys with the
// environment, its signatures of unescaped paths and the parts of errors that it
// drops don't reach the caller.
//
// # Quirks of the service
//
// Filters compare with LIKE where the schema says so: compare again. Samples
// in OVHcloud's guides leave out some fields that its schemas promise. A wrong
// duration is answered with "Service is temporarily unavailable". requiredConfiguration is unreliable about what is required;
// the dry run decides. An order counts as delivered before the registry has
// done anything. How the gateway words a stale timestamp is inferred from
// other clients, so its Date header is compared as well. Everything else comes
// from the API's published schemas and OVHcloud's guides, or says where from.
package ovhrest
