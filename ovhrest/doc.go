// Package ovhrest is a client for OVHcloud's REST API for those who manage
// other people's domains: accounts, contacts, eligibility rules, domains and
// their tasks, carts and orders. Package ovhrest/trade uses it to change the
// owner of domains.
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
// /order/cart/{cartId}/assign is AssignCart. A method that returns a list makes
// one request. A method that returns an iterator lists IDs and fetches the
// details of each, at most eight ahead of the caller and in the order of the
// IDs. Use Get, Post, Put and Delete for operations that have no method.
//
// Models have the API's names and every field of its schemas. Enums are
// strings, so that a new value is not an error. A field that can be null is an
// Opt, which distinguishes null, absent and empty; lists and objects are nil.
// Fields that this package does not know are kept in Extra, and are sent back
// when the object is sent.
//
// A response must have its numbers and booleans, which would otherwise read as
// 0 and false, and its key fields, such as a cart's ID or a task's status. If
// one is missing, or a value has another type, the error is ErrProtocol. The
// absence of other fields is visible: text, enums and lists are empty, times
// are zero, amounts are not Known. A list that is null is empty.
// testdata/answers.txt lists the fields of each kind.
//
// Amounts are exact decimals. Price.Money returns an amount with its currency,
// or an error if the API's price contradicts itself. An edit sends the fields
// that are set, except those that the API marks read-only.
//
// # Authentication
//
// A Config has one kind of credential. AppKey, AppSecret and ConsumerKey sign
// each attempt (SHA-1, as in go-ovh) with the API's own time. That is requested
// once, and again if the API rejects the time, which corrects a clock that has
// jumped. RequestCredential requests a consumer key from a customer, and
// trade.Access returns the rights that an owner change needs, and no others.
// With ClientID and ClientSecret, the client obtains OAuth2 tokens, from any
// TokenURL, and renews them before they expire. AccessToken is sent as it is.
// Without a credential only the calls that need none work, such as
// CreationRules. New reads neither the environment nor files, so stray
// variables have no effect.
//
// Trades exist on ovh-eu and ovh-ca. A call that the endpoint does not offer
// fails with ErrRegion before anything is sent. This is known for the published
// endpoints, but not for a custom URL, unless Endpoint is also set.
//
// # Holders
//
// Changing the owner of a domain, a trade, is an order that takes days. Package
// [github.com/hebergo/hebergo/ovhrest/trade] carries it out.
//
// Changing the nic handles of the admin, billing and technical contacts is
// another procedure: ChangeDomainContact starts it, and each holder answers
// with the token in a mail (ParseContactChangeURL, AcceptContactChange). The
// tokens in the mails of an owner change are different, and no route of this
// API accepts them.
//
// # Limits
//
// A Client sends at most 60 requests in any minute, however many goroutines use
// it. OVHcloud's staff called that fine for one consumer key; no limit is
// documented. Every attempt counts, including the requests for the time and for
// tokens, and it counts from when its response has arrived, so that the API
// does not get more in any minute. Callers are served in order, and a caller
// that gives up does not count. Share one Limiter between the clients of a
// consumer key.
//
// A response is read up to Config.MaxResponseBytes and a depth of 64 levels.
// One that would take more than 16 times its length in memory fails with
// ErrTooLarge. Decoding of a list of a few MB stops when the context ends.
//
// # Retries
//
// GET and DELETE, and the two POSTs that only check, are attempted up to
// Config.MaxAttempts times: after 408, 429, any 5xx and lost connections, with
// exponential backoff or after the time in Retry-After. A wait longer than
// Config.MaxRetryWait is an error immediately. Any other POST and any PUT is
// sent once. If its outcome is unknown (no response, 408, 5xx, an unreadable
// response, a proxy's page with any status, an error that blames the server or
// a timeout), the error matches ErrAmbiguous. A request that the API's gateway
// rejected because of the time of its signature or an expired OAuth2 token was
// not carried out, and is sent once more.
//
// # Errors
//
// Every error is an *Error. errors.Is matches its condition, such as
// ErrNotFound, and a context's error. It names the operation by the API's
// pattern, so that no ID is logged, and holds the API's class, code, details
// and query ID. MissingActions returns the IAM actions that a credential lacks,
// Violations the fields that violate a registry's rules. ErrCredential means
// that a new consumer key is needed; MissingAccess returns in advance what a
// key may not do. Secrets are never shown: keys, tokens, cart IDs,
// authorisation codes, and the password and URLs of an order (Secret).
//
// The gateway rejects keys and signatures with an errorCode, as it did until
// 2024, or with class and message only; both give the same errors. A web page
// comes from a proxy or firewall in front of the API: with 4xx it is
// ErrProtocol, because it was not the API that refused the call or did not find
// the resource. An error that asks to try again ("Please retry later") is
// ErrBusy, and one whose class is Server:: is ErrUnavailable, whatever the
// status.
//
// # go-ovh
//
// github.com/ovh/go-ovh v1.9.0 provides the endpoints and, in LoadConfig, the
// configuration files and the environment. This package builds and signs
// requests itself, because go-ovh signs with the machine's clock, corrected
// only once by the API's, which supports neither a clock that jumps nor
// Config.Now, and because its request for the time ignores the caller's
// context. A test compares method, URL, headers, signature and body with
// go-ovh's for thousands of generated requests. Sending, OAuth2 tokens,
// consumer keys, decoding and errors are this package's own as well. Callers
// are therefore not affected by go-ovh's data race on the http.Client, its
// mixing of explicit keys with the environment, its signatures of unescaped
// paths and the parts of errors that it drops.
//
// # Quirks of the service
//
// Filters compare with LIKE where the schema says so, so compare the results
// again. Samples in OVHcloud's guides omit some fields that its schemas
// promise. A wrong duration is answered with "Service is temporarily
// unavailable". requiredConfiguration is unreliable about what is required; the
// dry run decides. An order counts as delivered before the registry has done
// anything. The text with which the gateway rejects a stale timestamp is
// inferred from other clients, so its Date header is compared as well.
// Everything else comes from the API's published schemas and OVHcloud's guides,
// unless another source is given.
package ovhrest
