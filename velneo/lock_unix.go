//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package velneo

import (
	"errors"
	"os"
	"syscall"
)

// noFollow: a name that is a symbolic link can't be opened.
const noFollow = syscall.O_NOFOLLOW

// renamesOpen: a file can be renamed while it is open, and so stays locked.
const renamesOpen = true

// lock takes the file for this process until it is closed; false if another
// call has it. A file system that knows no locks refuses nobody.
func lock(f *os.File) bool {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return !errors.Is(err, syscall.EWOULDBLOCK)
}
