package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// taskList serves tasks 1 to n, the first of them the slowest.
func taskList(n int, running, most *atomic.Int64) (func(http.ResponseWriter, *http.Request), func(*http.Request) time.Duration) {
	serve := func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/task") {
			ids := make([]string, n)
			for i := range ids {
				ids[i] = fmt.Sprint(i + 1)
			}
			fmt.Fprintf(w, "[%s]", strings.Join(ids, ","))
			return
		}
		fmt.Fprintf(w, `{"id":%s,"function":"DomainTrade","status":"doing","canAccelerate":false,"canCancel":false,"canRelaunch":false}`, r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:])
		running.Add(-1)
	}
	delay := func(r *http.Request) time.Duration {
		if !strings.Contains(r.URL.Path, "/task/") {
			return 0
		}
		if now := running.Add(1); now > most.Load() {
			most.Store(now)
		}
		var id int
		_, _ = fmt.Sscan(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:], &id)
		return time.Duration(100-id) * time.Millisecond
	}
	return serve, delay
}

func TestListKeepsOrderAndBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int64
		serve, delay := taskList(50, &running, &most)
		a, hc := newMemoryAPI(serve, delay)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		want := int64(1)
		for task, err := range c.DomainTasks(t.Context(), "example.com", TaskFilter{}) {
			if err != nil || task.ID != want {
				t.Fatalf("%v, task %d, want %d", err, task.ID, want)
			}
			want++
		}
		if want != 51 || most.Load() != ahead {
			t.Errorf("%d tasks, at most %d at once; want 50 and %d", want-1, most.Load(), ahead)
		}
	})
}

// The bubble fails the test if anything is left running.
func TestListThatIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int64
		serve, delay := taskList(50, &running, &most)
		a, hc := newMemoryAPI(serve, delay)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		for range c.DomainTasks(t.Context(), "example.com", TaskFilter{}) {
			break
		}
	})
}

func TestListEndsWithItsFirstError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hc := newMemoryAPI(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/task"):
				fmt.Fprint(w, "[1,2,3,4]")
			case strings.HasSuffix(r.URL.Path, "/3"):
				w.WriteHeader(http.StatusNotFound)
			default:
				fmt.Fprint(w, `{"id":9,"function":"DomainTrade","status":"doing","canAccelerate":false,"canCancel":false,"canRelaunch":false}`)
			}
		}, nil)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		var seen []error
		for _, err := range c.DomainTasks(t.Context(), "example.com", TaskFilter{}) {
			seen = append(seen, err)
		}
		if len(seen) != 3 || seen[0] != nil || seen[1] != nil || !errors.Is(seen[2], ErrNotFound) {
			t.Errorf("%v", seen)
		}
	})
}

func TestListEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int64
		serve, delay := taskList(50, &running, &most)
		a, hc := newMemoryAPI(serve, delay)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		defer cancel()
		var last error
		for _, err := range c.DomainTasks(ctx, "example.com", TaskFilter{}) {
			last = err
		}
		if !errors.Is(last, context.DeadlineExceeded) {
			t.Errorf("%v", last)
		}
	})
}

func TestEmptyList(t *testing.T) {
	a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[]") })
	for range a.client(t, nil).DomainTasks(t.Context(), "example.com", TaskFilter{}) {
		t.Error("an element of nothing")
	}
}
