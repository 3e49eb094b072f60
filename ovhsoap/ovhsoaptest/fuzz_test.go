package ovhsoaptest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// FuzzServer sends any body: the server answers each with an envelope.
func FuzzServer(f *testing.F) {
	call := func(function, args string) string {
		return `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><m:` + function +
			` xmlns:m="http://soapi.ovh.com/manager">` + args + `</m:` + function + `></e:Body></e:Envelope>`
	}
	f.Add("")
	f.Add(call("version", ""))
	f.Add(call("login", `<nic type="x:string">ab12345-ovh</nic><password type="x:string">swordfish</password>`))
	f.Add(call("logout", `<session nil="1"/>`))
	f.Add(call("telephonySmsDelete", `<session type="x:string"/><smsAccount type="x:string"/><smsIds type="x:Array"><item type="x:int">x</item></smsIds>`))
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	f.Cleanup(server.Close)
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusInternalServerError || !strings.HasSuffix(w.Body.String(), "</soap:Envelope>") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
