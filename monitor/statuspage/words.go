package statuspage

import (
	"fmt"
	"math"
	"time"
)

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// percent never rounds an outage away: 99.999 % stays below 100 %.
func percent(ratio float64) string {
	if ratio >= 1 {
		return "100 %"
	}
	return fmt.Sprintf("%.2f %%", math.Floor(ratio*10000)/100)
}

// percentUp never rounds a trouble away.
func percentUp(ratio float64) string {
	return fmt.Sprintf("%.2f %%", math.Ceil(ratio*10000)/100)
}

// longTime writes a span with one unit: "3 days".
func longTime(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return plural(int(d/(24*time.Hour)), "day")
	case d >= time.Hour:
		return plural(int(d/time.Hour), "hour")
	case d >= time.Minute:
		return plural(int(d/time.Minute), "minute")
	}
	return plural(max(0, int(d/time.Second)), "second")
}

// shortTime writes a latency: "84 ms", "1.2 s".
func shortTime(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// bytesText writes a size with decimal units, as disks are sold.
func bytesText(n int64) string {
	value, unit := float64(n), 0
	for value >= 999.5 && unit < 5 {
		value, unit = value/1000, unit+1
	}
	name := [...]string{"B", "kB", "MB", "GB", "TB", "PB"}[unit]
	if unit == 0 || value >= 99.95 {
		return fmt.Sprintf("%.0f %s", value, name)
	}
	return fmt.Sprintf("%.1f %s", value, name)
}
