package ovhsoap

import (
	"bytes"

	"github.com/hooklift/gowsdl/soap"
)

// soap12 is the namespace of SOAP 1.2, whose answers mean other things by the
// same names.
const soap12 = "http://www.w3.org/2003/05/soap-envelope"

// otherSOAP is an answer whose HTTP status says less than its envelope does.
type otherSOAP struct{ error }

func (e otherSOAP) Unwrap() error { return e.error }

// body finds the Body of a SOAP 1.1 envelope.
func (d *document) body() (int32, error) {
	body := d.child(0, "Body")
	if string(d.name(0)) != "Envelope" || body == 0 {
		return 0, malformed("the answer is not a SOAP envelope with a body")
	}
	for _, n := range []int32{0, body} {
		switch d.space(n, 0) {
		case soap.XmlNsSoapEnv:
		case soap12:
			return 0, otherSOAP{malformed("the answer is SOAP 1.2, not SOAP 1.1")}
		default:
			return 0, otherSOAP{malformed("the answer's envelope is not in SOAP 1.1's namespace")}
		}
	}
	return body, nil
}

// space is the namespace of n, which is one of the outer elements: declared at
// itself, at its parent or at the root.
func (d *document) space(n, parent int32) string {
	prefix := d.prefix(n)
	for _, at := range []int32{n, parent, 0} {
		for _, s := range d.spaces {
			if s.node == at && bytes.Equal(d.bytes(s.prefix), prefix) {
				return string(d.bytes(s.uri))
			}
		}
	}
	return ""
}

// prefix is what stands before the colon in n's name, as it was written.
func (d *document) prefix(n int32) []byte {
	end := int(d.nodes[n].name.from) - 1
	if d.src[end] != ':' {
		return nil
	}
	start := end
	for nameByte(d.src[start-1]) {
		start--
	}
	return d.src[start:end]
}
