package promprobe_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/promprobe"
)

func ExampleProbeHandler() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	m, err := monitor.New(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	catalog := &promprobe.Catalog{}
	if err := catalog.Replace([]monitor.Target{{
		ID: "erp", Kind: monitor.KindServerObserver, URL: server.ObserverURL(), Secret: "token", Interval: time.Minute,
	}}); err != nil {
		fmt.Println(err)
		return
	}
	probe, err := promprobe.ProbeHandler(promprobe.ProbeConfig{Runner: m, Lookup: catalog.Lookup})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	probe.ServeHTTP(w, httptest.NewRequest("GET", "/probe?target=erp", nil)) // as Prometheus does
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "probe_success") || strings.HasPrefix(line, "hebergo_dolibarr_info") {
			fmt.Print(line)
		}
	}
	// Output:
	// probe_success 1
	// hebergo_dolibarr_info{version="20.0.2",form="webobserver"} 1
}
