// Package monitor watches hostings and the instances on them: web sites of any
// kind, and Dolibarr with the WebHost connectors, which also report disk use,
// version, users and modules. It is a library: it has no configuration file,
// no database and no process of its own, and it is built so that the servers
// it calls can't damage the program that calls them.
//
// One line is one check:
//
//	if err := monitor.ProbeURL(ctx, "https://www.example.com/").Err(); err != nil {
//		log.Print(err) // monitor: probe url: HTTP status 503 (http_status)
//	}
//
// # A whole program
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//
//		"github.com/hebergo/hebergo/monitor"
//	)
//
//	func main() {
//		m, err := monitor.New(monitor.Config{Secrets: monitor.EnvSecrets})
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer m.Close()
//		erp := monitor.Target{
//			ID: "erp", Kind: monitor.KindServerObserver, Secret: "ERP_TOKEN",
//			URL: "https://erp.example.com/custom/webobserver/public/get-data.php",
//		}
//		result := m.Run(context.Background(), erp)
//		if err := result.Err(); err != nil {
//			log.Fatal(err)
//		}
//		fmt.Println(result.Instance.Version, result.Disk.Used, "bytes")
//	}
//
// # The parts
//
// A [Target] is what to watch, a [Result] what was found; both are plain
// values that survive JSON. A [Monitor] makes one of the other, once and at
// once, with [Monitor.Run]: that is all another engine needs, be it a job
// queue, Prometheus or a test. Package schedule probes again and again, damps
// flapping, and keeps a history. Package statuspage shows it; package
// promprobe, a module of its own, exports it to Prometheus; package
// monitortest is a server to test against.
//
// # Kinds
//
//   - [KindURL]: GET; up with a final status of 2xx, or as Params say: accepted
//     statuses, regular expressions for body and headers, values in JSON. A
//     Secret is sent as a bearer token.
//   - [KindServerObserver]: the Dolibarr connectors WebObserver and
//     ServerObserver, and forks of them. A Secret is their token.
//   - [KindServerManager]: a hosting with all its instances, and each of them.
//   - [KindDolibarr]: Dolibarr's own REST API; the URL is the Dolibarr's, the
//     Secret a user's API key. Degraded while access is locked to one login.
//   - [KindPush]: an instance that can't be called and calls a [Monitor.Receiver].
//   - Your own: [Monitor.Register] takes any function. [Monitor.Fetch] gives it
//     the way through the guard that the kinds above take.
//
// # The connectors' contracts
//
// What is marked "captured" was recorded from the connectors' own PHP code.
// They sign with hash and time in the query, see [ObserverHash], accepted
// within three minutes either way (captured). They answer errors with HTTP 200
// and a line of text (captured), so 200 without the document is reachable and
// down, with ReasonAuth or ReasonBadPayload. PHP's warnings before the
// document are skipped. Sizes are in bytes for WebObserver and in MiB for
// ServerObserver, although both call themselves version 1.0 (captured); the
// [Form] is recognised by content, or set with [ParamForm]. A size that is -1,
// absent or without a known unit is unknown, never 0: see [Size]. That the
// list of names which ServerObserver wrote for modules before 2020 holds the
// active ones is inferred.
//
// The vendor's server manager is not public. Two protocols are accepted: the
// nearest public one, check-server.php with the actions get-all-instance and
// get-info-instance (captured); and one that this package proposes, a single
// document with the hosting and everything on it:
//
//	{"apiname":"servermanager","apiversion":"1.0",
//	 "space":{"bytes_total":…,"bytes_left":…,"bytes_used":…},
//	 "instances":[{"name":"erp1","dolibarr":{…},"module":{…}},{"name":"erp2","error":"…"}]}
//
// whose instances are WebObserver's documents with a name. Entries of a list
// that can't be read degrade the hosting, and are counted in Result.Detail. A
// list that is absent or null is not an empty one: the hosting stays up,
// Result.Instances is nil, Result.Detail says so, and each of its instances is
// unknown. One listing per Interval serves the hosting, its discovery and all
// its instances, whichever is first; Result.ObservedAt is when it was made. A
// target that is probed a second time gets a new one, so a second probe never
// repeats what the first one found; neither does Discover called by hand. With
// the actions, each instance takes one request of its own as well, and the
// hosting's own Result has only the names of its instances. A failed listing
// serves the others for a tenth of the Interval, at most five seconds.
//
// # Secrets
//
// A Target holds the name of a secret; Config.Secrets resolves it for each
// probe, as EnvSecrets does from the environment. Secrets, hashes and queries
// are in no Result, error or log line. Credentials go to the URL's own host: a
// redirect to another host, to another port or from https to http leaves hash,
// time and headers behind, and the probe stops where the peer has written the
// hash into the new address. Once dropped they stay dropped. A Referer is never
// sent. From http to https on the usual ports of the same name counts as the
// same host. TLS settings, which may hold a private key, print as REDACTED: see
// [TLS].
//
// # Limits
//
// A probe reaches public addresses and what Config.Allow names, no others: the
// address is judged as it is dialled, on every hop, after resolving. Private,
// loopback, link-local, CGNAT, multicast and the other special-purpose
// networks are refused, and their disguises: IPv4 in IPv6, NAT64, 6to4,
// Teredo; so are the public addresses that clouds answer their own machines on,
// such as Azure's 168.63.129.16. Cookies live between the redirects of one
// probe, fifty of at most 4 KiB. Reading an answer takes at most sixteen times
// its length in memory, or 8 MiB where that is more. Ten redirects, 1 MiB of
// body after inflating, 256 KiB of header, [MaxInstances] instances of a
// hosting, 2000 modules of an instance; no proxy, HTTP/1.1. Each probe takes a
// connection of its own with a full TLS handshake, as a visitor would; see
// [ParamReuse]. A Probe of your own that panics becomes a Result; one that
// ignores its context is left behind and holds one goroutine per target, not
// one more per round; so is a Discoverer. A panic in a goroutine that it
// started itself can't be caught.
//
// Config.OnAttempt sees each HTTP request of a probe, redirects included, and
// what came of it, for metrics and traces.
//
// Many probes of one Target need it read only once: see [Monitor.Compile],
// which a Scheduler uses.
//
// # Errors and verdicts
//
// A probe has no error: what happened is in the Result, with a [Status] and a
// [Reason], and [Result.Err] makes an [*Error] of it that matches the
// conditions. StatusUnknown says nothing of the target: the caller has
// cancelled, the Probe panicked, the guard refuses the address, the monitor
// itself is cut off, or the Target can't be probed as it is, and Field says
// why. All other failures of this package are an *Error at once and name the
// Field.
//
// # What is not known
//
// It is never shown as up, as down or as 0. A Size or Count that a connector
// does not report, or reports in a way that can't be understood ("1 000,50", an
// object), is unknown, a text empty, a list nil.
//
// # What is retried
//
// Nothing, here: a probe is one attempt by definition, so that its verdict and
// its times are those of one exchange. The other packages of this module send
// through a transport that retries and refuses redirects; a probe follows
// redirects as a visitor's browser does, and the guard has to dial, which is
// why this package has a transport of its own and takes no http.Client. It does
// not use what http.DefaultTransport was replaced by, as in a test, either.
// Package schedule probes again before it believes a bad result.
package monitor
