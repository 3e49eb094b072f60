//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package velneo

import (
	"errors"
	"os"
	"syscall"
)

// openFlags: a name that is a symbolic link can't be opened, and a pipe that
// nobody else has open does not make the open wait.
const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// renamesOpen: a file can be renamed while it is open, and so stays locked.
const renamesOpen = true

// lock takes the file for this process until it is closed; false if another
// call has it. A file system that knows no locks refuses nobody.
func lock(f *os.File) bool {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return !errors.Is(err, syscall.EWOULDBLOCK)
}

// ownFile reports whether a file has no other name, and belongs to the user
// that this process runs as: what somebody else put there, or can reach from
// elsewhere, is neither trusted nor written.
func ownFile(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || stat.Nlink <= 1 && int(stat.Uid) == os.Geteuid()
}
