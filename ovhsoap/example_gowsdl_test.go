package ovhsoap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/hooklift/gowsdl/soap"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/internal/manager"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// exampleManager answers popList as PHP does, which writes an equal item once
// and refers to it, and leaves the rest to the fake.
func exampleManager(fake *ovhsoaptest.Server) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(strings.Trim(r.Header.Get("SOAPAction"), `"`), "#popList") {
			fake.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		switch {
		case !strings.Contains(string(body), "<session>session0"):
			fault(w, "soap:301", "Your session has expired")
		case !strings.Contains(string(body), "example.com"):
			fault(w, "soap:210", "The domain doesn't exist")
		default:
			result(w, "popList", `<return><item id="ref1"><name>compta</name><size>25</size></item><item href="#ref1"/></return>`)
		}
	}))
}

// Code that gowsdl generated runs over a session of this package: it logs in,
// bounds and decodes the answer, and finds the fault.
func ExampleSession_HTTPClient() {
	fake := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer fake.Close()
	server := exampleManager(fake)
	defer server.Close()
	cfg := fake.Config()
	cfg.URL = server.URL
	client, err := ovhsoap.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	ctx := context.Background()
	err = client.Do(ctx, func(s *ovhsoap.Session) error {
		// From here on it is gowsdl's code.
		port := manager.NewManagerPortType(soap.NewClient(cfg.URL, soap.WithHTTPClient(s.HTTPClient())))
		answer, err := port.PopListContext(ctx, &manager.PopList{Domain: "example.com"})
		if err != nil {
			return err
		}
		for _, box := range answer.Return_.Item {
			fmt.Println(box.Name, box.Size)
		}
		_, err = port.PopListContext(ctx, &manager.PopList{Domain: "example.org"})
		return err
	})
	var fault *soap.SOAPFault
	fmt.Println(errors.Is(err, ovhsoap.ErrNotFound), errors.As(err, &fault))
	fmt.Println(err)
	// Output:
	// compta 25
	// compta 25
	// true true
	// ovhsoap: popList: The domain doesn't exist (code soap:210)
}
