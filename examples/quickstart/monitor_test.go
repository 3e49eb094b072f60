package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/monitor"
)

// What a target did not report is not shown as 0.
func TestFound_Unknown(t *testing.T) {
	for want, r := range map[string]monitor.Result{
		"unknown of 2 GiB used, instances unknown": {Disk: &monitor.Disk{Total: monitor.Bytes(2 << 30)}},
		"1 GiB of 2 GiB used, 0 instances": {
			Disk: &monitor.Disk{Used: monitor.Bytes(1 << 30), Total: monitor.Bytes(2 << 30)}, Instances: []monitor.Instance{},
		},
		"Dolibarr 20.0.0, unknown, modules unknown": {Disk: &monitor.Disk{}, Instance: &monitor.Instance{Version: "20.0.0"}},
		"Dolibarr 20.0.0, 3 MiB, 1 modules": {
			Disk: &monitor.Disk{Used: monitor.Bytes(3 << 20)}, Instance: &monitor.Instance{Version: "20.0.0", Modules: []monitor.Module{{Name: "a"}}},
		},
	} {
		t.Run(want, func(t *testing.T) {
			r.Status = monitor.StatusUp
			assert.Equal(t, want, found(r))
		})
	}
}
