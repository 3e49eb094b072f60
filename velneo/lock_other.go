//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package velneo

import "os"

// noFollow: no such flag here; what the name is gets looked at afterwards.
const noFollow = 0

// renamesOpen: on Windows a file must be closed before it is renamed.
const renamesOpen = false

// lock refuses nobody: the standard library has no file lock here.
func lock(*os.File) bool { return true }
