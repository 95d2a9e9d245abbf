package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lastLines is how much of a dead server's log is shown.
const lastLines = 15

// process is one running server.
type process struct {
	name, log string
	args      []string
	cmd       *exec.Cmd
	began     time.Time
	offset    int64
	done      chan struct{}
}

// startProcess runs a program in a process group of its own, its output appended to a file; its end is sent to exits.
// It must be called on the main thread.
func startProcess(program string, args []string, log, home string, exits chan<- *process) (*process, error) {
	output, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	offset, err := output.Seek(0, 2)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, args...)
	// Nothing of the user's environment (ETCD_…, KUBECONFIG, …) may reach the servers.
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + home}
	cmd.Dir = home
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = dieWithParent(&syscall.SysProcAttr{Setpgid: true})
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{
		name: filepath.Base(program), log: log, args: args, cmd: cmd,
		began: time.Now(), offset: offset, done: make(chan struct{}),
	}
	go func() {
		cmd.Wait()
		close(p.done)
		exits <- p
	}()
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) state() string {
	<-p.done
	return p.cmd.ProcessState.String()
}

// kill ends the process and whatever it started, and waits until it is gone.
func (p *process) kill() {
	syscall.Kill(-p.pid(), syscall.SIGKILL)
	<-p.done
}

// obituary says how the process ended, with the last lines of its log.
func (p *process) obituary() error {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err
	}
	text = bytes.TrimSpace(text[min(p.offset, int64(len(text))):])
	lines := strings.Split(string(text), "\n")
	lines = lines[max(0, len(lines)-lastLines):]
	err = fmt.Errorf("%s ended early (%s); last lines of %s:\n%s", p.name, p.state(), p.log, strings.Join(lines, "\n"))
	if bytes.Contains(text, []byte("address already in use")) {
		err = fmt.Errorf("%w: %w", errPortTaken, err)
	}
	return err
}

// freePorts returns ports that nobody listens on just now. They lie below those that the system gives to outgoing
// connections, so that only another server can take one before it is used.
func freePorts(count int) ([]int, error) {
	var ports []int
	for range 1000 {
		port := 10000 + rand.IntN(22000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		defer listener.Close()
		if ports = append(ports, port); len(ports) == count {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("no free port")
}
