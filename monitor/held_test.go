package monitor_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/monitor"
)

// A Config, a Monitor and a Target in somebody's unexported field print nothing
// secret, under whatever verb.
func TestHeldValues_PrintNothingSecret(t *testing.T) {
	const hush = "hush-hush"
	cfg := monitor.Config{
		Secrets: func(context.Context, string) (monitor.Secret, error) { return monitor.NewSecret(hush), nil },
	}
	m, err := monitor.New(cfg)
	assert.NoError(t, err)
	defer m.Close()
	held := struct {
		config  monitor.Config
		monitor *monitor.Monitor
		secret  monitor.Secret
		target  monitor.Target
	}{cfg, m, monitor.NewSecret(hush), target(monitor.KindURL, "http://www.example.com/", "NAME")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		text := fmt.Sprintf(verb, held)
		assert.NotContains(t, text, hush, verb)
		assert.NotContains(t, text, fmt.Sprintf("%x", hush), verb)
	}
}
