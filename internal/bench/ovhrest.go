package main

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ovh/go-ovh/ovh"

	"github.com/hebergo/hebergo/ovhrest"
)

// A task as the API answers it; its shape is the schema's.
const ovhTask = `{"canAccelerate":false,"canCancel":true,"canRelaunch":false,"comment":null,"creationDate":"2022-01-01T12:00:00+01:00",` +
	`"domain":"example.com","doneDate":null,"function":"DomainTrade","id":1000,"lastUpdate":"2022-01-01T12:40:00+01:00","status":"doing",` +
	`"todoDate":"2022-01-01T13:00:00+01:00","type":"domain"}`

const ovhKey, ovhSecret, ovhConsumer = "0123456789abcdef", "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"

// plainTask is what one would write for a program of one's own.
type plainTask struct {
	CanAccelerate bool       `json:"canAccelerate"`
	CanCancel     bool       `json:"canCancel"`
	CanRelaunch   bool       `json:"canRelaunch"`
	Comment       *string    `json:"comment"`
	CreationDate  time.Time  `json:"creationDate"`
	Domain        *string    `json:"domain"`
	DoneDate      *time.Time `json:"doneDate"`
	Function      string     `json:"function"`
	ID            int64      `json:"id"`
	LastUpdate    time.Time  `json:"lastUpdate"`
	Status        string     `json:"status"`
	TodoDate      time.Time  `json:"todoDate"`
	Type          string     `json:"type"`
}

func ovhServe(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/auth/time") {
		_, _ = io.WriteString(w, strconv.FormatInt(time.Now().Unix(), 10))
		return
	}
	_, _ = io.WriteString(w, ovhTask)
}

// ovhMemory answers without a network, so that a case shows the clients' own
// work.
type ovhMemory struct{}

func (ovhMemory) RoundTrip(req *http.Request) (*http.Response, error) {
	body := ovhTask
	if strings.HasSuffix(req.URL.Path, "/auth/time") {
		body = strconv.FormatInt(time.Now().Unix(), 10)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: req,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

func ovhrestCases() []Case {
	memory := func(*testing.B) (string, *http.Client) {
		return "https://eu.api.ovh.com/1.0", &http.Client{Transport: ovhMemory{}}
	}
	loopback := func(b *testing.B) (string, *http.Client) {
		server := httptest.NewServer(http.HandlerFunc(ovhServe))
		b.Cleanup(server.Close)
		return server.URL + "/1.0", &http.Client{Transport: &http.Transport{}}
	}
	return []Case{
		{"ovhrest: GET in memory", "go-ovh", 0.8, ovhOurs(memory), ovhTheirs(memory)},
		{"ovhrest: typed GET in memory", "go-ovh", 0.8, ovhTyped(memory), ovhTheirs(memory)},
		{"ovhrest: GET over loopback", "net/http, signed", 1.1, ovhOurs(loopback), ovhFloor(loopback)},
		{"ovhrest: typed GET over loopback", "net/http, signed", 0, ovhTyped(loopback), ovhFloor(loopback)},
		{"ovhrest: GET over loopback", "go-ovh", 0, ovhOurs(loopback), ovhTheirs(loopback)},
	}
}

type ovhPlace func(*testing.B) (string, *http.Client)

func ovhClient(b *testing.B, place ovhPlace) *ovhrest.Client {
	url, hc := place(b)
	c, err := ovhrest.New(ovhrest.Config{URL: url, AppKey: ovhKey, AppSecret: ovhrest.NewSecret(ovhSecret), ConsumerKey: ovhrest.NewSecret(ovhConsumer), HTTPClient: hc, Limiter: ovhrest.NewLimiter(0)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return c
}

func ovhOurs(place ovhPlace) func(*testing.B) {
	return func(b *testing.B) {
		c := ovhClient(b, place)
		for b.Loop() {
			var task plainTask
			if err := c.Get(context.Background(), "/domain/{serviceName}/task/{id}", &task, "example.com", "1000"); err != nil || task.ID != 1000 {
				b.Fatal(err)
			}
		}
	}
}

func ovhTyped(place ovhPlace) func(*testing.B) {
	return func(b *testing.B) {
		c := ovhClient(b, place)
		for b.Loop() {
			if task, err := c.DomainTask(context.Background(), "example.com", 1000); err != nil || task.ID != 1000 {
				b.Fatal(err)
			}
		}
	}
}

func ovhTheirs(place ovhPlace) func(*testing.B) {
	return func(b *testing.B) {
		url, hc := place(b)
		lib := &ovh.Client{AppKey: ovhKey, AppSecret: ovhSecret, ConsumerKey: ovhConsumer, Client: hc, Timeout: ovh.DefaultTimeout}
		if err := lib.SetEndpoint(url); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			var task plainTask
			if err := lib.GetWithContext(context.Background(), "/domain/example.com/task/1000", &task); err != nil || task.ID != 1000 {
				b.Fatal(err)
			}
		}
	}
}

// ovhFloor is the least that does the same: the signature, a deadline, a bound
// on the body.
func ovhFloor(place ovhPlace) func(*testing.B) {
	return func(b *testing.B) {
		url, hc := place(b)
		for b.Loop() {
			var task plainTask
			if err := ovhFloorGet(hc, url+"/domain/example.com/task/1000", &task); err != nil || task.ID != 1000 {
				b.Fatal(err)
			}
		}
	}
}

func ovhFloorGet(hc *http.Client, target string, out any) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	sum := sha1.Sum([]byte(ovhSecret + "+" + ovhConsumer + "+GET+" + target + "++" + stamp))
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Ovh-Application", ovhKey)
	req.Header.Set("X-Ovh-Consumer", ovhConsumer)
	req.Header.Set("X-Ovh-Timestamp", stamp)
	req.Header.Set("X-Ovh-Signature", "$1$"+hex.EncodeToString(sum[:]))
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, 8<<20)); err != nil {
		return err
	}
	return json.Unmarshal(body.Bytes(), out)
}
