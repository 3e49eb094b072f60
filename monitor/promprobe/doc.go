// Package promprobe exposes the probes of package monitor to Prometheus.
// Targets are probed when they are scraped, by one process or by any number of
// stateless copies, and Prometheus schedules, stores and alerts.
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
// /probe?target=<ID> probes once and returns the metrics of that probe. Their
// names, labels and units are those of blackbox_exporter (compared with 0.23 in
// a test), so its dashboards and alerts work: probe_success,
// probe_duration_seconds, probe_http_*, probe_ssl_*, probe_ip_*,
// probe_dns_lookup_time_seconds, probe_tls_version_info and
// probe_failed_due_to_regex. There are deliberate differences: a degraded
// target is a success; probe_ssl_last_chain_expiry_timestamp_seconds is left
// out if no chain was verified; a peer that never responded has no address, so
// probe_ip_protocol and probe_ip_addr_hash are 0. A probe without a response
// has the same metrics as a successful one, with the value 0, so an alert on
// probe_http_status_code == 0 fires. In addition there are hebergo_status,
// hebergo_failure_info, hebergo_disk_*, hebergo_dolibarr_* and
// hebergo_instance_*; values that a connector does not report are left out.
//
// A failed probe is a response with status 200 and probe_success 0. Other
// statuses are errors of the request: 400, 404 for an ID that is not
// registered, 503 above ProbeConfig.MaxProbes.
//
// # Safety
//
// Only registered targets are probed, unless ProbeConfig.Modules opens the
// handler to any URL; the Monitor's guard against private addresses applies in
// both cases. SDHandler shows IDs, kinds and labels, but no URL, parameter or
// name of a secret. Neither handler authenticates its caller: put them behind a
// proxy or middleware that does.
//
// Collector works the other way round: a Scheduler probes at its own pace, and
// a scrape reads its current state.
package promprobe
