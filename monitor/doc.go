// Package monitor watches hostings and the instances on them: web sites of any
// kind, and Dolibarr with the WebHost connectors, which also report disk use,
// version, users and modules. It is a library, without a configuration file, a
// database or a process of its own, and it protects the program from the
// servers that it probes.
//
// A single check takes one line:
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
// A [Target] describes what to watch, a [Result] what was found; both are plain
// values that can be encoded as JSON and decoded again. [Monitor.Run] probes a
// Target once, immediately, and returns its Result; a job queue, Prometheus or
// a test needs nothing else. Package schedule probes targets repeatedly, damps
// flapping and keeps a history. Package statuspage shows it; package promprobe,
// a separate module, exports results to Prometheus; package monitortest is a
// server to test against.
//
// # Kinds
//
//   - [KindURL]: GET; up with a final status of 2xx, or as Params say: accepted
//     statuses, regular expressions for body and headers, values in JSON. The
//     Secret is sent as a bearer token.
//   - [KindServerObserver]: the Dolibarr connectors WebObserver and
//     ServerObserver, and forks of them. The Secret is their token.
//   - [KindServerManager]: a hosting with all its instances, and each of them.
//   - [KindDolibarr]: Dolibarr's own REST API; the URL is that of the Dolibarr,
//     the Secret a user's API key. Degraded while access is locked to one
//     login.
//   - [KindPush]: an instance that can't be called and calls a
//     [Monitor.Receiver] instead.
//   - Your own: [Monitor.Register] takes any function. [Monitor.Fetch] lets it
//     send requests through the same guard as the kinds above.
//
// # The connectors' contracts
//
// Statements marked "captured" were recorded from the connectors' own PHP code.
// Requests are signed with a hash and a time in the query, accepted within
// three minutes either way (captured): see [ObserverHash]. The connectors
// report errors with HTTP 200 and a line of text (captured), so a 200 without
// the document is reachable and down, with ReasonAuth or ReasonBadPayload. PHP
// warnings before the document are skipped. Sizes are in bytes for WebObserver
// and in MiB for ServerObserver, although both call themselves version 1.0
// (captured); the [Form] is recognised from the content, or set with
// [ParamForm]. A size that is -1, absent or without a known unit is unknown,
// never 0: see [Size]. Before 2020 ServerObserver reported modules as a list of
// names; that these are the active ones is inferred.
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
// Its instances are WebObserver documents with a name. List entries that can't
// be read make the hosting degraded and are counted in Result.Detail. A list
// that is absent or null is not an empty list: the hosting stays up,
// Result.Instances is nil, Result.Detail says so, and each of its instances is
// unknown. One listing per Interval serves the hosting, its discovery and all
// its instances, whichever comes first; Result.ObservedAt is the time at which
// it was made. A target that is probed a second time gets a new listing, so a
// second probe never repeats what the first one found; a direct call of
// Discover gets a new one as well. With the actions, each instance also takes
// one request of its own, and the hosting's own Result has only the names of
// its instances. A failed listing is reused for the other targets for a tenth
// of the Interval, at most five seconds.
//
// # Secrets
//
// A Target holds the name of a secret; Config.Secrets resolves it for each
// probe, as EnvSecrets does from the environment. Secrets, hashes and queries
// never appear in a Result, an error or a log line. Credentials are sent only
// to the URL's own host: a redirect to another host, to another port or from
// https to http drops the hash, the time and the headers, and the probe stops
// if the peer has copied the hash into the new address. Once dropped, they are
// not sent again. A Referer is never sent. A redirect from http to https on the
// default ports of the same name stays on the same host. TLS settings, which
// may hold a private key, print as REDACTED: see [TLS].
//
// # Limits
//
// A probe reaches only public addresses and the networks in Config.Allow. Each
// address is checked when it is dialled, after resolving, on every hop.
// Private, loopback, link-local, CGNAT, multicast and the other special-purpose
// networks are refused, also when written as IPv4 in IPv6, NAT64, 6to4 or
// Teredo; so are the public addresses on which clouds serve their own machines,
// such as Azure's 168.63.129.16. Cookies are kept between the redirects of one
// probe, at most fifty of at most 4 KiB each. Reading a response takes at most
// sixteen times its length in memory, or 8 MiB if that is more. A probe follows
// ten redirects and reads 1 MiB of body after decompression, 256 KiB of header,
// [MaxInstances] instances of a hosting and 2000 modules of an instance. It
// speaks HTTP/1.1 and uses no proxy. Each probe opens a new connection with a
// full TLS handshake, as a visitor would; see [ParamReuse]. If a Probe of your
// own panics, the Result says so. If it ignores its context, Run returns
// without waiting for it; it then holds one goroutine per target, not one more
// per probe. The same holds for a Discoverer. A panic in a goroutine that the
// Probe started itself can't be recovered.
//
// Config.OnAttempt is called after each HTTP request of a probe, redirects
// included, with its outcome, for metrics and traces.
//
// [Monitor.Compile] reads a Target once for many probes; a Scheduler uses it.
//
// # Errors and verdicts
//
// A probe returns no error: the outcome is in the Result, with a [Status] and a
// [Reason], and [Result.Err] returns it as an [*Error] that matches the
// conditions. StatusUnknown says nothing about the target: the caller has
// cancelled, the Probe panicked, the guard refuses the address, the monitor
// itself is cut off, or the Target can't be probed as configured, in which case
// Field says why. All other failures of this package are returned as an *Error
// that names the Field.
//
// # Unknown values
//
// An unknown value is never shown as up, as down or as 0. A Size or Count that
// a connector does not report, or reports in a form that can't be parsed ("1
// 000,50", an object), is unknown; a string is then empty, a slice nil.
//
// # What is retried
//
// Nothing: a probe is a single attempt, so that its verdict and its times are
// those of one exchange. The other packages of this module use a transport that
// retries and refuses redirects; a probe follows redirects as a browser does,
// and the guard has to dial, so this package has its own transport and takes no
// http.Client. It does not use a replacement of http.DefaultTransport either,
// such as a test's. Package schedule confirms a bad result by probing again.
package monitor
