package main

import (
	"context"
	"net/http"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
)

// handler serves Prometheus, see prometheus.yml: /targets tells it what to
// scrape and how often, /probe probes once. Any worker's will do.
func (f *fleet) handler() (http.Handler, error) {
	probe, err := promprobe.ProbeHandler(promprobe.ProbeConfig{
		Runner: f.monitor,
		Lookup: func(id string) (monitor.Target, bool) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			t, err := f.target(ctx, id)
			return t, err == nil && !t.Disabled
		},
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /probe", probe)
	mux.HandleFunc("GET /targets", func(w http.ResponseWriter, r *http.Request) {
		list, err := f.targets(r.Context())
		if err != nil { // an error, not an empty list: Prometheus then keeps what it knows
			http.Error(w, "the database can't be used", http.StatusServiceUnavailable)
			return
		}
		promprobe.SDHandler(promprobe.SDConfig{List: func() []monitor.Target { return list }}).ServeHTTP(w, r)
	})
	return mux, nil
}
