//go:build race

package trade_test

const raceEnabled = true
