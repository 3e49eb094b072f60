package wedostest

import "time"

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

// check counts a request and tells the code that refuses it, 0 for none.
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

// book counts an invalid answer, and blocks. A documented "no" is no mistake
// here.
func (b *budgets) book(o Options, code int, now time.Time) {
	if code < 2000 || code >= 3200 && code <= 3206 || code == 2151 {
		return
	}
	b.invalid = append(b.invalid, now)
	if over := len(b.invalid) - o.InvalidBudget; over > 0 {
		b.blockedUntil = now.Add(time.Duration(over) * time.Minute)
	}
}
