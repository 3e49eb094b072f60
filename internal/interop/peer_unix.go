//go:build unix

package interop

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the peer into a process group of its own, so that the
// children it forks end with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
