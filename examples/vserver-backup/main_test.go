package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// A backup whose answer contradicts itself may exist: its link is saved, and the
// folder holds nothing else.
func TestOrder_ContradictoryAnswer(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	t.Cleanup(server.Close)
	client, err := velneo.New(server.Config())
	require.NoError(t, err)
	t.Cleanup(client.Close)
	server.Inject(velneotest.Fault{Action: "backup", Status: 401, Body: `{"status_code":200,"url":"` + server.BackupLink().Reveal() + `"}`})
	dir := t.TempDir()
	state := filepath.Join(dir, "vserver.link")
	link, err := order(t.Context(), client, state)
	require.NoError(t, err)
	assert.Equal(t, server.BackupLink(), link)
	saved, err := savedLink(state)
	require.NoError(t, err)
	assert.Equal(t, link, saved)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
	assert.Equal(t, 1, server.Count("PUT", "vserver", "backup"))
}

func TestOrder_FailureLeavesNothing(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	t.Cleanup(server.Close)
	client, err := velneo.New(server.Config())
	require.NoError(t, err)
	t.Cleanup(client.Close)
	server.Inject(velneotest.Fault{Action: "backup", Code: 403})
	dir := t.TempDir()
	_, err = order(t.Context(), client, filepath.Join(dir, "vserver.link"))
	require.ErrorIs(t, err, velneo.ErrForbidden)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestSavedLink_NotAFile(t *testing.T) {
	dir := t.TempDir()
	state := filepath.Join(dir, "vserver.link")
	_, err := savedLink(state)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.WriteFile(state+".other", []byte("https://other.example.com/"), 0o600))
	if err := os.Symlink(state+".other", state); err != nil {
		t.Skip(err) // Windows wants a right for it
	}
	_, err = savedLink(state)
	require.ErrorContains(t, err, "is not a file with a link")
	require.NotErrorIs(t, err, fs.ErrNotExist)
}
