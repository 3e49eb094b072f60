package ovhsoap

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/hooklift/gowsdl/soap"

	"github.com/hebergo/hebergo/internal/transport"
)

var _ soap.HTTPClient = (*HTTPClient)(nil)

// HTTPClient sends the calls of code that gowsdl generated, from SoAPI's WSDL or
// any other. It implements soap.HTTPClient.
//
//	manager := generated.NewManagerPortType(soap.NewClient(url, soap.WithHTTPClient(session.HTTPClient())))
//
// Calls are sent like this package's own: over reused connections, with limits on
// length, memory and depth, without following redirects, in any charset, with
// references expanded, with one login for all goroutines, and with errors that are
// an *Error that wraps the *Fault and gowsdl's *soap.SOAPFault. What gowsdl would
// wrongly treat as success, such as a response without a body, is ErrProtocol.
// gowsdl decodes the good responses, with zero values for what is missing.
//
// A function of the catalog that only reads is retried after a lost response;
// all others are sent once. The address is Config.URL, whatever the generated
// code says: a call to another host is ErrInvalid, and so is one with attachments
// (gowsdl's WithMTOM and WithMIMEMultipartAttachments).
type HTTPClient struct {
	client  *Client
	session *Session
}

// HTTPClient returns an HTTPClient for generated code that calls functions
// without a session.
func (c *Client) HTTPClient() *HTTPClient { return &HTTPClient{client: c} }

// HTTPClient returns an HTTPClient for generated code whose calls use this
// session: if a function takes a session and the call has none, or an empty
// element of that name, its ID is inserted, after a login if necessary.
func (s *Session) HTTPClient() *HTTPClient {
	if s == nil {
		return &HTTPClient{}
	}
	return &HTTPClient{client: s.client, session: s}
}

// Do sends one call.
func (h *HTTPClient) Do(req *http.Request) (*http.Response, error) {
	g, err := h.read(req)
	if err != nil {
		return nil, err
	}
	ctx := req.Context()
	x, err := h.send(ctx, g)
	if err != nil {
		return nil, err
	}
	body, err := x.rewritten()
	if err != nil {
		return nil, x.unreadable(err)
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// generated is a call that gowsdl wrote.
type generated struct {
	header   http.Header
	body     []byte
	function string
	known    Function // what the catalog says, if it knows the function
	session  span     // where the session's element is, or where it goes
	wanted   bool     // and that it is wanted there
	language string   // that the function language sets
	secrets  []string
}

// read takes the request apart.
func (h *HTTPClient) read(req *http.Request) (*generated, error) {
	switch {
	case h == nil || h.client == nil:
		return nil, invalid("", "HTTPClient", "is nil: take it from Client or Session")
	case req == nil || req.Body == nil:
		return nil, invalid("", "request", "has no body")
	}
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	if err != nil {
		return nil, invalid("", "request", "has a body that can't be read")
	}
	g := &generated{header: req.Header.Clone(), body: body}
	if err := g.parse(req.Context(), h.session != nil); err != nil {
		return nil, err
	}
	if err := sameHost(g.function, req.URL, h.client.url); err != nil {
		return nil, err
	}
	_, password, _ := req.BasicAuth() // gowsdl's WithBasicAuth
	_, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	g.secrets = append(g.secrets, password, token)
	return g, nil
}

// sameHost keeps sessions and passwords from going elsewhere.
func sameHost(function string, u *url.URL, config string) error {
	own, err := url.Parse(config)
	if err != nil || u == nil || u.Scheme != own.Scheme || u.Host != own.Host {
		return invalid(function, "URL", "is not at the host of Config.URL")
	}
	return nil
}

// parse finds the function, the secrets and, in a session, its place.
func (g *generated) parse(ctx context.Context, inSession bool) error {
	doc, err := parse(ctx, bytes.Clone(g.body), newMemory(len(g.body)))
	if err != nil {
		return invalid("", "request", "is not a SOAP 1.1 envelope")
	}
	body, err := doc.body()
	if err != nil || doc.first(body) == 0 {
		return invalid("", "request", "is not a SOAP 1.1 envelope with a call in it")
	}
	call := doc.first(body)
	g.function = string(doc.name(call))
	f, known := catalog().functions[g.function]
	if known = known && doc.space(call, body) == Namespace; !known { // another service's function of that name
		f = Function{}
	}
	g.known = f
	if f.Name == "login" || f.Name == "logout" {
		return invalid(f.Name, "function", "is for Client.Login and Session.Logout")
	}
	g.secrets = doc.passwords(0, nil) // headers have some too
	if argument := doc.child(call, "language"); f.Name == "language" && argument != 0 {
		g.language = string(doc.text(argument))
	}
	switch session := doc.child(call, "session"); {
	case !inSession:
	case session != 0 && doc.isNothing(session):
		return g.place(doc.nodes[session].name, true)
	case session == 0 && known && f.Session:
		return g.place(doc.nodes[call].name, false)
	}
	return nil
}

// place finds where the session goes: in the place of an empty element, or
// behind the start tag of the call.
func (g *generated) place(name span, replaced bool) error {
	from := bytes.LastIndexByte(g.body[:name.from], '<')
	inside := g.tagEnd(int(name.to))
	closed, end := g.body[inside-2] == '/', inside
	switch {
	case replaced && !closed:
		end = inside + bytes.IndexByte(g.body[inside:], '>') + 1
		if !bytes.HasPrefix(bytes.TrimSpace(g.body[inside:end]), []byte("</")) {
			return invalid(g.function, "session", "holds something that is not text")
		}
	case !replaced && closed:
		return invalid(g.function, "request", "has no end tag for a session to stand before")
	}
	if !replaced {
		from = inside
	}
	g.wanted, g.session = true, span{uint32(from), uint32(end)}
	return nil
}

// passwords collects the texts below n that must not come back in an error.
func (d *document) passwords(n int32, found []string) []string {
	for c := d.first(n); c != 0; c = d.next(c) {
		name := strings.ToLower(string(d.name(c)))
		if d.isLeaf(c) && (isSecretName(name) || name == "session") {
			found = append(found, string(d.text(c)))
		}
		found = d.passwords(c, found)
	}
	return found
}

// tagEnd is where the start tag ends that has its name's end at from.
func (g *generated) tagEnd(from int) int {
	var quote byte
	for i := from; i < len(g.body); i++ {
		switch c := g.body[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(g.body)
}

// with is the body with the session in its place.
func (g *generated) with(session Secret) []byte {
	var a arguments
	a.xml = append(a.xml, g.body[:g.session.from]...)
	a.write("<session>")
	a.text(session.Reveal())
	a.write("</session>")
	a.xml = append(a.xml, g.body[g.session.to:]...)
	return a.xml
}

// send sends the call with a session where it wants one, and once more with a
// new one where the service has ended that.
func (h *HTTPClient) send(ctx context.Context, g *generated) (*exchange, error) {
	if !g.wanted {
		if h.client.closed.Load() {
			return nil, closed(g.function, "client")
		}
		return h.client.forward(ctx, g, Secret{}, g.body)
	}
	if err := h.session.usable(ctx, g.function); err != nil {
		return nil, err
	}
	x, err := h.session.inSession(ctx, g.function, func(id Secret) (*exchange, error) {
		return h.client.forward(ctx, g, id, g.with(id))
	})
	if err == nil && g.language != "" {
		h.session.speak(g.language)
	}
	return x, err
}

// forward makes one call.
func (c *Client) forward(ctx context.Context, g *generated, session Secret, body []byte) (*exchange, error) {
	secrets := append([]string{c.config.Password.Reveal(), session.Reveal()}, g.secrets...)
	x := &exchange{
		transport: c.transport, maxBytes: c.config.MaxResponseBytes, keep: true, any: g.known.Name == "",
		op: transport.Op{Name: g.function, Repeatable: g.known.Repeatable, Scrub: scrubber(secrets)},
	}
	err := x.send(ctx, func(ctx context.Context) (*http.Request, error) {
		again, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		again.Header = g.header.Clone() // and without gowsdl's wish for a connection a call
		return again, nil
	})
	if err != nil {
		return nil, x.explain(err, secrets)
	}
	return x, nil
}

// rewritten is the answer as gowsdl reads it well: as it came, or with its
// references written out, which gowsdl would take for empty elements.
func (x *exchange) rewritten() ([]byte, error) {
	if len(x.doc.refs) == 0 {
		return x.text, transport.BoundXML(x.text)
	}
	body, err := x.doc.body()
	if err != nil {
		return nil, err
	}
	var a arguments
	a.write(`<Envelope xmlns="`, soap.XmlNsSoapEnv, `"><Body>`)
	answer := x.doc.first(body)
	if !x.any {
		answer = x.doc.child(body, x.op.Name+"Response")
	}
	a.write("<", string(x.doc.name(answer)), ` xmlns="`)
	a.text(x.doc.space(answer, body))
	a.write(`">`)
	if err := x.doc.rewriteMembers(&a, answer); err != nil {
		return nil, err
	}
	a.write("</", string(x.doc.name(answer)), "></Body></Envelope>")
	return a.xml, nil
}

// rewrite writes n with what it refers to. Of its attributes nil alone is kept.
func (d *document) rewrite(a *arguments, n int32) error {
	name := string(d.name(n))
	n = d.follow(n)
	before := len(a.xml)
	a.write("<", name)
	if d.isNil(n) {
		a.write(` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>`)
		return d.spend(2 * (len(a.xml) - before))
	}
	a.write(">")
	if d.isLeaf(n) {
		text, err := d.string(n)
		if err != nil {
			return err
		}
		a.text(text)
	}
	if err := d.spend(2 * (len(a.xml) - before)); err != nil {
		return err
	}
	if err := d.rewriteMembers(a, n); err != nil {
		return err
	}
	a.write("</", name, ">")
	return nil
}

func (d *document) rewriteMembers(a *arguments, n int32) error {
	for c := d.first(n); c != 0; c = d.next(c) {
		if err := d.rewrite(a, c); err != nil {
			return err
		}
	}
	return nil
}
