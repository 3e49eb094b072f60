//go:build race

package transport_test

// raceDetector: it allocates more for each value than the runtime does.
const raceDetector = true
