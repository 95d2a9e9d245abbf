package main

import "fmt"

// What clients do, and nothing of what the control plane does by itself; of changes, how much is wanted.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [kwok, up, "system:apiserver", "system:kube-controller-manager", "system:kube-scheduler"]
- level: %s
  verbs: [create, update, patch, delete]
- level: Metadata
`

func (p *plane) etcdArgs() []string {
	client := fmt.Sprintf("http://127.0.0.1:%d", p.etcd)
	return []string{
		"--data-dir=" + p.path("data", "etcd"),
		"--listen-client-urls=" + client,
		"--advertise-client-urls=" + client,
		// Nobody joins: any port will do.
		"--listen-peer-urls=http://127.0.0.1:0",
		"--unsafe-no-fsync",
		"--log-level=warn",
	}
}

func (p *plane) apiServerArgs() []string {
	args := []string{
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", p.etcd),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", p.keys.port),
		// Nothing connects to it, but without one the server looks for a network interface.
		"--advertise-address=10.96.255.254",
		"--endpoint-reconciler-type=none",
		"--tls-cert-file=" + p.path("data", "server.crt"),
		"--tls-private-key-file=" + p.path("data", "server.key"),
		"--client-ca-file=" + p.path("data", "ca.crt"),
		"--token-auth-file=" + p.path("data", "tokens.csv"),
		"--authorization-mode=RBAC",
		"--allow-privileged=true",
		"--service-cluster-ip-range=10.96.0.0/16",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-signing-key-file=" + p.path("data", "accounts.key"),
		"--service-account-key-file=" + p.path("data", "accounts.key"),
		// The node's InternalDNS address is where pod logs are served.
		"--kubelet-preferred-address-types=InternalDNS",
		"--kubelet-certificate-authority=" + p.path("data", "ca.crt"),
		"--profiling=false",
	}
	if p.audit != "" {
		args = append(args,
			"--audit-policy-file="+p.path("data", "audit-policy.yaml"),
			"--audit-log-path="+p.audit,
			"--audit-log-mode=blocking",
		)
	}
	return args
}

func (p *plane) controllerManagerArgs() []string {
	return []string{
		"--kubeconfig=" + p.path("data", "system:kube-controller-manager.kubeconfig"),
		"--leader-elect=false",
		"--secure-port=0",
		"--service-account-private-key-file=" + p.path("data", "accounts.key"),
		"--root-ca-file=" + p.path("data", "ca.crt"),
		// A busy machine must not make the node look dead.
		"--node-monitor-grace-period=10m",
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
		"--profiling=false",
	}
}

func (p *plane) schedulerArgs() []string {
	return []string{
		"--kubeconfig=" + p.path("data", "system:kube-scheduler.kubeconfig"),
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
		"--profiling=false",
	}
}

func (p *plane) kwokArgs() []string {
	return []string{
		"--kubeconfig=" + p.path("data", "kwok.kubeconfig"),
		"--config=" + p.path("data", "stages.yaml"),
		"--manage-all-nodes=true",
		"--cidr=10.244.0.0/16",
		"--node-lease-duration-seconds=40",
	}
}
