package monitor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

func ExampleProbeURL() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	// The fake lives on this machine, which has to be allowed; the public
	// network always is.
	result := monitor.ProbeURL(context.Background(), server.SiteURL(), monitortest.Loopback()...)
	fmt.Println(result.Status, result.HTTP.Status)

	result = monitor.ProbeURL(context.Background(), "http://169.254.169.254/latest/meta-data/")
	fmt.Println(result.Err())
	// Output:
	// up 200
	// monitor: probe url: URL leads to 169.254.169.254, which is not a public address, and Config.Allow does not name it (blocked)
}

func ExampleMonitor_Run() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	m, err := monitor.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	result := m.Run(context.Background(), monitor.Target{
		ID: "erp-1", Kind: monitor.KindServerObserver, URL: server.ObserverURL(), Secret: "token",
	})
	fmt.Println(result.Status, "Dolibarr", result.Instance.Version, "with", result.Disk.Used.Bytes>>20, "MiB")
	for _, module := range result.Instance.Modules {
		fmt.Println(module.Name, module.Active)
	}
	// Output:
	// up Dolibarr 20.0.2 with 144 MiB
	// modDemo false
	// modSociete true
}

// A hosting tells which instances it has; each becomes a target.
func ExampleMonitor_Discover() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	server.Set(monitortest.Dolibarr("client-a"))
	server.Set(monitortest.Dolibarr("client-b"))
	m, err := monitor.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	hosting := monitor.Target{
		ID: "h1", Scope: monitor.ScopeHosting, Kind: monitor.KindServerManager, URL: server.ManagerURL(), Secret: "token", Interval: time.Minute,
	}
	instances, err := m.Discover(context.Background(), hosting)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range instances {
		result := m.Run(context.Background(), t)
		fmt.Println(t.ID, result.Status, result.Instance.Version)
	}
	fmt.Println(len(server.Requests()), "request")
	// Output:
	// h1/client-a up 20.0.2
	// h1/client-b up 20.0.2
	// 1 request
}

// A kind of one's own: any function, here with the package's guarded way to
// fetch a page.
func ExampleMonitor_Register() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	server.Always("/queue", monitortest.Text(`{"waiting":1204}`))
	m, err := monitor.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	err = m.Register("queue", monitor.ProbeFunc(func(ctx context.Context, t monitor.Target) monitor.Result {
		result, body := m.Fetch(ctx, t, monitor.Request{})
		var queue struct{ Waiting float64 }
		if result.Status != monitor.StatusUp || json.Unmarshal(body, &queue) != nil {
			return result
		}
		result.Values = map[string]float64{"waiting": queue.Waiting}
		if queue.Waiting > 1000 {
			result.Status, result.Reason, result.Detail = monitor.StatusDegraded, monitor.ReasonAssertion, "the queue is long"
		}
		return result
	}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Run(context.Background(), monitor.Target{ID: "mail", Kind: "queue", URL: server.URL + "/queue"}).Err())
	// Output:
	// monitor: probe mail: the queue is long (assertion)
}

// An instance behind a NAT reports itself.
func ExampleMonitor_Receiver() {
	target := monitor.Target{ID: "nat-1", Kind: monitor.KindPush, Secret: "nat-1-token", Interval: time.Minute}
	m, err := monitor.New(monitor.Config{
		Secrets: func(context.Context, string) (monitor.Secret, error) { return monitor.NewSecret("t0ken"), nil },
		Targets: func(id string) (monitor.Target, bool) { return target, id == target.ID },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	server := httptest.NewServer(m.Receiver())
	defer server.Close()

	now := time.Now()
	address := fmt.Sprintf("%s/?target=nat-1&hash=%s&time=%d", server.URL, monitor.ObserverHash("t0ken", now), now.Unix())
	document := `{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"20.0.2"}}`
	resp, err := http.Post(address, "application/json", strings.NewReader(document))
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	result := m.Run(context.Background(), target)
	fmt.Println(resp.StatusCode, result.Status, result.Instance.Version)
	// Output:
	// 204 up 20.0.2
}

func ExampleTarget() {
	var target monitor.Target
	err := json.Unmarshal([]byte(`{
		"id": "shop", "kind": "url", "url": "https://shop.example.com/health",
		"interval": "1m", "timeout": "5s", "params": {"json.database": "ok"}
	}`), &target)
	fmt.Println(err, target.Interval, target.Validate())
	target.Timeout = time.Hour
	fmt.Println(target.Validate())
	// Output:
	// <nil> 1m0s <nil>
	// monitor: target shop: Timeout is above the Interval
}
