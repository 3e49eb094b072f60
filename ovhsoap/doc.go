// Package ovhsoap is a client for OVH's Manager v3 SOAP API (SoAPI), of which
// WSDL 1.61 declares 663 functions. OVH has been retiring it: it is left in
// archives, proxies and private installations, and in programs that migrate to
// package ovhrest (see docs/soapi-to-rest.md). This package makes such a service
// safe to read and script: a call that changes something is sent once, and a
// response is checked against its type and bounded in length, depth and memory.
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
// does this around a function, and always logs out at the end, even after a panic
// or when ctx has ended. If ctx ends during the login, Do waits up to
// [Config].LogoutTimeout for the response: the service opens the session when it
// reads the password, and only the response contains its ID. [Client.Session]
// returns a session that can be kept and shared between goroutines; its owner
// calls [Session.Logout].
//
// The login is sent when the first call needs it, once for all goroutines that
// wait for it. If all of them give up, it continues for LogoutTimeout, so that the
// next call or the logout has the session. If the service responds that the
// session has ended (faults 301, 302, 303), the client logs in again, in the
// language of the session, and sends the call once more: it was not carried out.
// A resumed session ([Client.Resume]) may belong to another account: the client
// does not log in again by itself, and its calls return [ErrSession].
//
// A refused login (310, 320 and any other fault that a retry would not change)
// is not sent again: all calls return the refusal until [Session.Login] or
// [Client.Login] is called, because repeated wrong passwords get the caller
// banned.
//
// 16 functions need no session, among them version and those of SMS users.
// They may be called on any Session and do not log in.
//
// # Functions
//
// The methods of [Session] cover the families of the vendor's mail guide,
// domains, zones, accounts, billing, services, servers and SMS; they are listed
// at the end. [Call] calls any function of the catalog and decodes its value
// into any Go type, with arguments in order or by name ([Args]); [CallRaw] calls
// functions that are not in the catalog. [Lookup], [Search], [Functions] and
// [Members] give access to the catalog. Arguments are checked against it before
// anything is sent.
//
// # Arguments and results
//
// Required arguments of a method of Session are plain values, and are refused
// if they are empty. Optional ones are an [Opt], and the comment of the field
// names the source: ovhsoap.Some(25) is a value, the zero value is none. An
// omitted argument is sent as nil, or not at all after the last argument given,
// so that the service applies its default; an empty string or a 0 is sent as such.
// The WSDL declares every parameter nillable and says no more.
//
// A method returns what its type promises, or an error: a value that the response
// lacks, or has in another form, is [ErrProtocol], never a zero. In a structure, a
// number, flag or structure that the service leaves out or sends as nil is an Opt
// without a value, a list is empty, and a string is empty: Perl and PHP do not
// distinguish these. Values that the WSDL does not list are returned unchanged.
//
// # Limits
//
// A response may be [Config].MaxResponseBytes long (8 MiB), after decompression
// and again with its references expanded, and 64 elements deep. It takes at most
// 16 times its length in memory, or 1 MiB, including the Go values that it is
// decoded into; the number of items in a list has no other limit. Document types,
// entities other than the five predefined ones and processing instructions are
// refused.
//
// # Errors
//
// Every error is an [*Error]. If the service responded with a SOAP fault, the
// Error wraps a [*Fault] with the service's code, status and message; both are
// found with errors.As, and both match the conditions with errors.Is. The message
// is in the session's language, so decide by condition or Status. Error texts
// contain no session, password or body: the values that a call passed as a
// [Secret], or in arguments named like a password, are removed from the service's
// messages as well, in every encoding that services were seen to use.
//
// [ErrBusy] is worth waiting for: the service is still working on the object.
// [ErrAmbiguous] means that a changing call may have been carried out: its
// response was lost or unreadable, or the fault blames the service itself, is only
// a warning (100 to 199) or has a status that is not in the vendor's table. Check
// before calling again.
//
// # Retries
//
// Functions that only read ([Function].Repeatable) are sent up to
// [Config].MaxAttempts times after a lost connection, 429, 502, 503 or 504.
// Logout is retried in the same way. Login and every other function are sent
// once, apart from the second time after 301 to 303.
//
// # Logging
//
// [Config].OnAttempt is called with an [Attempt] for each request, logins and
// logouts included, and [Config].Logger receives a debug line: function, attempt,
// duration, status, and the fault's code. [OperationFrom] returns the function to
// a RoundTripper.
//
// # Quirks of the service
//
// Known from its WSDL, and measured with SOAP::Lite, on which it is built
// according to the vendor's guide, and PHP's SoapServer.
//
//   - Arguments are positional and their names are ignored, so that all are
//     sent in order, each with its type.
//   - Members arrive in any order, accented strings as base64Binary, digits
//     typed as int: the Go type decides, except for base64. Base64 of data that is
//     not UTF-8 is decoded as ISO-8859-1 (inferred).
//   - The return value may have any name. Repeated values may be written once,
//     before or after the place that refers to them.
//   - "Nothing" is an empty response, a nil one or none. For a function that
//     returns an array it is an empty array; for one that returns a structure
//     or a number it is an error.
//   - Envelopes are those of SOAP 1.1; SOAP 1.2 and any other namespace is
//     ErrProtocol. The namespace of the response element is not checked: private
//     installations have their own.
//   - Proxies label every response with one charset. Valid UTF-8 is read as
//     UTF-8, even if the label is a single-byte charset (inferred).
//   - A login whose response is lost may leave a session open at the service,
//     which expires by itself.
//
// # Base library
//
// The types of envelopes and faults are those of github.com/hooklift/gowsdl
// v0.5.0: an [*Error] wraps its *soap.SOAPFault, for errors.As. Its HTTP client is
// not used, for the reasons in gowsdl_test.go; code that gowsdl generated from any
// WSDL can use [Session.HTTPClient], with this package's sessions, limits and
// faults. Responses are read by a parser for the subset of XML that SOAP allows:
// one pass over the bytes, text unescaped in place, into a tree of one allocation
// without pointers, and from there into the Go type. An array of a megabyte takes
// a fifth of the time of encoding/xml, and the parser accepts nothing that
// encoding/xml refuses (compared by fuzzing).
package ovhsoap
