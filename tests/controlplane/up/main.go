// Command up starts a real Kubernetes control plane and keeps it until nobody needs it any more.
//
// It prints "ready KUBECONFIG SECONDS" when the API, a node and the scheduler are there, and ends, taking everything
// it started with it, on SIGINT or SIGTERM, when its standard input (a pipe) is closed, or when its parent is gone.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

func init() {
	// A child is told of the end of the thread that started it: the main thread, which lives as long as the program.
	runtime.LockOSThread()
}

func main() {
	began := time.Now()
	dir := flag.String("dir", "", "`folder` for the kubeconfig, the logs and the data")
	bin := flag.String("bin", "", "`folder` of the servers (default: the one of this program)")
	audit := flag.String("audit", "", "`file` that gets a line of JSON for each request of a client")
	auditLevel := flag.String("audit-level", "Metadata", "how much of changes there is in it: Metadata, Request or RequestResponse")
	flag.Parse()
	if *dir == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx := untilStopped()
	plane, err := newPlane(*dir, *bin, *audit, *auditLevel)
	if err == nil {
		err = plane.run(ctx, began)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "up: %v\n", err)
		os.Exit(1)
	}
}

// untilStopped returns a context that ends when it is time to.
func untilStopped() context.Context {
	// A reader of our output that has gone must not kill us before we have cleaned up.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		for parent := os.Getppid(); os.Getppid() == parent; {
			time.Sleep(100 * time.Millisecond)
		}
		stop()
	}()
	if info, err := os.Stdin.Stat(); err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0 {
		go func() {
			io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	return ctx
}

// run boots the control plane, says so, and looks after it until told to stop.
func (p *plane) run(ctx context.Context, began time.Time) error {
	defer p.clean()
	if err := p.boot(ctx); err != nil {
		return err
	}
	fmt.Printf("ready %s %.1f\n", p.path("kubeconfig"), time.Since(began).Seconds())
	return p.look(ctx)
}

// lock keeps a second copy out of the folder for as long as this one lives.
func lock(dir string) error {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("%s is in use by another copy", dir)
	}
	locked = file
	return nil
}

// locked is the open lock file: closing it would give the folder away.
var locked *os.File
