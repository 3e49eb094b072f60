package ovhresttest

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// call is one request on its way through a route.
type call struct {
	*http.Request
	body []byte
}

// failure is an answer other than 200, in one of the API's two shapes.
type failure struct {
	status  int
	class   string // of the services, and of the gateway since 2024
	code    string // of the gateway until then, with httpCode: see Options.ErrorCodes
	message string
	details map[string]string
}

func notFound(what string, id any) *failure {
	return &failure{status: 404, class: "Client::NotFound", message: fmt.Sprintf("The requested object (%s = %v) does not exist", what, id)}
}

func badRequest(format string, args ...any) *failure {
	return &failure{status: 400, class: "Client::BadRequest", message: fmt.Sprintf(format, args...)}
}

func forbidden(message string) *failure {
	return &failure{status: 403, class: "Client::Forbidden", message: message}
}

// route answers with a value to encode, or a failure. It runs under the lock.
type route func(c *call) (any, *failure)

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	open := map[string]route{ // noAuthentication in the schemas
		"GET /domain/configurationRule":                              s.getRule,
		"POST /order/cart":                                           s.postCart,
		"GET /order/cart/{cart}":                                     s.getCart,
		"GET /order/cart/{cart}/summary":                             s.getSummary,
		"GET /order/cart/{cart}/item":                                s.getItems,
		"GET /order/cart/{cart}/item/{item}":                         s.getItem,
		"DELETE /order/cart/{cart}/item/{item}":                      s.deleteItem,
		"GET /order/cart/{cart}/item/{item}/requiredConfiguration":   s.getRequired,
		"GET /order/cart/{cart}/item/{item}/configuration":           s.getConfigurations,
		"POST /order/cart/{cart}/item/{item}/configuration":          s.postConfiguration,
		"GET /order/cart/{cart}/item/{item}/configuration/{conf}":    s.getConfiguration,
		"DELETE /order/cart/{cart}/item/{item}/configuration/{conf}": s.deleteConfiguration,
	}
	signed := map[string]route{
		"GET /auth/currentCredential":                         s.getCredential,
		"GET /me":                                             s.getMe,
		"GET /me/payment/method":                              s.getMethods,
		"GET /me/payment/method/{method}":                     s.getMethod,
		"GET /me/order":                                       s.getOrders,
		"GET /me/order/{order}":                               s.getOrder,
		"GET /me/order/{order}/status":                        s.getOrderStatus,
		"GET /me/order/{order}/details":                       s.getOrderDetails,
		"GET /me/order/{order}/details/{detail}":              s.getOrderDetail,
		"GET /me/order/{order}/details/{detail}/extension":    s.getOrderExtension,
		"GET /me/order/{order}/payment":                       s.getPayment,
		"POST /me/order/{order}/pay":                          s.postPay,
		"POST /me/order/{order}/payWithRegisteredPaymentMean": s.postPayMean,
		"GET /domain":                                         s.getDomains,
		"GET /domain/contact":                                 s.getContacts,
		"POST /domain/contact":                                s.postContact,
		"PUT /domain/contact/{contact}":                       s.putContact,
		"POST /domain/configurationRule/check":                s.postCheck,
		"GET /domain/{domain}":                                s.getDomain,
		"GET /domain/{domain}/{below}":                        s.getBelowDomain,
		"GET /domain/{domain}/task/{task}":                    s.getTask,
		"POST /domain/{domain}/changeContact":                 s.postContactChange,
		"GET /me/task/contactChange":                          s.getContactChanges,
		"GET /me/task/contactChange/{change}":                 s.getContactChange,
		"POST /me/task/contactChange/{change}/accept":         s.acceptContactChange,
		"POST /me/task/contactChange/{change}/refuse":         s.refuseContactChange,
		"POST /me/task/contactChange/{change}/resendEmail":    s.resendContactChange,
		"POST /domain/{domain}/task/{task}/cancel":            s.cancelTask,
		"GET /order/cartServiceOption/domain":                 s.getDomains,
		"GET /order/cartServiceOption/domain/{domain}":        s.getOptions,
		"POST /order/cartServiceOption/domain/{domain}":       s.postOption,
		"GET /order/cart":                                     s.getCarts,
		"DELETE /order/cart/{cart}":                           s.deleteCart,
		"POST /order/cart/{cart}/assign":                      s.assignCart,
		"GET /order/cart/{cart}/checkout":                     s.getCheckout,
		"POST /order/cart/{cart}/checkout":                    s.postCheckout,
	}
	for pattern, r := range open {
		mux.HandleFunc(pattern, s.handle(r, false))
	}
	for pattern, r := range signed {
		mux.HandleFunc(pattern, s.handle(r, true))
	}
	mux.HandleFunc("GET /auth/time", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, s.Now().Unix(), nil)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, &failure{status: 404, class: "Client::NotFound", code: "NOT_FOUND", message: "Got an invalid (or empty) URL"})
	})
	return mux
}

// ServeHTTP handles one request and applies the injected faults.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/1.0")
	path = strings.TrimPrefix(path, "/v1")
	s.catchUp()
	arrived := s.Now()
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	s.withFaults(w, r.Method, path, func(w http.ResponseWriter) {
		s.dispatch(w, r, path, body, arrived)
	})
}

// dispatch runs the route of path: the request's own URL stays as it was, for
// the signature covers it.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request, path string, body []byte, arrived time.Time) {
	ctx := context.WithValue(context.WithoutCancel(r.Context()), arrival{}, arrival{"http://" + r.Host + r.RequestURI, arrived})
	in := r.Clone(ctx)
	in.URL.RawPath = path
	if p, err := pathUnescape(path); err == nil {
		in.URL.Path = p
	}
	in.Body = io.NopCloser(strings.NewReader(string(body)))
	s.mux.ServeHTTP(w, in)
}

func (s *Server) handle(r route, auth bool) http.HandlerFunc {
	return func(w http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.tick()
		if fail := s.authenticate(in, body, auth); fail != nil {
			s.refuse(w, fail)
			return
		}
		value, fail := r(&call{in, body})
		answer(w, value, fail)
	}
}

// refuse writes the gateway's own refusal in the form that is set.
func (s *Server) refuse(w http.ResponseWriter, fail *failure) {
	if s.options.ErrorCodes {
		fail.class = ""
	} else {
		fail.code = ""
	}
	answer(w, nil, fail)
}

func answer(w http.ResponseWriter, value any, fail *failure) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Ovh-Queryid", "EU.ext-1.test")
	if fail == nil {
		_ = json.NewEncoder(w).Encode(value)
		return
	}
	body := map[string]any{"message": fail.message}
	if fail.class != "" {
		body["class"] = fail.class
	}
	if fail.code != "" {
		body["errorCode"] = fail.code
		body["httpCode"] = strconv.Itoa(fail.status) + " " + http.StatusText(fail.status)
	}
	if fail.details != nil {
		body["details"] = fail.details
	}
	w.WriteHeader(fail.status)
	_ = json.NewEncoder(w).Encode(body)
}

// arrival is how and when a request came in, for where its signature is
// checked: work may be late, and the path has lost its version.
type arrival struct {
	url string
	at  time.Time
}

// authenticate checks the signature scheme $1$: the SHA-1 of secret, consumer
// key, method, URL, body and timestamp, joined by plus signs (vendor guide). A
// route that needs no authentication still refuses a wrong signature.
func (s *Server) authenticate(r *http.Request, body []byte, required bool) *failure {
	h := r.Header
	came, _ := r.Context().Value(arrival{}).(arrival)
	if h.Get("X-Ovh-Signature") == "" && !required {
		return nil
	}
	if h.Get("X-Ovh-Application") != ApplicationKey {
		return &failure{status: 403, class: "Client::Forbidden", code: "INVALID_KEY", message: "This application key is invalid"}
	}
	if h.Get("X-Ovh-Consumer") != ConsumerKey {
		return &failure{status: 403, class: "Client::Forbidden", code: "NOT_CREDENTIAL", message: "This credential does not exist"}
	}
	stamp := h.Get("X-Ovh-Timestamp")
	sum := sha1.Sum([]byte(strings.Join([]string{ApplicationSecret, ConsumerKey, r.Method, came.url, string(body), stamp}, "+")))
	if h.Get("X-Ovh-Signature") != "$1$"+hex.EncodeToString(sum[:]) {
		return &failure{status: 400, class: "Client::BadRequest", code: "INVALID_SIGNATURE", message: "Invalid signature"}
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if skew := came.at.Sub(time.Unix(seconds, 0)); err != nil || skew.Abs() > MaxClockSkew {
		return &failure{status: 400, class: "Client::BadRequest", code: "QUERY_TIME_OUT", message: "Query out of time"}
	}
	return s.authorize(r)
}

// into decodes the body strictly: a field that the schema does not know is a
// mistake of the client's.
func (c *call) into(v any) *failure {
	d := json.NewDecoder(strings.NewReader(string(c.body)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return badRequest("Invalid JSON received: %v", err)
	}
	return nil
}

func (c *call) id(name string) int64 {
	n, err := strconv.ParseInt(c.PathValue(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
