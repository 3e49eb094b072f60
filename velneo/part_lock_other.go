//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package velneo

import "os"

// openFlags: no such flags here; what the name is gets looked at afterwards.
const openFlags = 0

// renamesOpen: on Windows a file must be closed before it is renamed.
const renamesOpen = false

// lock refuses nobody: the standard library has no file lock here.
func lock(*os.File) bool { return true }

// ownFile refuses nothing: os.FileInfo has neither links nor an owner here.
func ownFile(os.FileInfo) bool { return true }
