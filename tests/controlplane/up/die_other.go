//go:build unix && !linux

package main

import "syscall"

// dieWithParent can do nothing here: children outlive this program when it is killed with SIGKILL.
func dieWithParent(attributes *syscall.SysProcAttr) *syscall.SysProcAttr {
	return attributes
}
