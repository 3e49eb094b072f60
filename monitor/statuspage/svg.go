package statuspage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// bars is a path for each status, so that 72 bars take a kilobyte. Each status
// has a height of its own and an outage the greatest: it shows without colour.
type bars struct {
	Width                       int
	Up, Degraded, Down, Unknown string
	Text                        string // for those who don't see it
}

func drawBars(periods []monitor.Period) bars {
	var up, degraded, down, unknown strings.Builder
	b := bars{Width: max(1, len(periods)*5)}
	ill, out := 0, 0
	var sum monitor.Period
	for i, p := range periods {
		sum.Up, sum.Degraded, sum.Down = sum.Up+p.Up, sum.Degraded+p.Degraded, sum.Down+p.Down
		switch {
		case p.Observed() == 0:
			bar(&unknown, i, 22)
		case p.Down > 0:
			bar(&down, i, 0)
			out++
		case p.Degraded > 0:
			bar(&degraded, i, 5)
			ill++
		default:
			bar(&up, i, 10)
		}
	}
	b.Up, b.Degraded, b.Down, b.Unknown = up.String(), degraded.String(), down.String(), unknown.String()
	b.Text = "Uptime unknown"
	if ratio, known := sum.Uptime(); known {
		b.Text = fmt.Sprintf("Uptime %s; %s with an outage, %s degraded, of %d", percent(ratio), plural(out, "period"), plural(ill, "period"), len(periods))
	}
	return b
}

func bar(to *strings.Builder, i, top int) {
	fmt.Fprintf(to, "M%d %dh4V28h-4z", i*5, top)
}

// sparkSamples is how many of them a line can show in its width.
const sparkSamples = 60

// spark is the latency of the latest samples, 120 by 28.
type spark struct {
	Line, Area, Bad string
	Last, Text      string
}

func drawSpark(samples []monitor.Sample) spark {
	samples = samples[max(0, len(samples)-sparkSamples):]
	var answered []time.Duration
	for _, s := range samples {
		if alive(s) {
			answered = append(answered, s.Duration)
		}
	}
	if len(answered) < 2 {
		return spark{}
	}
	sorted := slices.Sorted(slices.Values(answered))
	most, median := sorted[len(sorted)-1], sorted[len(sorted)/2]
	var line, area, bad strings.Builder
	from := -1.0 // where the present stretch of answers began
	x := 0.0
	end := func() {
		if from >= 0 {
			fmt.Fprintf(&area, "V28H%sz", number(from))
			from = -1
		}
	}
	for i, s := range samples {
		at := float64(i) * 120 / float64(len(samples)-1)
		if !alive(s) {
			end()
			if s.Result == monitor.StatusDown {
				fmt.Fprintf(&bad, "M%s 21v7", number(at))
			}
			continue
		}
		y := number(26 - 23*float64(s.Duration)/float64(max(most, 1)))
		x = at
		if from < 0 {
			from = at
			fmt.Fprintf(&line, "M%s %s", number(x), y)
			fmt.Fprintf(&area, "M%s 28V%s", number(x), y)
			continue
		}
		fmt.Fprintf(&line, "L%s %s", number(x), y)
		fmt.Fprintf(&area, "L%s %s", number(x), y)
	}
	end()
	last := "failed"
	if alive(samples[len(samples)-1]) {
		last = shortTime(samples[len(samples)-1].Duration)
	}
	return spark{
		Line: line.String(), Area: area.String(), Bad: bad.String(), Last: last,
		Text: fmt.Sprintf("Latency: last %s, median %s, highest %s in %s", last, shortTime(median), shortTime(most), plural(len(samples), "probe")),
	}
}

func alive(s monitor.Sample) bool {
	return s.Result == monitor.StatusUp || s.Result == monitor.StatusDegraded
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
