//go:build race

package ovhrest

const raceEnabled = true
