package wedos

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// settleAfter is how long an accepted command may still be under way at WEDOS
// after we lost its answer. The vendor speaks of 5 to 20 seconds for
// domain-create; the rest is margin.
const settleAfter = 5 * time.Minute

// Verdict is the conclusion of Settle.
type Verdict string

// The verdicts.
const (
	VerdictDone    Verdict = "done"     // it was carried out
	VerdictPending Verdict = "pending"  // it was accepted, and WEDOS is processing it or waiting for payment: do not send it again
	VerdictNotDone Verdict = "not done" // it was not carried out: it is safe to send again
	VerdictUnknown Verdict = "unknown"  // WAPI does not show it (yet): try again after RetryAfter, or check manually
)

// Settlement is the result of Settle.
type Settlement struct {
	Verdict    Verdict
	Evidence   string        // a short description of what WAPI returned
	RetryAfter time.Duration // when to try again; 0 if that would not help
}

// Settle finds out, with commands that only read, whether a command that failed
// with ErrAmbiguous was carried out. SettleIntent does the same after a
// restart. It supports
//
//   - domain-create, domain-transfer and domain-update-ns, and domain-renew
//     with Expires set;
//   - contact-create with an id chosen by the caller, nsset-create and
//     nsset-update;
//   - dns-domain-add, -delete and -commit, and the dns-row commands.
//
// For all other commands, and whenever WAPI's answers are not conclusive, the
// verdict is VerdictUnknown. Settle changes nothing. Its read commands count
// against the budgets: for domain-transfer these are domain-info, domains-list
// and domain-transfer-check. They are sent as real calls even if the client is
// in test mode.
//
// The verdict is VerdictNotDone only if a successful read shows no effect of
// the command at least five minutes after it was sent, because until then WEDOS
// may still be processing it. A failed read proves nothing: its error is
// returned.
func (c *Client) Settle(ctx context.Context, failure error) (Settlement, error) {
	intent, err := intentOf(failure)
	if err != nil {
		return Settlement{}, err
	}
	return c.SettleIntent(ctx, intent)
}

// SettleIntent is like Settle, for a command whose Intent was stored before it
// was sent (see CallOptions.Save), whether or not its answer was received.
func (c *Client) SettleIntent(ctx context.Context, intent Intent) (Settlement, error) {
	switch {
	case intent.Command == "" || intent.At.IsZero():
		return Settlement{}, invalid("", "intent", "is empty")
	case intent.Test:
		return Settlement{Verdict: VerdictNotDone, Evidence: "it was a test, which changes nothing"}, nil
	}
	c = c.reading()
	settle, known := settlers[intent.Command]
	if !known {
		return unknown("no reading command shows what " + intent.Command + " does"), nil
	}
	return settle(c, ctx, intent)
}

// settlers are the commands that can be settled.
var settlers = map[string]func(*Client, context.Context, Intent) (Settlement, error){
	"domain-create":     (*Client).settleCreate,
	"domain-renew":      (*Client).settleRenew,
	"domain-transfer":   (*Client).settleTransfer,
	"domain-update-ns":  (*Client).settleUpdateNS,
	"contact-create":    (*Client).settleContact,
	"nsset-create":      (*Client).settleNSSET,
	"nsset-update":      (*Client).settleNSSET,
	"dns-domain-add":    (*Client).settleZone,
	"dns-domain-delete": (*Client).settleZone,
	"dns-domain-commit": (*Client).settleCommit,
	"dns-row-add":       (*Client).settleRow,
	"dns-row-update":    (*Client).settleRow,
	"dns-row-delete":    (*Client).settleRow,
}

func done(evidence string) Settlement {
	return Settlement{Verdict: VerdictDone, Evidence: evidence}
}

func unknown(evidence string) Settlement {
	return Settlement{Verdict: VerdictUnknown, Evidence: evidence}
}

// reading is c out of test mode, in which WAPI's answers are empty.
func (c *Client) reading() *Client {
	derived := *c
	derived.config.Test, derived.options.Test, derived.options.ClTRID = false, false, ""
	return &derived
}

func (c *Client) settleCreate(ctx context.Context, i Intent) (Settlement, error) {
	d, err := c.DomainInfo(ctx, i.get("name"))
	switch {
	case errors.Is(err, ErrNotFound):
		return c.noDomain(ctx, i)
	case err != nil:
		return Settlement{}, err
	case !d.SetupDate.IsZero() && d.SetupDate.Before(i.At.Add(-48*time.Hour)) && !d.ended():
		return Settlement{Verdict: VerdictNotDone, Evidence: "the domain was the account's before"}, nil
	}
	return c.order(i, d.Status), nil
}

// order is the verdict on an order that WAPI shows.
func (c *Client) order(i Intent, status DomainStatus) Settlement {
	evidence := "the account has the domain, " + redact.Clean(string(status), 40)
	switch status {
	case DomainActive, DomainExpired, DomainDisabled, DomainRenewProcessing:
		return done(evidence)
	case DomainFeeWaiting, DomainSetupProcessing, DomainTransferFeeWaiting, DomainTransferProcessing:
		return Settlement{Verdict: VerdictPending, Evidence: evidence, RetryAfter: settleAfter}
	case DomainDeleted, DomainCanceled: // of an order that was over before ours began; ours may yet show
		return Settlement{Verdict: VerdictUnknown, Evidence: "the account has an older order of the domain, " + string(status), RetryAfter: c.pendingFor(i)}
	}
	return unknown(evidence + ", a state that is not known")
}

// noDomain is the verdict where domain-info finds nothing: its code says that
// the domain could not be opened, so the account's list decides.
func (c *Client) noDomain(ctx context.Context, i Intent) (Settlement, error) {
	list, err := c.DomainsList(ctx, DomainsListOptions{})
	if err != nil {
		return Settlement{}, err
	}
	ended := Settlement{}
	for _, d := range list {
		if !sameName(d.Name, i.get("name")) {
			continue
		}
		s := c.order(i, d.Status)
		if d.Status != DomainDeleted && d.Status != DomainCanceled {
			return s, nil
		}
		ended = s
	}
	switch {
	case ended.RetryAfter > 0:
		return ended, nil
	case spelledTwice(i.get("name")):
		return unknown("the account's list may spell the domain otherwise"), nil
	}
	return c.absent(i, "the account has no such domain"), nil
}

func (c *Client) settleRenew(ctx context.Context, i Intent) (Settlement, error) {
	d, err := c.DomainInfo(ctx, i.get("name"))
	switch {
	case err != nil:
		return Settlement{}, err
	case i.Expires.IsZero() || d.Expiration.IsZero():
		return unknown("the expiration before the renewal is not known"), nil
	case d.Expiration.After(i.Expires.Add(36 * time.Hour)): // more than zones and rounding explain
		return done("the domain expires " + d.Expiration.Format(time.DateOnly)), nil
	case d.Status == DomainRenewProcessing:
		return Settlement{Verdict: VerdictUnknown, Evidence: "a renewal is being processed", RetryAfter: settleAfter}, nil
	case d.Status != DomainActive && d.Status != DomainExpired && d.Status != DomainDisabled:
		return Settlement{Verdict: VerdictUnknown, Evidence: "the domain is " + redact.Clean(string(d.Status), 40), RetryAfter: settleAfter}, nil
	}
	return c.absent(i, "the domain still expires "+d.Expiration.Format(time.DateOnly)), nil
}

func (c *Client) settleTransfer(ctx context.Context, i Intent) (Settlement, error) {
	d, err := c.DomainInfo(ctx, i.get("name"))
	switch {
	case err == nil:
		return c.order(i, d.Status), nil
	case !errors.Is(err, ErrNotFound):
		return Settlement{}, err
	}
	listed, err := c.noDomain(ctx, i)
	if err != nil || listed.Verdict == VerdictDone || listed.Verdict == VerdictPending {
		return listed, err
	}
	check, err := c.DomainTransferCheck(ctx, i.get("name"))
	switch {
	case err != nil:
		return Settlement{}, err
	case check.Code == 3219: // 3220 proves nothing: another account of WEDOS's may have it
		return Settlement{Verdict: VerdictPending, Evidence: check.Result, RetryAfter: settleAfter}, nil
	case check.Possible:
		return c.absent(i, "the domain can still be transferred"), nil
	}
	return unknown(check.Result), nil
}

func (c *Client) settleUpdateNS(ctx context.Context, i Intent) (Settlement, error) {
	d, err := c.DomainInfo(ctx, i.get("name"))
	if err != nil {
		return Settlement{}, err
	}
	nsset, servers := i.get("nsset"), i.servers()
	switch {
	case nsset == "" && len(servers) == 0:
		return unknown("which servers are WEDOS's own is not known"), nil
	case nsset != "" && strings.EqualFold(nsset, d.NSSET), nsset == "" && sameServers(servers, d.DNS.Servers):
		return done("the domain is served as asked"), nil
	}
	return c.absent(i, "the domain is served by others"), nil
}

// settleContact knows a contact only by an id of the caller's: WAPI has no list
// of them. The registry may have had it before, from somebody else.
func (c *Client) settleContact(ctx context.Context, i Intent) (Settlement, error) {
	id := i.get("contact", "cname")
	if id == "" {
		return unknown("WEDOS gives the contact an id, and has no list of them"), nil
	}
	info, err := c.ContactInfo(ctx, i.get("tld"), id, ContactInfoOptions{})
	switch {
	case errors.Is(err, Code(3229)):
		return c.absent(i, "there is no such contact"), nil
	case err != nil:
		return Settlement{}, err
	}
	same := 0
	for name, shown := range map[string]string{
		"email": info.Contact.Email, "fname": info.Contact.FirstName, "lname": info.Contact.LastName,
		"company": info.Contact.Company, "addr_street": info.Contact.Street,
	} {
		asked := i.get("contact", name)
		switch {
		case shown == "" || asked == "": // hidden by the registry, or not asked
		case shown != asked:
			return unknown("there is a contact of that id with other items"), nil
		default:
			same++
		}
	}
	if same == 0 {
		return unknown("there is a contact of that id, whose items are hidden"), nil
	}
	return done("there is the contact, as asked"), nil
}

func (c *Client) settleNSSET(ctx context.Context, i Intent) (Settlement, error) {
	set, err := c.NSSETInfo(ctx, i.get("tld"), i.get("name"))
	created := i.Command == "nsset-create"
	switch {
	case created && errors.Is(err, Code(3214)):
		return c.absent(i, "there is no such NSSET"), nil
	case err != nil:
		return Settlement{}, err
	case sameServers(i.servers(), set.DNS.Servers):
		return done("there is the NSSET, as asked"), nil
	case created:
		return unknown("there is an NSSET of that name with other servers"), nil
	}
	return c.absent(i, "the NSSET has other servers"), nil
}

func (c *Client) settleZone(ctx context.Context, i Intent) (Settlement, error) {
	zones, err := c.DNSDomainsList(ctx)
	if err != nil {
		return Settlement{}, err
	}
	at := slices.IndexFunc(zones, func(z DNSDomain) bool { return sameName(z.Name, i.get("name")) && z.Status != "deleted" })
	switch added := i.Command == "dns-domain-add"; {
	case at < 0 && spelledTwice(i.get("name")):
		return unknown("the account's list may spell the zone otherwise"), nil
	case !added && at < 0:
		return done("the account has no such zone"), nil
	case added && at < 0:
		return c.absent(i, "the account has no such zone"), nil
	case !added:
		return c.absent(i, "the account still has the zone"), nil
	case i.get("type") != "" && zones[at].Type != i.get("type"):
		return unknown("the account has the zone, of another type"), nil
	}
	return done("the account has the zone"), nil
}

// settleCommit needs no wait: what a commit publishes twice is the same.
func (c *Client) settleCommit(ctx context.Context, i Intent) (Settlement, error) {
	z, err := c.DNSDomainInfo(ctx, i.get("name"))
	switch {
	case err != nil:
		return Settlement{}, err
	case z.Type == "secondary":
		return unknown("a secondary zone has nothing to be published"), nil
	case !z.Changed:
		return done("no change of the zone waits to be published"), nil
	}
	return Settlement{Verdict: VerdictNotDone, Evidence: "changes of the zone wait; repeating the commit is harmless"}, nil
}

func (c *Client) settleRow(ctx context.Context, i Intent) (Settlement, error) {
	rows, err := c.DNSRowsList(ctx, i.get("domain"))
	if err != nil {
		return Settlement{}, err
	}
	found := slices.ContainsFunc(rows, i.describes)
	if found != (i.Command == "dns-row-delete") {
		return done("the zone is as asked"), nil
	}
	if i.Command == "dns-row-add" && slices.ContainsFunc(rows, i.resembles) {
		return unknown("the zone has a row like it, which may be WEDOS's spelling of the one that was asked for"), nil
	}
	return c.absent(i, "the zone is not as asked"), nil
}

// resembles reports whether a row may be the one that was to be added, as WAPI
// spells it: with other capitals, quotes, spaces, dots or another form of an
// address, or with another TTL. Whether it ever does that is not documented.
func (i Intent) resembles(r Row) bool {
	return strings.EqualFold(r.Name, i.get("name")) && strings.EqualFold(r.Type, i.get("type")) && plainData(r.Data) == plainData(i.get("rdata"))
}

// plainData is a row's data without what may be spelled in several ways.
func plainData(data string) string {
	if ip, err := netip.ParseAddr(strings.TrimSpace(data)); err == nil {
		return ip.String()
	}
	var b strings.Builder
	for _, r := range strings.ToLower(data) {
		if r != '"' && r != ' ' && r != '\t' && r != '.' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// describes reports whether a row is the one that the command asked for.
func (i Intent) describes(r Row) bool {
	sameData := r.Data == i.exact("rdata") && strconv.Itoa(r.TTL) == i.exact("ttl")
	switch i.Command {
	case "dns-row-add":
		return r.Name == i.exact("name") && r.Type == i.exact("type") && sameData
	case "dns-row-update":
		return r.ID == i.exact("row_id") && sameData
	}
	return r.ID == i.exact("row_id")
}

// sameServers compares servers in any order. Addresses count where they were
// asked for.
func sameServers(asked, shown []Nameserver) bool {
	if len(asked) != len(shown) || len(asked) == 0 {
		return false
	}
	for _, want := range asked {
		at := slices.IndexFunc(shown, func(s Nameserver) bool { return sameName(s.Name, want.Name) })
		if at < 0 || !allIn(want.IPv4, shown[at].IPv4) || !allIn(want.IPv6, shown[at].IPv6) {
			return false
		}
	}
	return true
}

func allIn(asked, shown []string) bool {
	for _, ip := range asked {
		want, err := netip.ParseAddr(ip)
		if err != nil || !slices.ContainsFunc(shown, func(s string) bool { got, err := netip.ParseAddr(s); return err == nil && got == want }) {
			return false
		}
	}
	return true
}

// sameName compares host names, in which neither case nor a last dot counts.
func sameName(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

// spelledTwice reports whether a name has a spelling in Unicode and one in
// ASCII, of which a list may show the other.
func spelledTwice(name string) bool {
	return strings.Contains(strings.ToLower(name), "xn--") || strings.ContainsFunc(name, func(r rune) bool { return r > '~' })
}

// ended reports whether an order is over; WAPI keeps showing those.
func (d *Domain) ended() bool { return d.Status == DomainDeleted || d.Status == DomainCanceled }

// absent is the verdict on something that reading does not show.
func (c *Client) absent(i Intent, evidence string) Settlement {
	if wait := c.pendingFor(i); wait > 0 {
		return Settlement{Verdict: VerdictUnknown, Evidence: evidence + ", but WEDOS may still be working on it", RetryAfter: wait}
	}
	return Settlement{Verdict: VerdictNotDone, Evidence: evidence}
}

// pendingFor is how long WEDOS may still be at the command. Both moments are
// of our own clock: Error.At is of WAPI's as it was known then, and a skew learnt
// since would make the command older than it is.
func (c *Client) pendingFor(i Intent) time.Duration {
	return max(settleAfter-c.config.Now().Sub(i.At), 0)
}
