package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// api speaks to the API server as the user "up", until the context ends.
type api struct {
	ctx           context.Context
	server, token string
	client        *http.Client
}

func newAPI(ctx context.Context, keys *credentials) *api {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: keys.roots}}
	return &api{
		ctx:    ctx,
		server: keys.server(),
		token:  keys.servers[0].token,
		client: &http.Client{Transport: transport, Timeout: 30 * time.Second},
	}
}

// get reads an object (or, with nil, only whether the answer is a good one).
func (a *api) get(path string, object any) error {
	// A server that is not up yet may keep a request waiting; those who ask again want to look around in between.
	ctx, cancel := context.WithTimeout(a.ctx, 2*time.Second)
	defer cancel()
	return a.send(ctx, "GET", path, "", object)
}

func (a *api) send(ctx context.Context, method, path, body string, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, a.server+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	request.Header.Set("Content-Type", "application/yaml")
	request.Header.Set("Accept", "application/json")
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

const node = `apiVersion: v1
kind: Node
metadata:
  name: node-1
  labels:
    kubernetes.io/hostname: node-1
    kubernetes.io/os: linux
    kubernetes.io/arch: amd64
status:
  capacity: &resources {cpu: "64", memory: 256Gi, ephemeral-storage: 1Ti, pods: "1000"}
  allocatable: *resources
  addresses:
  - {type: InternalIP, address: 10.240.0.1}
  - {type: Hostname, address: node-1}
  - {type: InternalDNS, address: 127.0.0.1}
  daemonEndpoints:
    kubeletEndpoint: {Port: %d}
  nodeInfo:
    architecture: amd64
    bootID: ""
    containerRuntimeVersion: containerd://2.1.0
    kernelVersion: "6.12"
    kubeProxyVersion: ""
    kubeletVersion: v1.36.3
    machineID: ""
    operatingSystem: linux
    osImage: Linux
    systemUUID: ""
`

const storageClass = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations:
    storageclass.kubernetes.io/is-default-class: "true"
provisioner: coxswain.test/volumes
reclaimPolicy: Delete
volumeBindingMode: Immediate
`

// createFirstObjects makes what an administrator or a kubelet would.
func (a *api) createFirstObjects(kubelet int) error {
	if err := a.send(a.ctx, "POST", "/api/v1/nodes", fmt.Sprintf(node, kubelet), nil); err != nil {
		return err
	}
	return a.send(a.ctx, "POST", "/apis/storage.k8s.io/v1/storageclasses", storageClass, nil)
}

// isSettled says whether pods can be made and scheduled.
func (a *api) isSettled() bool {
	var node struct {
		Spec   struct{ Taints []any }
		Status struct {
			Conditions []struct{ Type, Status string }
		}
	}
	if a.get("/api/v1/nodes/node-1", &node) != nil || len(node.Spec.Taints) > 0 {
		return false
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" && condition.Status == "True" {
			return a.get("/api/v1/namespaces/default/serviceaccounts/default", nil) == nil
		}
	}
	return false
}
