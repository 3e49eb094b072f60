package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
)

const someTrade = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"

// A revision is stored once, whoever comes with it, and only behind the one
// before it.
func TestTradeStore(t *testing.T) {
	databases(t, func(t *testing.T, where string) {
		d, err := openDatabase(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.close() }()
		s, ctx := TradeStore{d.DB}, t.Context()
		if _, _, err := s.Load(ctx, someTrade); !errors.Is(err, ovhrest.ErrNotFound) {
			t.Errorf("an empty store: %v", err)
		}
		text := []byte("{\"name\":\"bücher'; DROP TABLE fleet_trade; --\"}")
		for _, step := range []struct {
			revision int64
			conflict bool
		}{{2, true}, {0, true}, {-1, true}, {1, false}, {1, true}, {3, true}, {2, false}, {1, true}, {3, false}} {
			err := s.Save(ctx, someTrade, append(bytes.Clone(text), fmt.Sprint(step.revision)...), step.revision)
			if errors.Is(err, ovhrest.ErrConflict) != step.conflict || (err != nil) != step.conflict {
				t.Errorf("revision %d: %v, want a conflict: %v", step.revision, err, step.conflict)
			}
		}
		data, revision, err := s.Load(ctx, someTrade)
		if err != nil || revision != 3 || string(data) != string(text)+"3" {
			t.Errorf("%s, %d, %v", data, revision, err)
		}
	})
}

// Many processes (here: databases opened anew) save at once: each revision is
// won by one.
func TestTradeStore_ManyAtOnce(t *testing.T) {
	databases(t, func(t *testing.T, where string) {
		var stores []TradeStore
		var opening sync.WaitGroup
		var mu sync.Mutex
		for range 4 {
			opening.Go(func() { // all of them make the tables
				d, err := openDatabase(t.Context(), where)
				if err != nil {
					t.Error(err)
					return
				}
				t.Cleanup(func() { _ = d.close() })
				mu.Lock()
				defer mu.Unlock()
				stores = append(stores, TradeStore{d.DB})
			})
		}
		opening.Wait()
		for revision := int64(1); revision <= 20; revision++ {
			var won atomic.Int64
			var savers sync.WaitGroup
			ready := make(chan struct{})
			for n := range 3 * len(stores) {
				savers.Go(func() {
					<-ready
					err := stores[n%len(stores)].Save(t.Context(), someTrade, []byte("x"), revision)
					switch {
					case err == nil:
						won.Add(1)
					case !errors.Is(err, ovhrest.ErrConflict):
						t.Error(err)
					}
				})
			}
			close(ready)
			savers.Wait()
			if won.Load() != 1 {
				t.Fatalf("revision %d was stored %d times", revision, won.Load())
			}
		}
	})
}

// Where somebody else is making the file at this moment, opening it waits.
func TestOpenDatabase_FileInTheMaking(t *testing.T) {
	where := filepath.Join(t.TempDir(), "fleet.db")
	maker, err := sql.Open("sqlite", where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = maker.Close() }()
	maker.SetMaxOpenConns(1)
	if _, err := maker.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		d, err := openDatabase(t.Context(), where)
		if err == nil {
			err = d.close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		t.Errorf("it did not wait: %v", err)
	case <-time.After(300 * time.Millisecond): // a moment in which it may go wrong
		if _, err := maker.ExecContext(t.Context(), "COMMIT"); err != nil {
			t.Error(err)
		}
		if err := <-opened; err != nil {
			t.Error(err)
		}
	}
}

// A row that can't be read keeps no other trade from its job.
func TestTradeStore_BrokenRow(t *testing.T) {
	f := openFleet(t, settings{database: t.TempDir() + "/fleet.db"})
	trade, err := f.trader.Start(t.Context(), fakePlan("example.com"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.store.Save(t.Context(), someTrade, []byte(`{"version":99}`), 1); err != nil {
		t.Fatal(err)
	}
	if err := f.sweep(t.Context()); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Errorf("%v, want the broken trade told", err)
	}
	jobs, err := texts(t.Context(), f.db.DB, `SELECT args FROM river_job WHERE kind = 'trade'`)
	if err != nil || !slices.Equal(jobs, []string{`{"id":"` + trade.ID + `"}`}) {
		t.Errorf("%v, %v", jobs, err)
	}
}
