package wedostest

import (
	"slices"
	"time"
)

// budgets counts what the vendor limits. The block is one minute for each
// invalid request beyond the budget, and grows with each further one.
type budgets struct {
	all, availability, invalid []time.Time
	blockedUntil               time.Time
}

// lastHour drops what is older.
func lastHour(events []time.Time, now time.Time) []time.Time {
	for len(events) > 0 && now.Sub(events[0]) >= time.Hour {
		events = events[1:]
	}
	return events
}

// check counts a request and returns the code that refuses it, 0 for none.
func (b *budgets) check(o Options, command string, now time.Time) (int, string) {
	b.all, b.availability, b.invalid = lastHour(b.all, now), lastHour(b.availability, now), lastHour(b.invalid, now)
	if now.Before(b.blockedUntil) {
		return 2052, "IP adress temporarily blocked due to too many failed requests"
	}
	if len(b.all) >= o.AccountBudget {
		return 2006, "Requests limit exceeded"
	}
	b.all = append(b.all, now)
	if command != "domain-check" && command != "domain-create" && command != "domain-transfer-check" {
		return 0, ""
	}
	if len(b.availability) >= o.AvailabilityBudget {
		if command == "domain-transfer-check" {
			return 2252, "Invalid request - domain transfer check - max. query hour limit exceeded"
		}
		return 2250, "Invalid request - domain check - max. query hour limit exceeded"
	}
	b.availability = append(b.availability, now)
	return 0, ""
}

// negatives are the documented "no" of each command, which is not a mistake
// unless Options.Strict says so. They are those of wedos's own limiter.
var negatives = map[string][][2]int{
	"poll-ack":                {{2151, 2151}},
	"domain-check":            {{3201, 3206}},
	"domain-create":           {{3201, 3206}},
	"domain-info":             {{3222, 3222}},
	"domain-transfer-check":   {{3207, 3208}, {3218, 3220}},
	"domain-tld-period-check": {{2203, 2203}},
	"contact-check":           {{3231, 3236}},
	"contact-info":            {{3229, 3229}},
	"nsset-check":             {{3245, 3251}},
	"nsset-info":              {{3214, 3214}},
	"dns-row-detail":          {{3309, 3309}},
	"dns-row-add":             {{2316, 2316}},
}

func negative(command string, code int) bool {
	return slices.ContainsFunc(negatives[command], func(r [2]int) bool { return code >= r[0] && code <= r[1] })
}

// book counts an invalid answer, and blocks.
func (b *budgets) book(o Options, command string, code int, now time.Time) {
	if code < 2000 || !o.Strict && negative(command, code) {
		return
	}
	b.invalid = append(lastHour(b.invalid, now), now)
	if over := len(b.invalid) - o.InvalidBudget; over > 0 {
		b.blockedUntil = now.Add(time.Duration(over) * time.Minute)
	}
}
