// Package ovhsoap is a client of OVH's Manager v3 SOAP API (SoAPI), of which
// WSDL 1.61 declares 663 functions. OVH has been retiring it: what is left
// are archives, proxies and private installations, and programs on their way
// to package ovhrest (docs/soapi-to-rest.md lists what replaces what). This
// package makes such a service safe to read and script: a call that changes
// something is sent once, and an answer is checked against its type and bounded
// in length, depth and memory.
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
// A program opens a session, calls functions in it and closes it. [Client.Do]
// does so for a function of yours, and always logs out at its end, also after a
// panic or when ctx has ended. If ctx ends during the login, Do waits up to
// [Config].LogoutTimeout for the answer: the service opens the session when it
// reads the password, and only the answer has its id. [Client.Session] returns a
// session to keep and to share between goroutines; its owner calls
// [Session.Logout].
//
// The login is sent when the first call needs it, once for all goroutines that
// need it then. When all of them have given up, it goes on for LogoutTimeout, so
// that the next call or the logout has the session. When the service answers that
// the session has ended (faults 301, 302, 303), the client logs in again, in the
// language that the session had, and sends the call once more: it was not carried
// out. A session that was resumed ([Client.Resume]) may be another account's: no
// login follows by itself, and its calls return [ErrSession].
//
// A refused login (310, 320 and any other fault that another try would not
// change) is not sent again: all calls return the refusal until [Session.Login]
// or [Client.Login] is called, as wrong passwords in a row get the caller banned.
//
// 16 functions need no session, among them version and those of SMS users.
// They may be called on any Session and cause no login.
//
// # Functions
//
// The methods of [Session] cover the families of the vendor's mail guide,
// domains, zones, accounts, billing, services, servers and SMS; they are listed
// at the end. [Call] reaches
// every function of the catalog into any Go type, with arguments in order or by
// name ([Args]); [CallRaw] reaches functions that the catalog does not know.
// [Lookup], [Search], [Functions] and [Members] are the catalog. Arguments are
// checked against it before anything is sent.
//
// # Arguments and answers
//
// Required arguments of a method of Session are plain values, and are refused
// where they are empty. Optional ones are an [Opt], and the comment of the field
// says where that is known from: ovhsoap.Some(25) is a value, the zero value is
// none. An argument left out is sent as nil, or not at all after the last argument
// given, so that the service applies its default; an empty text or a 0 is sent as
// such. The WSDL has every parameter nillable and says no more.
//
// A method returns what its type says, or an error: what the answer lacks, or has
// in another form, is [ErrProtocol], never a zero. In a structure, a number, flag
// or structure that the service leaves out or sends as nil is an Opt without a
// value, a list is empty, and a text is empty: Perl and PHP make no difference. Values that the WSDL does not know are returned as they came.
//
// # Limits
//
// An answer is at most [Config].MaxResponseBytes long (8 MiB), after inflating
// and again with its references written out, and 64 elements deep. It takes at
// most 16 times its length in memory, or 1 MiB, including the Go values that it
// is decoded into; the number of items in a list has no other limit. Document
// types, entities other than XML's own five and processing instructions are
// refused.
//
// # Errors
//
// Every failure is an [*Error]. Where the service answered with a SOAP fault,
// the [*Fault] is inside it, with the service's code, status and message; both
// are found with errors.As, and both match the conditions with errors.Is. The
// message is in the session's language, so decide by condition or Status.
// Texts hold no session, password or body: what a call held as a [Secret], or in
// arguments named like a password, is taken out of the service's words as well,
// in every spelling that services were seen to use.
//
// [ErrBusy] is worth waiting for: the service is still at work on the object.
// [ErrAmbiguous] means that a changing call may have been carried out: its
// answer was lost or unreadable, or the fault blames the service itself, is only
// a warning (100 to 199) or has a status that is not in the vendor's table. Look
// before calling again.
//
// # What is repeated
//
// Functions that only read ([Function].Repeatable) are sent up to
// [Config].MaxAttempts times after a lost connection, 429, 502, 503 or 504.
// Logout is repeated likewise. Login and every other function are sent once,
// apart from the second time after 301 to 303.
//
// # Observing
//
// [Config].OnAttempt gets an [Attempt] for each request, logins and logouts
// included, and [Config].Logger a debug line: function, attempt, duration, status,
// and the fault's code. [OperationFrom] returns the function to a RoundTripper.
//
// # Quirks of the service
//
// Known from its WSDL, and measured with SOAP::Lite, which it is built on
// according to the vendor's guide, and PHP's SoapServer.
//
//   - Arguments count by position and their names are ignored, so that all are
//     sent in order, each with its type.
//   - Members arrive in any order, texts with accents as base64Binary, digits
//     typed as int: the Go type decides, base64 aside. Base64 of what is not
//     UTF-8 is taken for ISO-8859-1 (inferred).
//   - The return value may have any name. Repeated values may be written once,
//     before or after their place, and referred to.
//   - "Nothing" is an empty answer, a nil one or none. For a function that
//     returns an array it is an empty array; for one that returns a structure
//     or a number it is an error.
//   - Envelopes are SOAP 1.1's; SOAP 1.2 and any other namespace is ErrProtocol.
//     The namespace of the answer inside is not compared: private installations
//     have their own.
//   - Proxies label every answer with one charset. Valid UTF-8 is read as UTF-8,
//     also where the label is a single-byte charset (inferred).
//   - A login whose answer is lost may leave a session open at the service,
//     which ends by itself.
//
// # Base library
//
// The types of envelopes and faults are github.com/hooklift/gowsdl v0.5.0's: an
// [*Error] holds its *soap.SOAPFault, for errors.As. Its HTTP client is not used,
// for the reasons in gowsdl_test.go; [Session.HTTPClient] is one that code
// generated by gowsdl from any WSDL can use, with this package's sessions, bounds
// and faults. Answers are read by a parser for the part of XML that SOAP allows:
// one pass over the bytes, texts unescaped in place, into a tree of one
// allocation without pointers, and from there into the Go type. An array of a
// megabyte takes a fifth of encoding/xml's time, and the parser accepts nothing
// that encoding/xml refuses (fuzzed side by side).
package ovhsoap
