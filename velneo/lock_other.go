//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package velneo

import "os"

// renamesOpen: on Windows a file must be closed before it is renamed.
const renamesOpen = false

// lock refuses nobody: the standard library has no file lock here.
func lock(*os.File) bool { return true }
