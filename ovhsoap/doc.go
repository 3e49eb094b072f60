// Package ovhsoap is a client of OVH's Manager v3 SOAP API (SoAPI), of which
// WSDL 1.61 declares 663 functions. OVH has been retiring it: what is left are
// archives, proxies and private installations, and programs on their way to
// package ovhrest (see the table at the end). This package makes such a service
// safe to read and script: nothing is sent twice that must not be, nothing is
// taken for an answer that is none, and no answer takes the process down.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//
//		"github.com/hebergo/hebergo/ovhsoap"
//	)
//
//	func main() {
//		cfg, err := ovhsoap.LoadConfig() // OVHSOAP_NIC and OVHSOAP_PASSWORD
//		if err != nil {
//			log.Fatal(err)
//		}
//		client, err := ovhsoap.New(cfg)
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer client.Close()
//		ctx := context.Background()
//		err = client.Do(ctx, func(s *ovhsoap.Session) error {
//			boxes, err := s.PopList(ctx, "example.com")
//			for _, box := range boxes {
//				fmt.Println(box.Name, box.Size, box.Description)
//			}
//			return err
//		})
//		if err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Sessions
//
// A function takes a session first, as the vendor's guide draws it: create one,
// call, close it. [Client.Do] gives one to a function and always logs out of
// it, also after a panic or when ctx has ended. [Client.Session] gives one to
// keep and share between goroutines; its owner calls [Session.Logout].
//
// The login is sent when the first call needs it, once for all goroutines that
// wait for it. When the service says that the session has ended (faults 301,
// 302, 303), the client logs in again and sends the call once more: it was not
// carried out. A refused login (310, 320 and any other fault that a second try
// would not mend) is not sent again: all callers get the refusal until one
// asks for [Session.Login] or [Client.Login], as wrong passwords in a row get
// the caller banned.
//
// 16 functions need no session, among them version and those of SMS users.
// They may be called on any Session and cause no login.
//
// # Functions
//
// The methods of [Session] cover the families of the vendor's mail guide,
// domains, zones, accounts, billing, services, servers and SMS. [Call] reaches
// every function of the catalog into any Go type, with arguments in order or by
// name ([Args]); [CallRaw] reaches functions that the catalog does not know.
// [Lookup], [Search], [Functions] and [Members] are the catalog. Arguments are
// checked against it before anything is sent.
//
// # Limits
//
// An answer is at most [Config].MaxResponseBytes long (8 MiB), after inflating
// and again with its references written out, at most 262 144 elements and 64
// deep, and takes at most eight times MaxResponseBytes as Go values. Document
// types, entities but XML's own five and processing instructions are refused.
//
// # Errors
//
// Every failure is an [*Error]. Where the service answered with a SOAP fault,
// the [*Fault] is inside it, with the service's code, status and message; both
// are found with errors.As, and both match the conditions with errors.Is. The
// message is in the session's language, so decide by condition or Status.
// Texts hold no session, password or body: what a call held in arguments named
// like a password is taken out of the service's words as well.
//
// [ErrBusy] is worth waiting for: the service is still at work on the object.
// [ErrAmbiguous] means that a changing call may have been carried out: its
// answer was lost or unreadable, or the fault speaks of the service's own
// trouble, is a mere warning (100 to 199) or has a status that the vendor's
// table lacks. Look before calling again.
//
// # What is repeated
//
// Functions that only read ([Function].Repeatable) are sent up to
// [Config].MaxAttempts times after a lost connection, 429, 502, 503 or 504.
// Logout is repeated likewise. Login and every other function are sent once,
// apart from the second time after 301 to 303.
//
// # The service's ways
//
// Known from its WSDL and from SOAP::Lite, which the vendor's guide says it is
// built on, and PHP's SoapServer; both measured.
//
//   - Arguments count by position and their names are ignored, so that all are
//     sent in order, each with its type.
//   - Members arrive in any order, texts with accents as base64Binary, digits
//     typed as int: the Go type decides, base64 aside. Base64 of what is not
//     UTF-8 is taken for ISO-8859-1 (inferred).
//   - The return value may have any name, repeated values are written once and
//     referred to, before or behind their place.
//   - "Nothing" is an empty answer, a nil one or none. For a function that
//     returns an array it is an empty array; for one that returns a structure
//     it is an error.
//   - A login whose answer is lost may leave a session open at the service,
//     which ends by itself.
//
// # Under the hood
//
// Envelopes are built, and faults read, by github.com/hooklift/gowsdl v0.5.0.
// The HTTP client under it is this package's, which mends what that one does
// badly by itself: see gowsdl_test.go. Answers are read by a parser for what
// SOAP allows of XML alone: one pass over the bytes, texts unescaped in place,
// into a tree of one allocation without pointers, and from there into the Go
// type. An array of a megabyte takes a fifth of encoding/xml's time, and the
// parser accepts nothing that encoding/xml refuses (fuzzed side by side).
package ovhsoap
