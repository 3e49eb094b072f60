package statuspage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// bars is a path for each status, so that 72 bars take a kilobyte. Each status
// has a height of its own and an outage the greatest: it shows without colour.
type bars struct {
	Width                       int
	Up, Degraded, Down, Unknown string // Unknown is a bar in two parts, where probes could not tell, and a stub where nobody watched
	Text                        string // for those who don't see it
}

func drawBars(periods []schedule.Period) bars {
	var up, degraded, down, unknown strings.Builder
	b := bars{Width: max(1, len(periods)*5)}
	ill, out, blind := 0, 0, 0
	var sum schedule.Period
	for i, p := range periods {
		sum = sum.Add(p)
		switch {
		case p.Down > 0:
			bar(&down, i, 0)
			out++
		case p.Unknown > 0:
			fmt.Fprintf(&unknown, "M%d 8h4v7h-4zM%d 21h4v7h-4z", i*5, i*5)
			blind++
		case p.Observed() == 0:
			bar(&unknown, i, 25)
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
	if blind > 0 {
		b.Text += fmt.Sprintf("; %s not known", plural(blind, "period"))
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

func drawSpark(samples []schedule.Sample) spark {
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
	slices.Sort(answered)
	most, median := answered[len(answered)-1], answered[len(answered)/2]
	s := strokes(samples, max(most, 1))
	s.Last = "failed"
	if newest := samples[len(samples)-1]; alive(newest) {
		s.Last = shortTime(newest.Duration)
	}
	s.Text = fmt.Sprintf("Latency: last %s, median %s, highest %s in %s", s.Last, shortTime(median), shortTime(most), plural(len(samples), "probe"))
	return s
}

// strokes draws the paths, most being as high as the picture. The line breaks
// where there was no answer, and failures are ticks at the bottom.
func strokes(samples []schedule.Sample, most time.Duration) spark {
	var line, area, bad strings.Builder
	from := "" // where the present stretch of answers began
	end := func() {
		if from != "" {
			area.WriteString("V28H" + from + "z")
			from = ""
		}
	}
	for i, s := range samples {
		x := number(float64(i) * 120 / float64(len(samples)-1))
		y := number(26 - 23*float64(s.Duration)/float64(most))
		switch {
		case !alive(s):
			end()
			if s.Result == monitor.StatusDown {
				bad.WriteString("M" + x + " 21v7")
			}
		case from == "":
			from = x
			line.WriteString("M" + x + " " + y)
			area.WriteString("M" + x + " 28V" + y)
		default:
			line.WriteString("L" + x + " " + y)
			area.WriteString("L" + x + " " + y)
		}
	}
	end()
	return spark{Line: line.String(), Area: area.String(), Bad: bad.String()}
}

func alive(s schedule.Sample) bool {
	return s.Result == monitor.StatusUp || s.Result == monitor.StatusDegraded
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
