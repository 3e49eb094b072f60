package monitor

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestOnAttempt_NilAllocatesNothing(t *testing.T) {
	m, q, res := &Monitor{}, &query{opts: defaultOptions}, &Result{HTTP: &HTTP{Status: 200}}
	f := newFlight(context.Background(), KindURL)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		m.attempted(f, q, Attempt{Number: 1, Start: time.Time{}}, res, outcome{heard: true})
	}))
}
