package promprobe

import (
	"hash/fnv"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// family is a metric's name, help and label names.
type family struct {
	name, help string
	labels     []string
}

// emitter takes the figures of a result, those of one family together.
type emitter interface {
	add(f *family, value float64, labels ...string)
}

// The families that blackbox_exporter has too.
var (
	success   = &family{name: "probe_success", help: "1 if the target is up or degraded, else 0."}
	duration  = &family{name: "probe_duration_seconds", help: "Time that the whole probe took."}
	dnsTime   = &family{name: "probe_dns_lookup_time_seconds", help: "Time spent resolving names."}
	byRegex   = &family{name: "probe_failed_due_to_regex", help: "1 if an assertion on the answer failed, a body pattern among them."}
	ipHash    = &family{name: "probe_ip_addr_hash", help: "Hash of the address that answered; it changes when the address does. 0 if none answered."}
	ipProto   = &family{name: "probe_ip_protocol", help: "4 or 6: the IP version of the address that answered, 0 if none did."}
	length    = &family{name: "probe_http_content_length", help: "Length of the answer as announced, -1 if it was not, 0 if none came."}
	phases    = &family{name: "probe_http_duration_seconds", help: "Time by phase of the HTTP exchange, added up over redirects.", labels: []string{"phase"}}
	modified  = &family{name: "probe_http_last_modified_timestamp_seconds", help: "The Last-Modified header in Unix time."}
	redirects = &family{name: "probe_http_redirects", help: "Redirects that were followed."}
	ssl       = &family{name: "probe_http_ssl", help: "1 if the last hop was over TLS."}
	code      = &family{name: "probe_http_status_code", help: "HTTP status of the last answer, 0 if none came."}
	bodyBytes = &family{name: "probe_http_uncompressed_body_length", help: "Bytes of body that were read, after inflating."}
	version   = &family{name: "probe_http_version", help: "HTTP version of the last answer, 0 if none came."}
	earliest  = &family{name: "probe_ssl_earliest_cert_expiry", help: "When the first of the certificates that were sent ends, in Unix time."}
	lastChain = &family{name: "probe_ssl_last_chain_expiry_timestamp_seconds", help: "When the longest-lived verified chain ends, in Unix time."}
	chainInfo = &family{name: "probe_ssl_last_chain_info", help: "The server's own certificate.",
		labels: []string{"fingerprint_sha256", "issuer", "serialnumber", "subject", "subjectalternative"}}
	tlsInfo = &family{name: "probe_tls_version_info", help: "The TLS version of the last hop.", labels: []string{"version"}}
)

// The families of this package.
var (
	status  = &family{name: "hebergo_status", help: "1 for the status that the probe found, 0 for the others.", labels: []string{"status"}}
	failure = &family{name: "hebergo_failure_info", help: "Why the target is not up.", labels: []string{"reason"}}
	values  = &family{name: "hebergo_value", help: "Figures of a probe of the program's own.", labels: []string{"name"}}

	diskUsed      = &family{name: "hebergo_disk_used_bytes", help: "Disk space that the target takes."}
	diskTotal     = &family{name: "hebergo_disk_size_bytes", help: "Size of the target's volume."}
	diskFree      = &family{name: "hebergo_disk_free_bytes", help: "Free space on the target's volume."}
	diskDocuments = &family{name: "hebergo_disk_documents_bytes", help: "Disk space of the instance's documents."}
	diskHtdocs    = &family{name: "hebergo_disk_htdocs_bytes", help: "Disk space of the instance's program."}

	dolibarr    = &family{name: "hebergo_dolibarr_info", help: "The Dolibarr that answered.", labels: []string{"version", "form"}}
	users       = &family{name: "hebergo_dolibarr_users", help: "Users of the instance."}
	activeUsers = &family{name: "hebergo_dolibarr_active_users", help: "Users of the instance that may log in."}
	locked      = &family{name: "hebergo_dolibarr_locked", help: "1 if only one login may enter."}
	modules     = &family{name: "hebergo_dolibarr_modules", help: "Modules of the instance, by whether they are switched on: true, false or unknown.", labels: []string{"active"}}
	module      = &family{name: "hebergo_dolibarr_module_active", help: "1 for each active module, 0 for the others.", labels: []string{"module", "version"}}

	instances     = &family{name: "hebergo_instances", help: "Instances that the server manager reported."}
	instanceInfo  = &family{name: "hebergo_instance_info", help: "An instance that the server manager told of.", labels: []string{"name", "version"}}
	instanceDisk  = &family{name: "hebergo_instance_disk_used_bytes", help: "Disk space that an instance takes.", labels: []string{"name"}}
	instanceUsers = &family{name: "hebergo_instance_active_users", help: "Users of an instance that may log in.", labels: []string{"name"}}
)

// figures emits all that r holds.
func figures(to emitter, r *monitor.Result, eachModule bool) {
	verdictFigures(to, r)
	to.add(duration, r.Duration.Seconds())
	to.add(byRegex, flag(!alive(r) && r.Reason == monitor.ReasonAssertion)) // one that is only slow has not failed
	to.add(dnsTime, r.Phases.DNS.Seconds())
	if r.HTTP != nil || !alive(r) && speaksHTTP(r.Kind) {
		httpFigures(to, r)
	}
	if r.Certificate != nil {
		tlsFigures(to, r.Certificate)
	}
	if r.Disk != nil {
		diskFigures(to, r.Disk)
	}
	if r.Instance != nil {
		dolibarrFigures(to, r.Instance, eachModule)
	}
	if r.Instances != nil {
		hostingFigures(to, r.Instances)
	}
	for _, name := range sortedKeys(r.Values) {
		to.add(values, r.Values[name], name)
	}
}

// verdictFigures emits whether the target is up, and why not.
func verdictFigures(to emitter, r *monitor.Result) {
	to.add(success, flag(alive(r)))
	for s := monitor.StatusUnknown; s <= monitor.StatusDown; s++ {
		to.add(status, flag(r.Status == s), s.String())
	}
	if r.Reason != "" {
		to.add(failure, 1, string(r.Reason))
	}
}

func alive(r *monitor.Result) bool {
	return r.Status == monitor.StatusUp || r.Status == monitor.StatusDegraded
}

// speaksHTTP reports whether probes of a kind would have had an HTTP answer.
func speaksHTTP(k monitor.Kind) bool {
	switch k {
	case "", monitor.KindURL, monitor.KindServerObserver, monitor.KindServerManager, monitor.KindDolibarr:
		return true
	}
	return false
}

// httpFigures emits what is known of an answer. Where none came they are 0, as
// blackbox_exporter has it: alert rules on a status of 0 rely on that.
func httpFigures(to emitter, r *monitor.Result) {
	h := r.HTTP
	if h == nil {
		h = &monitor.HTTP{}
	}
	hash, protocol := 0.0, 0.0
	if addr, err := netip.ParseAddrPort(h.RemoteAddr); err == nil {
		ip := addr.Addr().Unmap()
		sum := fnv.New32a()
		_, _ = sum.Write(ip.AsSlice())
		hash, protocol = float64(sum.Sum32()), map[bool]float64{true: 4, false: 6}[ip.Is4()]
	}
	to.add(ipHash, hash)
	to.add(ipProto, protocol)
	to.add(code, float64(h.Status))
	to.add(length, float64(h.ContentLength))
	to.add(bodyBytes, float64(h.BodyBytes))
	to.add(redirects, float64(h.Redirects))
	to.add(ssl, flag(strings.HasPrefix(h.URL, "https:")))
	v, _ := strconv.ParseFloat(strings.TrimPrefix(h.Proto, "HTTP/"), 64) // 0 if there is none
	to.add(version, v)
	timestamp(to, modified, h.LastModified)
	to.add(phases, r.Phases.DNS.Seconds(), "resolve")
	to.add(phases, r.Phases.Connect.Seconds(), "connect")
	to.add(phases, r.Phases.TLS.Seconds(), "tls")
	to.add(phases, r.Phases.FirstByte.Seconds(), "processing")
	to.add(phases, r.Phases.Transfer.Seconds(), "transfer")
}

func tlsFigures(to emitter, c *monitor.Certificate) {
	timestamp(to, earliest, c.EarliestExpiry)
	timestamp(to, lastChain, c.LastChainExpiry)
	to.add(chainInfo, 1, c.FingerprintSHA256, c.Issuer, c.Serial, c.Subject, strings.Join(c.DNSNames, ","))
	if c.Version != "" {
		to.add(tlsInfo, 1, c.Version)
	}
}

func diskFigures(to emitter, d *monitor.Disk) {
	size(to, diskUsed, d.Used)
	size(to, diskTotal, d.Total)
	size(to, diskFree, d.Free)
	size(to, diskDocuments, d.Documents)
	size(to, diskHtdocs, d.Htdocs)
}

func dolibarrFigures(to emitter, i *monitor.Instance, eachModule bool) {
	to.add(dolibarr, 1, i.Version, string(i.Form))
	if i.Form == monitor.FormDolibarr { // the one form that reports it, and it reports nothing else
		if !i.LockUnknown {
			to.add(locked, flag(i.LockedBy != ""))
		}
		return
	}
	count(to, users, i.Users)
	count(to, activeUsers, i.ActiveUsers)
	if i.Modules != nil {
		moduleFigures(to, i, eachModule)
	}
}

func moduleFigures(to emitter, i *monitor.Instance, eachModule bool) {
	states := make(map[string]int)
	for _, m := range i.Modules {
		states[stateOf(m)]++
	}
	to.add(modules, float64(states["true"]), "true")
	to.add(modules, float64(states["false"]), "false")
	if left := states["unknown"] + i.ModulesUnread; left > 0 {
		to.add(modules, float64(left), "unknown")
	}
	if !eachModule {
		return
	}
	seen := make(map[string]bool, len(i.Modules))
	for _, m := range i.Modules {
		if !seen[m.Name] && !m.Unclear { // a series emitted twice spoils the scrape
			seen[m.Name] = true
			to.add(module, flag(m.Active), m.Name, m.Version)
		}
	}
}

// stateOf is a module's label.
func stateOf(m monitor.Module) string {
	if m.Unclear {
		return "unknown"
	}
	return strconv.FormatBool(m.Active)
}

func hostingFigures(to emitter, all []monitor.Instance) {
	to.add(instances, float64(len(all)))
	seen := make(map[string]bool, len(all))
	var list []*monitor.Instance
	for i := range all {
		if !seen[all[i].Name] {
			seen[all[i].Name] = true
			list = append(list, &all[i])
		}
	}
	for _, i := range list {
		to.add(instanceInfo, 1, i.Name, i.Version)
	}
	for _, i := range list {
		if i.Disk.Used.Known {
			to.add(instanceDisk, float64(i.Disk.Used.Bytes), i.Name)
		}
	}
	for _, i := range list {
		if i.ActiveUsers.Known {
			to.add(instanceUsers, float64(i.ActiveUsers.N), i.Name)
		}
	}
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func timestamp(to emitter, f *family, t time.Time) {
	if !t.IsZero() {
		to.add(f, math.Trunc(float64(t.UnixMilli())/1000))
	}
}

func count(to emitter, f *family, c monitor.Count) {
	if c.Known {
		to.add(f, float64(c.N))
	}
}

func size(to emitter, f *family, s monitor.Size) {
	if s.Known {
		to.add(f, float64(s.Bytes))
	}
}
