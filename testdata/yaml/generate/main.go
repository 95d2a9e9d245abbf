// Writes what go-yaml v3 makes of texts that it reads as nodes and writes back, comments and all: two columns of
// indentation, lists not indented below their key, as kustomize does it.
//
// Run it in a module that requires helm.sh/helm/v4 v4.2.4 with Helm's own go.sum; it reads the cases from the file and
// renews the answers:
//
//	go run . ../yaml-tree.json
package main

import (
	"bytes"
	"encoding/json"
	"os"

	"go.yaml.in/yaml/v3"
)

type testCase struct {
	In    string `json:"in"`
	Out   string `json:"out,omitempty"`
	Error string `json:"error,omitempty"`
}

func answer(in string) testCase {
	var node yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader([]byte(in))).Decode(&node); err != nil {
		return testCase{In: in, Error: err.Error()}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(&node); err != nil {
		panic(err)
	}
	encoder.Close()
	return testCase{In: in, Out: out.String()}
}

func main() {
	var cases []testCase
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	for i := range cases {
		cases[i] = answer(cases[i].In)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(cases); err != nil {
		panic(err)
	}
	if err := os.WriteFile(os.Args[1], out.Bytes(), 0o644); err != nil {
		panic(err)
	}
}
