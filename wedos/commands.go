package wedos

// command is what this package must know of a command before it sends it.
type command struct {
	name string
	// repeatable: sending it twice does no more than sending it once.
	repeatable bool
	// availability: it counts against the smaller budget too (vendor guide).
	availability bool
	// negative lists codes that are answers, not mistakes: they don't count
	// towards the invalid-request guard unless that is strict.
	negative func(Code) bool
	// success is a code for it beside 1000.
	success Code
}

func between(first, last Code) func(Code) bool {
	return func(c Code) bool { return c >= first && c <= last }
}

// commandTable lists the commands with a trait; every other command, known or
// not, is taken for one that changes something.
var commandTable = []command{
	{name: "ping", repeatable: true},
	{name: "poll-req", repeatable: true, success: CodeQueueEmpty},
	// Acknowledging the same notification twice answers 2151 the second
	// time, and no other can be acknowledged by its id.
	{name: "poll-ack", repeatable: true, success: CodeAcked, negative: between(2151, 2151)},
	{name: "credit-info", repeatable: true},
	{name: "account-list", repeatable: true},
	{name: "domains-list", repeatable: true},
	{name: "domain-check", repeatable: true, availability: true, negative: between(3201, 3206)},
	{name: "domain-create", availability: true, negative: between(3201, 3206)},
	{name: "domain-info", repeatable: true, negative: between(3222, 3222)},
	{name: "domain-transfer-check", repeatable: true, availability: true, negative: transferRefused},
	{name: "domain-tld-period-check", repeatable: true, negative: between(2203, 2203)},
	{name: "contact-check", repeatable: true, negative: between(3231, 3236)},
	{name: "contact-info", repeatable: true, negative: between(3229, 3229)},
	{name: "nsset-check", repeatable: true, negative: between(3245, 3251)},
	{name: "nsset-info", repeatable: true, negative: between(3214, 3214)},
	{name: "dns-domains-list", repeatable: true},
	{name: "dns-domain-info", repeatable: true},
	{name: "dns-rows-list", repeatable: true},
	{name: "dns-row-detail", repeatable: true, negative: between(3309, 3309)},
	{name: "dns-row-add", negative: between(2316, 2316)},
	{name: "wgp-domain-info", repeatable: true},
	{name: "wgp-templates-list", repeatable: true},
	{name: "wgp-services-list", repeatable: true},
}

func commandNamed(name string) command {
	for _, c := range commandTable {
		if c.name == name {
			return c
		}
	}
	return command{name: name}
}

func (c command) isNegative(code Code) bool { return c.negative != nil && c.negative(code) }
