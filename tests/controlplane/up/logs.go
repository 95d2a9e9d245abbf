package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// pod is what the log server needs to know of one.
type pod struct {
	Metadata struct{ Annotations map[string]string }
	Status   struct{ InitContainerStatuses, ContainerStatuses []container }
}

type container struct {
	Name, Image  string
	RestartCount int
	State        struct {
		Waiting    *waiting
		Terminated *struct{ ExitCode int }
	}
	LastState struct{ Terminated *struct{ ExitCode int } }
}

type waiting struct{ Reason string }

// why says in a kubelet's words what a container waits for.
func (w waiting) why() string {
	switch w.Reason {
	case "ErrImagePull":
		return "image can't be pulled"
	case "ImagePullBackOff":
		return "trying and failing to pull image"
	default:
		return w.Reason
	}
}

// serveLogs plays the part of a kubelet that the API server asks for the logs of containers, and returns its port.
func serveLogs(api *api, keys *credentials) (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", func(w http.ResponseWriter, r *http.Request) {
		var pod pod
		path := fmt.Sprintf("/api/v1/namespaces/%s/pods/%s", r.PathValue("namespace"), r.PathValue("pod"))
		if err := api.get(path, &pod); err != nil {
			refuse(w, http.StatusNotFound, err)
			return
		}
		query := r.URL.Query()
		text, err := pod.log(r.PathValue("container"), r.PathValue("pod"), query.Get("previous") == "true")
		if err != nil {
			refuse(w, http.StatusBadRequest, err)
			return
		}
		fmt.Fprint(w, cut(text, query.Get("tailLines"), query.Get("limitBytes")))
	})
	server := &http.Server{Handler: mux, TLSConfig: &tls.Config{Certificates: []tls.Certificate{keys.certificate}}}
	go server.ServeTLS(listener, "", "")
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// refuse answers with an error; the API server hands on its text as it is.
func refuse(w http.ResponseWriter, status int, err error) {
	w.WriteHeader(status)
	fmt.Fprint(w, err)
}

// log returns what a container has said: the pod's annotation for it, or a few lines that fit its state.
func (p *pod) log(name, podName string, previous bool) (string, error) {
	for _, c := range append(p.Status.InitContainerStatuses, p.Status.ContainerStatuses...) {
		if c.Name != name {
			continue
		}
		ended, crashed := c.State.Terminated, c.LastState.Terminated
		switch {
		case previous && crashed == nil:
			return "", fmt.Errorf("previous terminated container %q in pod %q not found", name, podName)
		case previous || ended == nil && crashed != nil:
			ended = crashed
		case c.State.Waiting != nil:
			return "", fmt.Errorf("container %q in pod %q is waiting to start: %s", name, podName, c.State.Waiting.why())
		}
		if text, ok := p.Metadata.Annotations["coxswain.test/logs"]; ok {
			return text, nil
		}
		text := fmt.Sprintf("starting %s from %s\n", name, c.Image)
		switch {
		case ended == nil:
			text += "listening\n"
		case ended.ExitCode == 0:
			text += "done\n"
		default:
			text += fmt.Sprintf("error: cannot go on\nexit code %d\n", ended.ExitCode)
		}
		return text, nil
	}
	return "", fmt.Errorf("container %q in pod %q is not known", name, podName)
}

// cut keeps the last lines and the first bytes, where the query says how many.
func cut(text, tailLines, limitBytes string) string {
	if count, err := strconv.Atoi(tailLines); err == nil {
		lines := strings.SplitAfter(text, "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		text = strings.Join(lines[max(0, len(lines)-count):], "")
	}
	if count, err := strconv.Atoi(limitBytes); err == nil {
		text = text[:min(count, len(text))]
	}
	return text
}
