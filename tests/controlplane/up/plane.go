package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"coxswain.test/controlplane/stages"
)

const (
	bootTimeout = 2 * time.Minute
	bootTries   = 3
)

var errPortTaken = errors.New("a port was taken by another program")

// plane is one control plane: its folder, its processes, and how to speak to it.
type plane struct {
	dir, bin, audit string
	auditLevel      string
	keys            *credentials
	api             *api
	etcd, kubelet   int
	processes       []*process
	exits           chan *process
}

func newPlane(dir, bin, audit, auditLevel string) (*plane, error) {
	var err error
	if bin == "" {
		if bin, err = os.Executable(); err != nil {
			return nil, err
		}
		bin = filepath.Dir(bin)
	}
	for _, path := range []*string{&dir, &bin, &audit} {
		if *path != "" {
			if *path, err = filepath.Abs(*path); err != nil {
				return nil, err
			}
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := lock(dir); err != nil {
		return nil, err
	}
	logs := filepath.Join(dir, "logs")
	if err := errors.Join(os.RemoveAll(logs), os.Mkdir(logs, 0o700)); err != nil {
		return nil, err
	}
	return &plane{dir: dir, bin: bin, audit: audit, auditLevel: auditLevel, exits: make(chan *process, 16)}, nil
}

// path returns the path of something in the plane's folder.
func (p *plane) path(parts ...string) string {
	return filepath.Join(append([]string{p.dir}, parts...)...)
}

// boot starts everything; when another program was faster to take a port, it tries again with others.
func (p *plane) boot(ctx context.Context) error {
	for try := 1; ; try++ {
		err := p.bootOnce(ctx)
		if !errors.Is(err, errPortTaken) || try == bootTries {
			return err
		}
		p.clean()
	}
}

func (p *plane) bootOnce(ctx context.Context) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	if err := p.start("etcd", p.etcdArgs()); err != nil {
		return err
	}
	if err := p.start("kube-apiserver", p.apiServerArgs()); err != nil {
		return err
	}
	if err := p.await(ctx, "the API server", func() bool { return p.api.get("/readyz", nil) == nil }); err != nil {
		return err
	}
	if err := p.start("kube-controller-manager", p.controllerManagerArgs()); err != nil {
		return err
	}
	if err := p.start("kube-scheduler", p.schedulerArgs()); err != nil {
		return err
	}
	if err := p.start("kwok", p.kwokArgs()); err != nil {
		return err
	}
	if err := p.api.createFirstObjects(p.kubelet); err != nil {
		return err
	}
	return p.await(ctx, "the node", p.api.isSettled)
}

// prepare makes the folder's contents: keys, kubeconfigs, stages, and ports for everybody.
func (p *plane) prepare(ctx context.Context) error {
	if err := os.RemoveAll(p.path("data")); err != nil {
		return err
	}
	if err := os.MkdirAll(p.path("data"), 0o700); err != nil {
		return err
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	p.etcd = ports[0]
	if p.keys, err = newCredentials(p.path("data"), ports[1]); err != nil {
		return err
	}
	if err := p.keys.writeKubeconfigs(p.path("kubeconfig"), p.path("data")); err != nil {
		return err
	}
	p.api = newAPI(ctx, p.keys)
	if p.kubelet, err = serveLogs(p.api, p.keys); err != nil {
		return err
	}
	text, err := stages.All()
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.path("data", "stages.yaml"), text, 0o600); err != nil {
		return err
	}
	policy := fmt.Sprintf(auditPolicy, p.auditLevel)
	return os.WriteFile(p.path("data", "audit-policy.yaml"), []byte(policy), 0o600)
}

// await asks again and again until the answer is yes, somebody dies, or it is time to stop.
func (p *plane) await(ctx context.Context, what string, isThere func() bool) error {
	deadline := time.After(bootTimeout)
	for !isThere() {
		select {
		case dead := <-p.exits:
			return dead.obituary()
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return fmt.Errorf("%s is not ready after %v; see %s", what, bootTimeout, p.path("logs"))
		case <-time.After(25 * time.Millisecond):
		}
	}
	return nil
}

// look starts again what somebody (a test) has killed, until it is time to stop.
func (p *plane) look(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case dead := <-p.exits:
			if time.Since(dead.began) < time.Second {
				return dead.obituary()
			}
			fmt.Fprintf(os.Stderr, "up: %s ended (%v), starting it again\n", dead.name, dead.state())
			if err := p.start(dead.name, dead.args); err != nil {
				return err
			}
		}
	}
}

// start runs a server and notes its process id in pids.json.
func (p *plane) start(name string, args []string) error {
	started, err := startProcess(filepath.Join(p.bin, name), args, p.path("logs", name+".log"), p.path("data"), p.exits)
	if err != nil {
		return err
	}
	alive := []*process{started}
	for _, other := range p.processes {
		if other.name != name {
			alive = append(alive, other)
		}
	}
	p.processes = alive
	pids := map[string]int{"up": os.Getpid()}
	for _, each := range p.processes {
		pids[each.name] = each.pid()
	}
	text, err := json.MarshalIndent(pids, "", "  ")
	if err != nil {
		return err
	}
	temporary := p.path("data", "pids.json")
	if err := os.WriteFile(temporary, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, p.path("pids.json"))
}

// clean kills every process and removes all but the logs.
func (p *plane) clean() {
	for _, each := range p.processes {
		each.kill()
	}
	for len(p.exits) > 0 {
		<-p.exits
	}
	p.processes = nil
	for _, name := range []string{"kubeconfig", "pids.json", "data"} {
		os.RemoveAll(p.path(name))
	}
}
