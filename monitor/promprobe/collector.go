package promprobe

import (
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// CollectorConfig holds the configuration of a Collector. Scheduler is
// required; the zero value of every other field is a good default.
type CollectorConfig struct {
	Scheduler  *schedule.Scheduler
	History    *schedule.History // the Scheduler's; default: no metrics of the results
	Labels     []string          // the targets' labels to export as labels; default: none
	EachModule bool              // as in ProbeConfig
}

// Collector exports the state of a Scheduler: each target's damped status and
// latest metrics, labelled with the target's ID and kind, and how well the
// Scheduler keeps up. A scrape does not probe. A stale target has probe_success
// 0, status unknown and reason stale, and no metrics of its last result; a
// paused one has no metrics.
type Collector struct {
	config CollectorConfig
	labels []string
}

// The families of a Scheduler.
var (
	state     = &family{name: "hebergo_target_status", help: "1 for the target's damped status, 0 for the others.", labels: []string{"status"}}
	stale     = &family{name: "hebergo_target_stale", help: "1 if no result came for three intervals: nothing is known of the target."}
	paused    = &family{name: "hebergo_target_paused", help: "1 if the target is not probed."}
	probed    = &family{name: "hebergo_target_probe_timestamp_seconds", help: "When the latest probe began, in Unix time."}
	missed    = &family{name: "hebergo_target_missed_turns", help: "Turns that passed while the target was waiting or being probed."}
	targets   = &family{name: "hebergo_scheduler_targets", help: "Targets of the scheduler."}
	inFlight  = &family{name: "hebergo_scheduler_running", help: "Probes in flight."}
	queued    = &family{name: "hebergo_scheduler_waiting", help: "Probes that are due and held back by a limit."}
	runs      = &family{name: "hebergo_scheduler_runs_total", help: "Probes begun."}
	missedAll = &family{name: "hebergo_scheduler_missed_turns_total", help: "Turns that passed while their target was waiting or being probed."}
	changes   = &family{name: "hebergo_scheduler_changes_total", help: "Changes of a damped status."}
	discarded = &family{name: "hebergo_scheduler_discarded_total", help: "Results that a pause, an update, a removal or the end overtook."}
	panics    = &family{name: "hebergo_scheduler_panics_total", help: "Panics in the program's own functions."}
	unfound   = &family{name: "hebergo_scheduler_discover_errors_total", help: "Discoveries that failed, or found targets that could not be taken."}
	running   = &family{name: "hebergo_scheduler_up", help: "1 while the scheduler runs, 0 before and after."}
	blind     = &family{name: "hebergo_scheduler_blind_results_total", help: "Results that are unknown because no canary answered either."}
	onChange  = &family{name: "hebergo_scheduler_on_change_total", help: "What became of the changes for OnChange.", labels: []string{"outcome"}}
	sinkDone  = &family{name: "hebergo_scheduler_sink_reports_total", help: "What became of the reports for a sink.", labels: []string{"sink", "outcome"}}
	lateness  = &family{name: "hebergo_scheduler_lateness_seconds", help: "How long after their turn probes begin."}
)

// NewCollector validates cfg and returns a Collector, to be registered with a
// prometheus.Registerer.
func NewCollector(cfg CollectorConfig) (*Collector, error) {
	if cfg.Scheduler == nil {
		return nil, invalid("collector", "", "Scheduler", "is nil")
	}
	c := &Collector{config: cfg, labels: []string{"target", "kind"}}
	taken := make(map[string]bool)
	for _, own := range strings.Fields("target kind status reason phase name version form module active sink outcome " +
		"fingerprint_sha256 issuer serialnumber subject subjectalternative") {
		taken[own] = true
	}
	for _, name := range cfg.Labels {
		clean := labelName(name)
		if taken[clean] || strings.HasPrefix(clean, "__") {
			return nil, invalid("collector", "", "Labels", "holds "+strconv.Quote(name)+", which is reserved or there twice")
		}
		taken[clean] = true
		c.labels = append(c.labels, clean)
	}
	return c, nil
}

// Describe sends nothing, because the metrics depend on the targets.
func (c *Collector) Describe(chan<- *prometheus.Desc) {}

// Collect sends all metrics.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	for _, s := range c.config.Scheduler.States() {
		c.target(to, s)
	}
	c.scheduler(to)
}

func (c *Collector) target(to chan<- prometheus.Metric, s schedule.TargetState) {
	values := []string{s.Target.ID, string(s.Target.Kind)}
	for _, name := range c.config.Labels {
		values = append(values, s.Target.Labels[name])
	}
	e := &metrics{to: to, labels: c.labels, values: values}
	for status := monitor.StatusUnknown; status <= monitor.StatusDown; status++ {
		e.add(state, flag(s.Status == status), status.String())
	}
	e.add(stale, flag(s.Stale))
	e.add(paused, flag(s.Paused))
	e.add(missed, float64(s.Missed))
	if s.Stale { // what the last result has found says nothing of today
		verdictFigures(e, &monitor.Result{Reason: ReasonStale})
	}
	if c.config.History == nil {
		return
	}
	last, ok := c.config.History.Last(s.Target.ID)
	if !ok {
		return
	}
	e.add(probed, float64(last.At.UnixMilli())/1000)
	if !s.Stale && !s.Last.IsZero() { // not what was found before a pause
		figures(e, &last, c.config.EachModule)
	}
}

// ReasonStale is the reason in hebergo_failure_info for a target without a
// recent result in the Scheduler.
const ReasonStale monitor.Reason = "stale"

func (c *Collector) scheduler(to chan<- prometheus.Metric) {
	stats := c.config.Scheduler.Stats()
	gauges, counters := &metrics{to: to}, &metrics{to: to, kind: prometheus.CounterValue}
	gauges.add(running, flag(!stats.Started.IsZero() && stats.Ended.IsZero()))
	gauges.add(targets, float64(stats.Targets))
	gauges.add(inFlight, float64(stats.Running))
	gauges.add(queued, float64(stats.Waiting))
	counters.add(runs, float64(stats.Runs))
	counters.add(missedAll, float64(stats.Missed))
	counters.add(changes, float64(stats.Changes))
	counters.add(discarded, float64(stats.Discarded))
	counters.add(panics, float64(stats.Panics))
	counters.add(unfound, float64(stats.DiscoverErrors))
	counters.add(blind, float64(stats.Blind))
	counters.add(onChange, float64(stats.OnChange.Delivered), "delivered")
	counters.add(onChange, float64(stats.OnChange.Failed), "failed")
	counters.add(onChange, float64(stats.OnChange.Dropped), "dropped")
	for i, sink := range stats.Sinks {
		counters.add(sinkDone, float64(sink.Delivered), strconv.Itoa(i), "delivered")
		counters.add(sinkDone, float64(sink.Failed), strconv.Itoa(i), "failed")
		counters.add(sinkDone, float64(sink.Dropped), strconv.Itoa(i), "dropped")
	}
	buckets, below := make(map[float64]uint64), uint64(0)
	for i, bound := range schedule.LateBounds {
		below += stats.Late[i]
		buckets[bound.Seconds()] = below
	}
	to <- prometheus.MustNewConstHistogram(prometheus.NewDesc(lateness.name, lateness.help, nil, nil), stats.Runs, stats.LateSum.Seconds(), buckets)
}

// metrics is an emitter to a Collector's channel.
type metrics struct {
	to             chan<- prometheus.Metric
	labels, values []string // before those of a family
	kind           prometheus.ValueType
}

func (m *metrics) add(f *family, value float64, labels ...string) {
	names := append(m.labels[:len(m.labels):len(m.labels)], f.labels...)
	all := append(m.values[:len(m.values):len(m.values)], labels...)
	for i := range all {
		all[i] = strings.ToValidUTF8(all[i], "\ufffd")
	}
	kind := m.kind
	if kind == 0 {
		kind = prometheus.GaugeValue
	}
	desc := prometheus.NewDesc(f.name, f.help, names, nil)
	metric, err := prometheus.NewConstMetric(desc, kind, value, all...)
	if err != nil {
		metric = prometheus.NewInvalidMetric(desc, err)
	}
	m.to <- metric
}
