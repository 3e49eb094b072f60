package ovhsoap

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"github.com/hooklift/gowsdl/soap"

	"github.com/hebergo/hebergo/internal/transport"
)

// request is what gowsdl puts into the envelope's Body.
type request struct {
	XMLName  xml.Name
	Manager  string `xml:"xmlns:m,attr"`
	Instance string `xml:"xmlns:xsi,attr"`
	Schema   string `xml:"xmlns:xsd,attr"`
	Encoding string `xml:"xmlns:soapenc,attr"`
	Style    string `xml:"soap:encodingStyle,attr"`
	Args     []byte `xml:",innerxml"`
}

func newRequest(function string, args []byte) *request {
	return &request{
		XMLName:  xml.Name{Local: "m:" + function},
		Manager:  Namespace,
		Instance: "http://www.w3.org/2001/XMLSchema-instance",
		Schema:   "http://www.w3.org/2001/XMLSchema",
		Encoding: "http://schemas.xmlsoap.org/soap/encoding/",
		Style:    "http://schemas.xmlsoap.org/soap/encoding/",
		Args:     args,
	}
}

// exchange is the HTTP client under gowsdl for one call. gowsdl builds the
// envelope and reads the verdict; between the two, everything that it does
// badly on its own is done here: the transport keeps connections, bounds
// answers, refuses redirects and repeats what may be repeated, and the answer
// itself is decoded by this package. What gowsdl gets to see of it is an
// envelope with the fault or, for success, with nothing at all, which is what
// it takes for success.
type exchange struct {
	transport *transport.Client
	op        transport.Op
	maxBytes  int64

	doc    *document // the answer, once Do has returned well
	result int32     // the return value in it, 0 for none
}

// run makes the call. Its error is a *soap.SOAPFault, an *answerError or the
// transport's.
func (x *exchange) run(ctx context.Context, url string, args []byte) error {
	client := soap.NewClient(url, soap.WithHTTPClient(x))
	return client.CallContext(ctx, `"`+Namespace+"#"+x.op.Name+`"`, newRequest(x.op.Name, args), new(struct{}))
}

// Do is gowsdl's HTTPClient.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	resp, err := x.transport.Do(req.Context(), x.op, func(ctx context.Context) (*http.Request, error) {
		again := req.Clone(ctx)
		again.Close = false // gowsdl asks for a connection a call
		body, err := req.GetBody()
		again.Body = body
		return again, err
	})
	if err != nil {
		return nil, err
	}
	return x.verdict(req.Context(), resp)
}

// verdict reads the answer and tells gowsdl how it went. A fault comes with
// status 500 as a rule and counts whatever the status.
func (x *exchange) verdict(ctx context.Context, resp *transport.Response) (*http.Response, error) {
	fault, err := x.read(ctx, resp)
	var other otherSOAP
	switch {
	case fault == nil && resp.Status >= http.StatusBadRequest && !errors.As(err, &other):
		return nil, resp.StatusError(x.op)
	case err != nil:
		return nil, err
	}
	const start = `<Envelope xmlns="` + soap.XmlNsSoapEnv + `">`
	if fault == nil {
		return plainAnswer(start + "</Envelope>"), nil
	}
	body, err := xml.Marshal(fault)
	return plainAnswer(start + "<Body>" + string(body) + "</Body></Envelope>"), err
}

// plainAnswer is an answer that gowsdl reads well.
func plainAnswer(body string) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"text/xml"}},
		Body:       plainBody{strings.NewReader(body)},
	}
}

// plainBody reads byte by byte as well, which spares encoding/xml a buffer.
type plainBody struct{ *strings.Reader }

// Close does nothing.
func (plainBody) Close() error { return nil }

// read takes the answer apart, into a fault or into doc and result.
func (x *exchange) read(ctx context.Context, resp *transport.Response) (*soap.SOAPFault, error) {
	m := newMemory(len(resp.Body))
	text, err := transcode(resp.Body, resp.Header.Get("Content-Type"), m)
	if err != nil {
		return nil, err
	}
	doc, err := parse(ctx, text, m)
	if err != nil {
		return nil, err
	}
	if err := doc.resolve(x.maxBytes); err != nil {
		return nil, err
	}
	body, err := doc.body()
	if err != nil {
		return nil, err
	}
	if fault := doc.child(body, "Fault"); fault != 0 && doc.space(fault, body) == soap.XmlNsSoapEnv {
		return doc.fault(fault)
	}
	answer := doc.child(body, x.op.Name+"Response")
	if answer == 0 {
		return nil, malformed("the answer is not this function's")
	}
	x.doc, x.result = doc, doc.returned(answer)
	return nil, nil
}

// returned finds the return value: the element "return", or the first one
// where the server gave it a name of its own. SOAP::Lite makes the answer
// itself nil.
func (d *document) returned(answer int32) int32 {
	if d.isNil(answer) {
		return answer
	}
	if named := d.child(answer, "return"); named != 0 {
		return named
	}
	return d.first(answer)
}

// fault reads a fault but its detail: no SoAPI fault with one is known.
func (d *document) fault(n int32) (*soap.SOAPFault, error) {
	var f soap.SOAPFault
	for name, field := range map[string]*string{"faultcode": &f.Code, "faultstring": &f.String, "faultactor": &f.Actor} {
		member := d.child(n, name)
		if member == 0 {
			continue
		}
		text, err := d.string(d.follow(member))
		if err != nil {
			return nil, err
		}
		*field = text
	}
	if f.Code == "" && f.String == "" {
		return nil, malformed("the answer is a fault without a word")
	}
	return &f, nil
}

// explain turns what run returned into an *Error.
func (x *exchange) explain(err error, secrets []string) error {
	var fault *soap.SOAPFault
	if errors.As(err, &fault) {
		return newFault(x.op.Name, fault, secrets).failure(x.op.Repeatable)
	}
	var sent *transport.Error
	if errors.As(err, &sent) {
		return failed(x.op.Name, err)
	}
	return x.unreadable(err)
}

// unreadable reports an answer that says nothing, or was not read to its end: a
// change may have been done.
func (x *exchange) unreadable(err error) *Error {
	e := failed(x.op.Name, err) // the context's end, while the answer was read
	var wrong *answerError
	if errors.As(err, &wrong) {
		e = &Error{Function: x.op.Name, text: wrong.text, conditions: []error{wrong.condition}}
	}
	if !x.op.Repeatable {
		e.add(ErrAmbiguous)
	}
	return e
}
