package ovhrest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/hebergo/hebergo/ovhrest"
)

// answering makes a client of a server that answers every call alike.
func answering(status int, body string) (*ovhrest.Client, func()) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	client, err := ovhrest.New(ovhrest.Config{URL: server.URL + "/1.0", AccessToken: ovhrest.NewSecret("token")})
	if err != nil {
		log.Fatal(err)
	}
	return client, func() { client.Close(); server.Close() }
}

// A holder of a contact answers with the address in the mail.
func ExampleParseContactChangeURL() {
	client, end := answering(http.StatusOK, "null")
	defer end()
	mail := "https://www.ovh.com/manager/#/useraccount/contacts/1234?tab=REQUESTS&token=0123456789abcdefABCDEF0123456789"
	change, err := ovhrest.ParseContactChangeURL(mail)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("task", change.TaskID, "token", change.Token)
	fmt.Println(client.AcceptContactChange(context.Background(), change.TaskID, change.Token))
	// Output:
	// task 1234 token REDACTED
	// <nil>
}

// What a registry does not accept is listed field by field.
func ExampleError_Violations() {
	client, end := answering(http.StatusBadRequest, `{"class":"Client::BadRequest::DOMDOCRuleNotRespected",
		"message":"1 constraint is not respected","details":{"_id":"1","owner.phone":"Field \"phone\" is required"}}`)
	defer end()
	err := client.CheckConfigurationRule(context.Background(), "example.com", ovhrest.DomainActionTrade, ovhrest.RuleData{
		Owner: &ovhrest.Contact{FirstName: ovhrest.Some("Ada")},
	})
	var e *ovhrest.Error
	if errors.As(err, &e) && errors.Is(err, ovhrest.ErrRule) {
		for _, v := range e.Violations() {
			fmt.Println(v.Field+":", v.Message)
		}
	}
	// Output:
	// owner.phone: Field "phone" is required
}

// What a credential lacks is named.
func ExampleError_MissingActions() {
	client, end := answering(http.StatusForbidden, `{"class":"Client::Forbidden","message":"User not granted for this request",
		"details":{"unauthorizedActionsByIAM":"account:apiovh:me/get"}}`)
	defer end()
	_, err := client.Me(context.Background())
	fmt.Println(err)
	fmt.Println(errors.Is(err, ovhrest.ErrForbidden))
	// Output:
	// ovhrest: GET /me: User not granted for this request (class Client::Forbidden); missing account:apiovh:me/get
	// true
}

// Operations without a method are reached by their pattern; the values are
// escaped into it and stay out of logs.
func ExampleClient_Get() {
	client, end := answering(http.StatusOK, `[11,12]`)
	defer end()
	var records []int64
	err := client.Get(context.Background(), "/domain/zone/{zoneName}/record?fieldType={type}", &records, "example.com", "MX")
	fmt.Println(records, err)
	// Output:
	// [11 12] <nil>
}

// A price is exact, and has a currency.
func ExamplePrice_Money() {
	price := ovhrest.Price{CurrencyCode: ovhrest.CurrencyEUR}
	_, err := price.Money() // an amount that was never given is not 0
	fmt.Println(err)
	limit, err := ovhrest.ParseMoney("9.99", ovhrest.CurrencyEUR)
	if err != nil {
		log.Fatal(err)
	}
	price.Value = ovhrest.NewAmount(limit.Amount)
	money, err := price.Money()
	fmt.Println(money, err, money.Equal(limit))
	// Output:
	// ovhrest: a price without a value or a currency
	// 9.99 EUR <nil> true
}
