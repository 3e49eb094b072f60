//go:build !linux && !darwin

package velneo_test

func limitFiles() {}
