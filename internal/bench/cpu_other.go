//go:build !unix

package main

import "time"

// cpuTime is not known here: measure falls back to elapsed time.
func cpuTime() time.Duration { return 0 }
