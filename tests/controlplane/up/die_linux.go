package main

import "syscall"

// dieWithParent makes the system kill a child when this program dies, however it dies.
func dieWithParent(attributes *syscall.SysProcAttr) *syscall.SysProcAttr {
	attributes.Pdeathsig = syscall.SIGKILL
	return attributes
}
