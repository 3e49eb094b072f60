package wedostest

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// notification waits in the queue, in the outbox or for Complete.
type notification struct {
	id     int
	code   int
	result string
	at     time.Time
	clID   string
	svID   string
	name   string
	data   object
	broken bool // has no code
}

func (n notification) object() object {
	var code any = n.code
	if n.broken {
		code = "none"
	}
	o := object{{"code", code}, {"result", n.result}, {"timestamp", int(n.at.Unix())}}
	if n.clID != "" {
		o = append(o, member{"clTRID", n.clID})
	}
	o = append(o, member{"svTRID", n.svID}, member{"command", n.name}, member{"id", strconv.Itoa(n.id)})
	if n.data != nil {
		o = append(o, member{"data", n.data})
	}
	return o
}

// later answers 1001 and plans the outcome of an asynchronous command.
func (s *Server) later(c *call, data object) {
	c.answer(1001, "Request pending")
	if c.Test {
		return
	}
	n := notification{code: 1000, result: "OK", clID: c.ClTRID, svID: c.svID, name: c.Command, data: data}
	if s.options.HoldAsync {
		s.held = append(s.held, n)
		return
	}
	s.notify(n)
}

// notify puts a notification into the queue and the outbox. s.mu is held.
func (s *Server) notify(n notification) {
	s.serial++
	n.id, n.at = s.serial, s.options.Now()
	s.queue = append(s.queue, n)
	if s.options.WebhookURL != "" {
		s.outbox = append(s.outbox, n)
	}
}

// Complete sets the outcome of the asynchronous commands that Options.HoldAsync
// holds. code is 1000 for success, or 1001 for progress, after which they are
// still held.
func (s *Server) Complete(code int, result string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.held {
		n.code, n.result = code, result
		s.notify(n)
	}
	if code != 1001 {
		s.held = nil
	}
}

// TransferOut queues the system notification for a domain that was transferred
// to another registrar. It belongs to no request.
func (s *Server) TransferOut(domain string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.domains, domain)
	s.notify(notification{
		code: 1200, result: "Domain transfered out", svID: "1294323392.6385.14862.1", name: "system-notify",
		data: object{{"msg", "domain " + domain + " transfered out"}, {"domain", domain}, {"num", "1311100020"}},
	})
}

// Malformed queues a notification that can't be decoded, because its code is a
// word. It has an id and can be acknowledged.
func (s *Server) Malformed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notify(notification{result: "OK", svID: "1294323392.6385.14862.2", name: "domain-transfer", broken: true})
}

// Queued returns the number of unacknowledged notifications.
func (s *Server) Queued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

// Deliver posts each notification in the outbox to the webhook once, as XML in
// a form field, and returns how many are left. WEDOS would retry those some
// minutes later; to retry them, call Deliver again.
func (s *Server) Deliver(ctx context.Context) (left int, err error) {
	s.mu.Lock()
	outbox := s.outbox
	s.outbox = nil
	s.mu.Unlock()
	var failed []notification
	for _, n := range outbox {
		if err := s.post(ctx, n); err != nil {
			failed = append(failed, n)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outbox = append(failed, s.outbox...)
	return len(s.outbox), ctx.Err()
}

func (s *Server) post(ctx context.Context, n notification) error {
	form := url.Values{"request": {encode(object{{"notify", n.object()}}, s.options.Shape, true)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.WebhookURL, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Close = true // leaves no connection behind
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return errNotDelivered
	}
	return nil
}

func (s *Server) pingAsync(c *call) {
	s.later(c, object{{"round", "1"}, {"time", "0.0100"}, {"done", "1"}})
}

func (s *Server) pollReq(c *call) {
	switch {
	case s.options.PollDisabled:
		c.answer(2150, "Notification polling not allowed for this account")
	case len(s.queue) == 0:
		c.answer(1003, "Empty notifications queue")
	default:
		c.out = object{{"notify", s.queue[0].object()}}
	}
}

// pollAck knows the oldest notification only, as WAPI does.
func (s *Server) pollAck(c *call) {
	if len(s.queue) == 0 || c.data["id"] != strconv.Itoa(s.queue[0].id) {
		c.answer(2151, "Notification does not exist")
		return
	}
	c.answer(1002, "Notification aquired")
	if !c.Test {
		s.queue = s.queue[1:]
	}
}
