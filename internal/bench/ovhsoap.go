package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hooklift/gowsdl/soap"

	"github.com/hebergo/hebergo/ovhsoap"
)

// mailbox is what both sides read an answer into. The members' types and
// names are SoAPI's popStruct.
type mailbox struct {
	Nic         string `xml:"nic"`
	Domain      string `xml:"domain"`
	Name        string `xml:"name"`
	Description string `xml:"description"`
	Size        string `xml:"size"`
}

func ovhsoapCases() []Case {
	one, many := soapAnswer("popInfo", 0), soapAnswer("popList", 3500)
	return []Case{
		{"ovhsoap: one call", "net/http + encoding/xml", 1.1, soapOurs[mailbox](one, false, "popInfo"), soapPlain[infoAnswer](one, false, "popInfo")},
		{"ovhsoap: one call over TLS", "net/http + encoding/xml", 1.1, soapOurs[mailbox](one, true, "popInfo"), soapPlain[infoAnswer](one, true, "popInfo")},
		{"ovhsoap: one call", "gowsdl's default", 0, soapOurs[mailbox](one, false, "popInfo"), soapGowsdl[infoResponse](one, false, "popInfo")},
		{"ovhsoap: one call over TLS", "gowsdl's default", 0.25, soapOurs[mailbox](one, true, "popInfo"), soapGowsdl[infoResponse](one, true, "popInfo")},
		{"ovhsoap: array of 1 MB", "net/http + encoding/xml", 1.05, soapOurs[[]mailbox](many, false, "popList"), soapPlain[listAnswer](many, false, "popList")},
		{"ovhsoap: array of 1 MB", "gowsdl's default", 0, soapOurs[[]mailbox](many, false, "popList"), soapGowsdl[listResponse](many, false, "popList")},
		{"ovhsoap: array of 1 MB over TLS", "gowsdl's default", 0, soapOurs[[]mailbox](many, true, "popList"), soapGowsdl[listResponse](many, true, "popList")},
	}
}

// soapAnswer writes an answer the way PHP's SoapServer does, with so many
// mailboxes or, for 0, one that is not an array.
func soapAnswer(function string, items int) string {
	const members = `<nic xsi:type="xsd:string">ab12345-ovh</nic><domain xsi:type="xsd:string">example.com</domain>` +
		`<name xsi:type="xsd:string">mailbox%d</name><description xsi:type="xsd:string">Comptabilité &amp; paie</description><size xsi:type="xsd:string">5000</size>`
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"` +
		` xmlns:ns1="http://soapi.ovh.com/manager" xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SOAP-ENV:Body><ns1:` + function + `Response><return>`)
	if items == 0 {
		fmt.Fprintf(&b, members, 0)
	}
	for i := range items {
		fmt.Fprintf(&b, `<item xsi:type="SOAP-ENC:Struct">`+members+`</item>`, i)
	}
	b.WriteString(`</return></ns1:` + function + `Response></SOAP-ENV:Body></SOAP-ENV:Envelope>`)
	return b.String()
}

// soapServer answers every call with the same, and login with a session.
func soapServer(b *testing.B, answer string, secure bool) (*httptest.Server, *tls.Config) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		if strings.Contains(r.Header.Get("SOAPAction"), "#login") {
			_, _ = io.WriteString(w, strings.NewReplacer("popInfo", "login", "popList", "login").Replace(soapAnswer("login", 0)))
			return
		}
		_, _ = io.WriteString(w, answer)
	}))
	if !secure {
		s.Start()
		b.Cleanup(s.Close)
		return s, nil
	}
	s.StartTLS()
	b.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s, &tls.Config{RootCAs: roots}
}

func soapOurs[T any](answer string, secure bool, function string) func(*testing.B) {
	return func(b *testing.B) {
		server, trust := soapServer(b, answer, secure)
		client, err := ovhsoap.New(ovhsoap.Config{
			Nic: "ab12345-ovh", Password: ovhsoap.NewSecret("password"), URL: server.URL,
			HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: trust}},
		})
		if err != nil {
			b.Fatal(err)
		}
		session, err := client.Resume(ovhsoap.NewSecret("session"))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := ovhsoap.Call[T](context.Background(), session, function, "example.com"); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// What net/http and encoding/xml are given: the least that does the same.
type plainRequest struct {
	XMLName xml.Name `xml:"soap:Envelope"`
	Soap    string   `xml:"xmlns:soap,attr"`
	Manager string   `xml:"xmlns:m,attr"`
	Xsi     string   `xml:"xmlns:xsi,attr"`
	Xsd     string   `xml:"xmlns:xsd,attr"`
	Body    struct {
		Call struct {
			XMLName xml.Name
			Session plainArgument `xml:"session"`
			Domain  plainArgument `xml:"domain"`
		}
	} `xml:"soap:Body"`
}

type plainArgument struct {
	Type string `xml:"xsi:type,attr"`
	Text string `xml:",chardata"`
}

type infoAnswer struct {
	Body struct {
		Return *mailbox `xml:"popInfoResponse>return"`
	}
}

type listAnswer struct {
	Body struct {
		Return []mailbox `xml:"popListResponse>return>item"`
	}
}

func newPlainRequest(function string) *plainRequest {
	r := &plainRequest{
		Soap: "http://schemas.xmlsoap.org/soap/envelope/", Manager: ovhsoap.Namespace,
		Xsi: "http://www.w3.org/2001/XMLSchema-instance", Xsd: "http://www.w3.org/2001/XMLSchema",
	}
	r.Body.Call.XMLName.Local = "m:" + function
	r.Body.Call.Session = plainArgument{"xsd:string", "session"}
	r.Body.Call.Domain = plainArgument{"xsd:string", "example.com"}
	return r
}

func soapPlain[T any](answer string, secure bool, function string) func(*testing.B) {
	return func(b *testing.B) {
		server, trust := soapServer(b, answer, secure)
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: trust}}
		for b.Loop() {
			body, err := xml.Marshal(newPlainRequest(function))
			if err != nil {
				b.Fatal(err)
			}
			req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server.URL, bytes.NewReader(body))
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("Content-Type", "text/xml; charset=utf-8")
			req.Header.Set("SOAPAction", `"`+ovhsoap.Namespace+"#"+function+`"`)
			resp, err := client.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			var into T
			if err := xml.NewDecoder(resp.Body).Decode(&into); err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	}
}

// gowsdlRequest is what gowsdl's generator would make of a call.
type gowsdlRequest struct {
	XMLName xml.Name
	Session plainArgument `xml:"session"`
	Domain  plainArgument `xml:"domain"`
}

type infoResponse struct {
	XMLName xml.Name `xml:"popInfoResponse"`
	Return  *mailbox `xml:"return"`
}

type listResponse struct {
	XMLName xml.Name  `xml:"popListResponse"`
	Return  []mailbox `xml:"return>item"`
}

func soapGowsdl[T any](answer string, secure bool, function string) func(*testing.B) {
	return func(b *testing.B) {
		server, trust := soapServer(b, answer, secure)
		client := soap.NewClient(server.URL, soap.WithTLS(trust))
		req := &gowsdlRequest{
			XMLName: xml.Name{Space: ovhsoap.Namespace, Local: function},
			Session: plainArgument{"xsd:string", "session"}, Domain: plainArgument{"xsd:string", "example.com"},
		}
		for b.Loop() {
			if err := client.CallContext(context.Background(), ovhsoap.Namespace+"#"+function, req, new(T)); err != nil {
				b.Fatal(err)
			}
		}
	}
}
