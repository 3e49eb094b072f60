// Package promprobe puts the probes of package monitor behind Prometheus: one
// process or a hundred stateless copies probe when they are scraped, and
// Prometheus schedules, stores and alerts.
//
//	m, err := monitor.New(monitor.Config{})
//	// …
//	catalog := &promprobe.Catalog{}
//	err = catalog.Replace(targets) // again whenever the list changes
//	// …
//	probe, err := promprobe.ProbeHandler(promprobe.ProbeConfig{Runner: m, Lookup: catalog.Lookup})
//	// …
//	http.Handle("GET /probe", probe)
//	http.Handle("GET /targets", promprobe.SDHandler(promprobe.SDConfig{List: catalog.List}))
//
// Prometheus needs no relabelling, and takes intervals and timeouts from the
// targets:
//
//	scrape_configs:
//	  - job_name: hostings
//	    http_sd_configs:
//	      - url: http://monitor.example.com:9115/targets
//
// # Metrics
//
// ProbeHandler follows the multi-target exporter pattern: GET
// /probe?target=<ID> probes once and answers with the figures of that probe.
// Their names, labels and units are blackbox_exporter's (compared with 0.23 in
// a test), so its dashboards and alerts fit: probe_success,
// probe_duration_seconds, probe_http_*, probe_ssl_*, probe_ip_*,
// probe_dns_lookup_time_seconds, probe_tls_version_info and
// probe_failed_due_to_regex. Differences, all on purpose: a degraded target is
// a success; probe_ssl_last_chain_expiry_timestamp_seconds is left out where
// no chain was verified; a peer that never answered has no address, so
// probe_ip_protocol and probe_ip_addr_hash are 0. A probe without an answer has
// the figures of a good one, and they are 0: an alert on
// probe_http_status_code == 0 fires. Beside them stand hebergo_status,
// hebergo_failure_info, hebergo_disk_*, hebergo_dolibarr_* and
// hebergo_instance_*; what a connector does not report is left out.
//
// A probe that fails is an answer with status 200 and probe_success 0. Other
// statuses are faults of the request: 400, 404 for an ID that is not
// registered, 503 above ProbeConfig.MaxProbes.
//
// # Safety
//
// Only registered targets are probed, unless ProbeConfig.Modules opens the
// handler to any URL; the Monitor's guard against private addresses holds
// either way. SDHandler shows IDs, kinds and labels: no URL, no parameter and
// no secret's name. Neither authenticates its caller: put them behind
// whatever does that for you.
//
// Collector is the other way round: a Scheduler probes at its own pace, and a
// scrape reads what it knows.
package promprobe
