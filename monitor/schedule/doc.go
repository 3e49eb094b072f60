// Package schedule probes targets repeatedly: each at its own interval, with a
// limit on concurrent probes, and with a Policy that decides how many
// consecutive results change a status. It keeps a History of uptime, passes
// every result to Sinks, and calls OnChange when a target's status changes.
// Package monitor carries out the single probe; package statuspage displays the
// outcome.
//
// # A whole program
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//		"net/http"
//		"os"
//		"os/signal"
//		"time"
//
//		"github.com/hebergo/hebergo/monitor"
//		"github.com/hebergo/hebergo/monitor/schedule"
//		"github.com/hebergo/hebergo/monitor/statuspage"
//	)
//
//	func main() {
//		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
//		defer stop()
//		m, err := monitor.New(monitor.Config{Secrets: monitor.EnvSecrets})
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer m.Close()
//		history, err := schedule.NewHistory(schedule.HistoryConfig{})
//		if err != nil {
//			log.Fatal(err)
//		}
//		scheduler, err := schedule.New(schedule.Config{
//			Runner: m, Discover: m.Discover, History: history,
//			OnChange: func(r schedule.Report) { fmt.Println(r.Target.ID, r.From, "->", r.Status, r.Result.Detail) },
//			Canary: []monitor.Target{{Kind: monitor.KindURL, URL: "https://www.example.net/"}},
//		})
//		if err != nil {
//			log.Fatal(err)
//		}
//		for _, t := range []monitor.Target{
//			{ID: "site", Kind: monitor.KindURL, URL: "https://www.example.com/", Interval: time.Minute},
//			{ID: "h1", Kind: monitor.KindServerManager, Scope: monitor.ScopeHosting,
//				URL: "https://h1.example.com/manager.php", Secret: "H1_TOKEN", Interval: 5 * time.Minute},
//		} {
//			if err := scheduler.Add(t); err != nil {
//				log.Print(err) // names the field; the other targets are not affected
//			}
//		}
//		page, err := statuspage.New(statuspage.Config{Scheduler: scheduler, History: history})
//		if err != nil {
//			log.Fatal(err)
//		}
//		go func() { log.Print(http.ListenAndServe("127.0.0.1:8080", page)) }()
//		log.Print(scheduler.Run(ctx))
//	}
//
// # When a target is probed
//
// The times of a target's probes follow from its ID and Interval alone: a
// restart does not change them, and many targets spread evenly over the
// interval. A target is never probed twice at the same time. Config.Workers
// limits the concurrent probes, Config.PerHost those of one host. Stats.Late
// and Stats.Waiting grow when that is not enough; Stats.Missed counts the
// probes that were skipped.
//
// # When a status changes
//
// A Report holds the result as the probe returned it, and the status that
// follows from it by the Policy: by default two consecutive bad results make an
// outage, and one good result ends it. A bad result that does not count yet
// brings the next probe forward, by default to ten seconds later.
//
// # Unknown values
//
// An unknown value is never shown as up, as down or as 0. A target that was up
// becomes unknown after Policy.UnknownAfter results with StatusUnknown:
// OnChange is called, and the time counts neither as up nor as down. Such a
// result does not bring the next probe forward: it says nothing about the
// target, so an earlier probe would confirm nothing. A target without a result
// for three intervals is Stale and unknown as well: the Scheduler ended, hangs
// or was never started. A degraded target counts as up in Period.Uptime;
// Period.Healthy leaves it out. If Config.Canary is set, an outage of the
// monitor's own network is not reported as an outage of every target.
//
// # Errors
//
// Methods return a *monitor.Error, which names the target and the field:
// ErrInvalid, ErrNotFound for an unknown ID, ErrConflict for one that exists,
// ErrClosed after Shutdown. A failure of a probe, a Sink or a discovery is not
// an error of Run: it is in the Result or counted in Stats.
//
// # Limits
//
// A target takes at most 500 bytes beyond its own (tested with 100,000), about
// 340 more once a monitor.Monitor has compiled it, 530 with two Params
// (measured), and about 4 kB more with a History. Queues are bounded: see
// Config.Queue. Discovery adds at most monitor.MaxInstances targets for one
// hosting.
//
// # Push and inherited addresses
//
// If Runner is a monitor.Monitor, that Monitor finds the Scheduler's targets:
// its Receiver accepts documents for those of KindPush, and an instance without
// a URL is probed at that of its Hosting. No monitor.Config.Targets is needed.
package schedule
