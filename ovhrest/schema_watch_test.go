package ovhrest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// SchemaWatcher holds what passes between a client and the fake against the
// schemas. It is for the tests outside this package, where the fake is.
type SchemaWatcher struct {
	t     *testing.T
	s     *schemas
	inner http.RoundTripper

	mu   sync.Mutex
	seen map[string]string // operation to a path of it
}

// WatchSchemas skips the test where there are no schemas.
func WatchSchemas(t *testing.T, inner http.RoundTripper) *SchemaWatcher {
	loaded, _ := loadSchemas(t)
	return &SchemaWatcher{t: t, s: loaded, inner: inner, seen: map[string]string{}}
}

// CheckAccess looks whether the rules cover every request there was.
func (w *SchemaWatcher) CheckAccess(rules []AccessRule) {
	w.t.Logf("%d operations", len(w.seen))
	for name, path := range w.seen {
		method, _, _ := strings.Cut(name, " ")
		covered := slices.ContainsFunc(rules, func(r AccessRule) bool { return string(r.Method) == method && covers(r.Path, path) })
		if !covered && !w.s.operations[name].NoAuthentication {
			w.t.Errorf("the rules lack %s %s", method, path)
		}
	}
}

func (w *SchemaWatcher) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := w.inner.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	w.judge(req, body, resp.StatusCode, answer)
	return resp, nil
}

func (w *SchemaWatcher) judge(req *http.Request, body []byte, status int, answer []byte) {
	path := req.URL.EscapedPath()
	if i := strings.Index(path, "/1.0/"); i >= 0 {
		path = path[i+4:]
	}
	name, op, ok := (&spec{schemas: w.s}).find(req.Method, path)
	if !ok {
		w.t.Errorf("%s %s is in no schema", req.Method, path)
		return
	}
	w.mu.Lock()
	w.seen[name] = path
	w.mu.Unlock()
	wrong := slices.Concat(op.checkQuery(req.URL.Query()), op.checkBody(body))
	if status == http.StatusOK && op.ResponseType != "void" {
		var value any
		d := json.NewDecoder(bytes.NewReader(answer))
		d.UseNumber()
		if err := d.Decode(&value); err != nil {
			wrong = append(wrong, "the fake's answer is not JSON")
		} else {
			wrong = append(wrong, op.checkAnswer(value)...)
		}
	}
	for _, text := range wrong {
		w.t.Errorf("%s: %s", name, text)
	}
}

// checkAnswer looks at the fake's answers: an item's settings name the domain as OVHcloud's guide prints them.
func (op operation) checkAnswer(value any) []string {
	return slices.DeleteFunc(op.file.check("answer", op.ResponseType, value), func(wrong string) bool {
		return strings.HasSuffix(wrong, ".settings.domain is unknown")
	})
}
