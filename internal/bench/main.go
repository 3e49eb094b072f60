// Command bench measures this SDK beside the floor, net/http doing the same,
// and beside other clients, in one run:
//
//	cd internal/bench && GOWORK=off go run . [-rounds 5] [-time 300ms] [name part]
//
// The two sides of a case take turns, so that what else the machine does falls
// on both. A ratio is the median over the rounds of ours divided by theirs, in
// processor time where the system reports it; the spread beside it is the
// machine's noise.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// Case is one thing done by us and by somebody else.
type Case struct {
	Name  string  // package and what is done: "wedos: one call"
	Peer  string  // who does the same: "net/http"
	Most  float64 // the ratio that the specification allows, 0 for none
	Ours  func(*testing.B)
	Their func(*testing.B)
}

// all lists the cases of every package, each in a file of its own.
func all() []Case {
	return slices.Concat(
		wedosCases(),
		velneoCases(),
		ovhsoapCases(),
		ovhrestCases(),
		monitorCases(),
	)
}

func main() {
	rounds := flag.Int("rounds", 5, "how often the two sides take turns")
	span := flag.Duration("time", 300*time.Millisecond, "how long each side runs in a round")
	testing.Init()
	flag.Parse()
	err := flag.Set("test.benchtime", span.String())
	if part := flag.Arg(0); err == nil && !named(part) {
		err = fmt.Errorf("no case has %q in its name", part)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "case\tbeside\tratio\tspread\tallowed\tours CPU/op\tallocs\ttheirs CPU/op\tallocs\t")
	for _, c := range all() {
		if strings.Contains(c.Name, flag.Arg(0)) {
			c.row(w, *rounds)
			_ = w.Flush()
		}
	}
	if err := monitorSections(w, *rounds, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// named reports whether there is anything of that name.
func named(part string) bool {
	has := func(name string) bool { return strings.Contains(name, part) }
	return has(exporterSection) || has(schedulerSection) || slices.ContainsFunc(all(), func(c Case) bool { return has(c.Name) })
}

func (c Case) row(w *tabwriter.Writer, rounds int) {
	var ratios []float64
	var ours, their sample
	for range rounds {
		ours, their = measure(c.Ours), measure(c.Their)
		ratios = append(ratios, float64(ours.cpu)/float64(their.cpu))
	}
	slices.Sort(ratios)
	allowed := "-"
	if c.Most > 0 {
		allowed = fmt.Sprintf("%.2f", c.Most)
	}
	fmt.Fprintf(w, "%s\t%s\t%.2f\t%.2f..%.2f\t%s\t%v\t%d\t%v\t%d\t\n", c.Name, c.Peer, ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1],
		allowed, ours.cpu, ours.allocs, their.cpu, their.allocs)
}

// sample is what one operation costs.
type sample struct {
	cpu    time.Duration
	allocs int64
}

// measure runs f and divides the process's processor time by the operations,
// those of the trial runs included.
func measure(f func(*testing.B)) sample {
	var operations int64
	before := cpuTime()
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		f(b)
		operations += int64(b.N)
	})
	spent := cpuTime() - before
	if spent <= 0 {
		return sample{time.Duration(r.NsPerOp()), r.AllocsPerOp()}
	}
	return sample{spent / time.Duration(max(operations, 1)), r.AllocsPerOp()}
}
