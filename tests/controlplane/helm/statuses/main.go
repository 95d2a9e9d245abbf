// Statuses writes what Helm's watcher makes of objects: kstatus, which says how they are.
//
// `go run ./statuses ../../../testdata/statuses`, in the folder of Helm's go.mod, reads objects.json there and writes
// results.json: status and message of each.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type result struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

func main() {
	folder := os.Args[1]
	text, err := os.ReadFile(filepath.Join(folder, "objects.json"))
	if err != nil {
		log.Fatal(err)
	}
	var objects []map[string]any
	if err := json.Unmarshal(text, &objects); err != nil {
		log.Fatal(err)
	}
	results := []result{}
	for _, object := range objects {
		// Numbers are whole in what the API server sends.
		raw, err := json.Marshal(object)
		if err != nil {
			log.Fatal(err)
		}
		var live unstructured.Unstructured
		if err := live.UnmarshalJSON(raw); err != nil {
			log.Fatal(err)
		}
		computed, err := status.Compute(&live)
		if err != nil {
			results = append(results, result{Status: "Error", Message: err.Error()})
			continue
		}
		results = append(results, result{Status: string(computed.Status), Message: computed.Message})
	}
	text, err = json.MarshalIndent(results, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "results.json"), append(text, '\n'), 0o644); err != nil {
		log.Fatal(err)
	}
}
