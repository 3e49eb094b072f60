package ovhsoap

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"net/http"

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

// exchange is one call: gowsdl's envelope on its way out, gowsdl's fault or this
// package's document on the way back. In between, the transport keeps
// connections, bounds answers, refuses redirects and repeats what may be
// repeated.
type exchange struct {
	transport *transport.Client
	op        transport.Op
	maxBytes  int64

	judged  *transport.Response // the answer that verdict is of
	verdict verdict

	text   []byte    // the answer in UTF-8, where it is kept for another decoder
	keep   bool      // text, as it came
	any    bool      // the answer is not the catalog's
	doc    *document // the answer, once run has returned well
	result int32     // the return value in it, 0 for none
}

// run makes the call. Its error is a *soap.SOAPFault, an *answerError, a
// context's end or the transport's.
func (x *exchange) run(ctx context.Context, url string, args []byte) error {
	envelope := soap.SOAPEnvelope{XmlNS: soap.XmlNsSoapEnv}
	envelope.Body.Content = newRequest(x.op.Name, args)
	body, err := xml.Marshal(envelope)
	if err != nil {
		return invalid(x.op.Name, "arguments", "can't be written")
	}
	return x.send(ctx, func(ctx context.Context) (*http.Request, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", `text/xml; charset="utf-8"`)
		req.Header.Set("SOAPAction", `"`+Namespace+"#"+x.op.Name+`"`)
		return req, nil
	})
}

// verdict is what an answer says: a fault, an error of an answer that can't be
// read or is not SOAP, or neither.
type verdict struct {
	fault *soap.SOAPFault
	err   error
}

// send carries the request out and reads what the answer says.
func (x *exchange) send(ctx context.Context, build func(context.Context) (*http.Request, error)) error {
	op := x.op
	op.Judge = func(resp *transport.Response) (string, error) {
		if v := x.judge(ctx, resp); v.fault != nil {
			return newFault(op.Name, v.fault, nil).attempt(op.Repeatable)
		}
		return "", conditionOf(x.judge(ctx, resp).err)
	}
	resp, err := x.transport.Do(ctx, op, build)
	if err != nil {
		return err
	}
	v := x.judge(ctx, resp)
	if v.fault != nil {
		return v.fault
	}
	return v.err
}

// judge reads an answer, once for OnAttempt and the call. A fault comes with
// status 500 as a rule and counts whatever the status.
func (x *exchange) judge(ctx context.Context, resp *transport.Response) verdict {
	if x.judged == resp {
		return x.verdict
	}
	fault, err := x.read(ctx, resp)
	_, other := errors.AsType[otherSOAP](err)
	if fault == nil && resp.Status >= http.StatusBadRequest && !other {
		err = resp.StatusError(x.op)
	}
	x.judged, x.verdict = resp, verdict{fault, err}
	return x.verdict
}

// conditionOf is the condition of an answer that is not this function's, or the
// context's end while it was read.
func conditionOf(err error) error {
	if wrong, ok := errors.AsType[*answerError](err); ok {
		return wrong.condition
	}
	if status, ok := itself[*transport.Error](err); ok {
		return status.Condition
	}
	return err
}

// read takes the answer apart, into a fault or into doc and result.
func (x *exchange) read(ctx context.Context, resp *transport.Response) (*soap.SOAPFault, error) {
	m := newMemory(len(resp.Body))
	text, err := transcode(resp.Body, resp.Header.Get("Content-Type"), m)
	if err != nil {
		return nil, err
	}
	if x.keep {
		if err := m.spend(len(text)); err != nil {
			return nil, err
		}
		x.text = bytes.Clone(text[declarationEnd(text):]) // parse writes into what it reads
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
	if x.any {
		answer = doc.first(body)
	}
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
		return nil, malformed("the answer is a fault without a code or a text")
	}
	return &f, nil
}

// explain turns what run returned into an *Error.
func (x *exchange) explain(err error, secrets []string) error {
	if fault, ok := itself[*soap.SOAPFault](err); ok {
		return newFault(x.op.Name, fault, secrets).failure(x.op.Repeatable)
	}
	_, sent := itself[*transport.Error](err)
	_, own := itself[*Error](err)
	if sent || own {
		return failed(x.op.Name, err)
	}
	return x.unreadable(err)
}

// unreadable reports an answer that says nothing, or was not read to its end: a
// change may have been done.
func (x *exchange) unreadable(err error) *Error {
	e := failed(x.op.Name, err) // the context's end, while the answer was read
	if wrong, ok := errors.AsType[*answerError](err); ok {
		e = &Error{Function: x.op.Name, text: wrong.text, conditions: []error{wrong.condition}}
	}
	if !x.op.Repeatable {
		e.add(ErrAmbiguous)
	}
	return e
}
