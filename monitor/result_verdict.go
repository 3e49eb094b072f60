package monitor

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
)

// down is the verdict of a target that does not answer as it should.
func (r *Result) down(reason Reason, detail string) {
	r.Status, r.Reason, r.Detail = StatusDown, reason, detail
}

// refused is the verdict of an answer that holds nothing to go by. That a
// redirect has cost us the credentials explains most others.
func (r *Result) refused(reason Reason, detail string) {
	if r.HTTP.DroppedSecret {
		reason, detail = ReasonAuth, "redirected to another host, where the credentials are not sent: name that address in the Target"
	}
	r.down(reason, detail)
}

// degrade is the verdict of one that is up and needs a look. It hides no
// other verdict.
func (r *Result) degrade(reason Reason, detail string) {
	if r.Status == StatusUp {
		r.Status, r.Reason, r.Detail = StatusDegraded, reason, detail
	}
}

// misconfigured says that the target could not be probed as it is. The detail
// names the field: on a page it stands alone.
func (r *Result) misconfigured(field, text string) {
	r.Status, r.Reason, r.Field, r.Detail = StatusUnknown, ReasonConfig, field, namedField(field)+text
}

// namedField is how a detail begins that is about a field.
func namedField(field string) string {
	if field == "" {
		return ""
	}
	return redact.Clean(field, 120) + " "
}

// guarded says that the guard let nothing through. Where that is the Target's
// own address, it or Config.Allow is not as it should be, and nothing is known
// of what is there. A redirect is the peer's answer, and no visitor could
// follow it.
func (r *Result) guarded(refused *blockedError) {
	if r.HTTP != nil {
		r.down(ReasonBlocked, "redirect to "+refused.Error())
		return
	}
	r.Status, r.Reason, r.Field, r.Detail = StatusUnknown, ReasonBlocked, "URL", "URL leads to "+refused.Error()
}

// ended distinguishes a timeout, which is the target's, from the caller's own wish.
func (r *Result) ended(ctx context.Context, doing string) {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		r.down(ReasonTimeout, "timeout "+doing)
		return
	}
	r.Status, r.Reason, r.Detail = StatusUnknown, ReasonCanceled, "cancelled "+doing
}

// failed is the verdict of an exchange that broke. Texts are taken over only
// from errors that can't quote the peer's answer: net/http's parse errors do.
// But the peer chooses the host that it redirects to, and its certificate's
// names, and may have put one of the secrets there.
func (r *Result) failed(ctx context.Context, err error, doing string, secrets ...string) {
	scrubber := redact.NewScrubber(secrets...)
	var (
		blocked *blockedError
		dns     *net.DNSError
		shake   *handshakeError
		op      *net.OpError
	)
	switch {
	case errors.As(err, &blocked):
		r.guarded(blocked)
	case ctx.Err() != nil:
		r.ended(ctx, doing)
	case errors.As(err, &dns):
		r.down(ReasonDNS, scrubber.Line(dns.Error(), 200))
	case errors.As(err, &shake):
		r.down(ReasonTLS, shake.text(scrubber))
		r.Certificate = shake.certificate(scrubber)
	case errors.As(err, &op):
		r.down(ReasonConnect, scrubber.Line(op.Error(), 200))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), closedEarly):
		r.down(ReasonConnect, "connection lost before the answer was complete")
	case strings.Contains(err.Error(), "headers exceeded"):
		r.down(ReasonTooLarge, "header longer than the limit")
	default:
		r.down(ReasonBadPayload, "not a valid HTTP answer")
	}
}

// closedEarly is in net/http's error, which has no name, where the peer has
// closed the connection before the request was under way.
const closedEarly = "server closed idle connection"
