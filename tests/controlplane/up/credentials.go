package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// user is somebody whom the API server knows by a token.
type user struct{ name, group, token string }

// credentials are made anew for each start.
type credentials struct {
	port        int
	authority   []byte // PEM
	roots       *x509.CertPool
	certificate tls.Certificate
	servers     []user
	people      []user
}

// newCredentials makes keys, certificates and tokens, and writes those that servers read.
func newCredentials(dir string, port int) (*credentials, error) {
	const masters = "system:masters"
	c := &credentials{
		port:  port,
		roots: x509.NewCertPool(),
		servers: []user{
			{"up", masters, rand.Text()},
			{"kwok", masters, rand.Text()},
			{"system:kube-controller-manager", masters, rand.Text()},
			{"system:kube-scheduler", masters, rand.Text()},
		},
		people: []user{
			{"admin", masters, rand.Text()},
			{"viewer", "", rand.Text()},
			{"nobody", "", rand.Text()},
		},
	}
	files, err := c.certify()
	if err != nil {
		return nil, err
	}
	var tokens strings.Builder
	for _, u := range append(c.servers, c.people...) {
		fmt.Fprintf(&tokens, "%s,%s,%s,%q\n", u.token, u.name, u.name, u.group)
	}
	files["tokens.csv"] = []byte(tokens.String())
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// certify makes an authority, a server certificate signed by it, and the key of the service accounts.
func (c *credentials) certify() (map[string][]byte, error) {
	authorityKey, authorityPEM, err := newKey()
	if err != nil {
		return nil, err
	}
	serverKey, serverPEM, err := newKey()
	if err != nil {
		return nil, err
	}
	_, accountsPEM, err := newKey()
	if err != nil {
		return nil, err
	}
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "kubernetes"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(1, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "kube-apiserver"},
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 96, 0, 1)},
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		return nil, err
	}
	serverDER, err := x509.CreateCertificate(rand.Reader, server, authority, &serverKey.PublicKey, authorityKey)
	if err != nil {
		return nil, err
	}
	c.authority = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER})
	c.roots.AppendCertsFromPEM(c.authority)
	c.certificate = tls.Certificate{Certificate: [][]byte{serverDER}, PrivateKey: serverKey}
	return map[string][]byte{
		"ca.crt":       c.authority,
		"ca.key":       authorityPEM,
		"server.crt":   pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: serverDER}),
		"server.key":   serverPEM,
		"accounts.key": accountsPEM,
	}, nil
}

func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}

func (c *credentials) server() string {
	return fmt.Sprintf("https://127.0.0.1:%d", c.port)
}

// writeKubeconfigs writes one with a context for each of the people, and one for each server.
func (c *credentials) writeKubeconfigs(path, dir string) error {
	for _, u := range c.servers {
		own := filepath.Join(dir, u.name+".kubeconfig")
		if err := os.WriteFile(own, c.kubeconfig(u), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(path, c.kubeconfig(c.people...), 0o600)
}

// kubeconfig has a context named after each user; the first is the current one.
func (c *credentials) kubeconfig(users ...user) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: Config\nclusters:\n- name: test\n  cluster:\n")
	fmt.Fprintf(&b, "    server: %s\n", c.server())
	fmt.Fprintf(&b, "    certificate-authority-data: %s\n", base64.StdEncoding.EncodeToString(c.authority))
	b.WriteString("users:\n")
	for _, u := range users {
		fmt.Fprintf(&b, "- name: %s\n  user:\n    token: %s\n", u.name, u.token)
	}
	b.WriteString("contexts:\n")
	for _, u := range users {
		fmt.Fprintf(&b, "- name: %s\n  context:\n    cluster: test\n    user: %s\n", u.name, u.name)
	}
	fmt.Fprintf(&b, "current-context: %s\n", users[0].name)
	return []byte(b.String())
}
