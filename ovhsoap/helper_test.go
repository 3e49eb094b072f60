package ovhsoap_test

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/ovhsoap"
)

// service is a SoAPI without a network, for bubbles of synctest and for
// answers that no honest server gives. It notes every call.
type service struct {
	// answer writes the answer to a call; the default is what every function
	// without a word of its own gives: an empty one. n counts the calls of
	// that function from 1.
	answer func(w http.ResponseWriter, c call, n int)

	mu    sync.Mutex
	calls []call
}

type call struct {
	*http.Request
	function string
	session  string
	body     string
}

var (
	functionIn = regexp.MustCompile(`Body[^>]*><(?:m:)?(\w+)`)
	sessionIn  = regexp.MustCompile(`<session xsi:type="xsd:string">([^<]*)</session>`)
)

func (s *service) note(r *http.Request) (call, int) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	c := call{Request: r, body: string(body), function: functionIn.FindStringSubmatch(string(body))[1]}
	if m := sessionIn.FindStringSubmatch(c.body); m != nil {
		c.session = m[1]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	n := 0
	for _, other := range s.calls {
		if other.function == c.function {
			n++
		}
	}
	return c, n
}

// sent returns the functions called so far.
func (s *service) sent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, c := range s.calls {
		names = append(names, c.function)
	}
	return strings.Join(names, " ")
}

func (s *service) count(function string) int {
	n := 0
	for _, name := range strings.Fields(s.sent()) {
		if name == function {
			n++
		}
	}
	return n
}

func (s *service) last() call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[len(s.calls)-1]
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, n := s.note(r)
	s.answer(w, c, n)
}

// transport leads requests straight to the service.
func (s *service) transport() http.RoundTripper { return direct.Transport{Handler: s} }

// client makes a client of the service.
func (s *service) client(t *testing.T) *ovhsoap.Client {
	t.Helper()
	c, err := ovhsoap.New(ovhsoap.Config{
		Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: "https://soapi.test:1664", HTTPClient: &http.Client{Transport: s.transport()},
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// result is a good answer of a function.
func result(w http.ResponseWriter, function, inner string) {
	_, _ = io.WriteString(w, envelope("<ns1:"+function+"Response>"+inner+"</ns1:"+function+"Response>"))
}

func fault(w http.ResponseWriter, code, message string) {
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, envelope("<SOAP-ENV:Fault><faultcode>"+code+"</faultcode><faultstring>"+html.EscapeString(message)+"</faultstring></SOAP-ENV:Fault>"))
}

// friendly answers login with the sessions "s1", "s2" … and all else with
// nothing.
func friendly(w http.ResponseWriter, c call, n int) {
	if c.function == "login" {
		result(w, "login", "<return>s"+string(rune('0'+n))+"</return>")
		return
	}
	result(w, c.function, "")
}
