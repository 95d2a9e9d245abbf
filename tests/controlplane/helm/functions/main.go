// Functions writes what Helm's templates can call, and what Helm's own functions answer.
//
// `go run -ldflags=-checklinkname=0 ./functions ../../../testdata/functions`, in the folder of Helm's go.mod, writes
// names.txt there, and results.json: what the expressions of expressions.txt gave.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	_ "unsafe"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
)

//go:linkname functions helm.sh/helm/v4/pkg/engine.funcMap
func functions() template.FuncMap

//go:linkname builtins text/template.builtins
func builtins() template.FuncMap

type row struct {
	Expression string  `json:"expression"`
	Output     *string `json:"output,omitempty"`
	Error      *string `json:"error,omitempty"`
}

func main() {
	folder := os.Args[1]
	// What the engine adds to the table for each rendering is in the table already, as a function that says so.
	names := []string{}
	for name := range functions() {
		names = append(names, name)
	}
	for name := range builtins() {
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	write(filepath.Join(folder, "names.txt"), strings.Join(names, "\n")+"\n")

	rows := []string{}
	for _, expression := range lines(filepath.Join(folder, "expressions.txt")) {
		text, err := json.Marshal(evaluate(expression))
		check(err)
		rows = append(rows, string(text))
	}
	write(filepath.Join(folder, "results.json"), "[\n"+strings.Join(rows, ",\n")+"\n]\n")
}

func evaluate(expression string) row {
	source := expression
	if !strings.Contains(source, "{{") {
		source = "{{ " + source + " }}"
	}
	web := &chart.Chart{
		Metadata:  &chart.Metadata{Name: "web", Version: "1.0.0"},
		Templates: []*common.File{{Name: "t", Data: []byte(source)}},
	}
	out, err := engine.Render(web, common.Values{"Values": map[string]any{}})
	if err != nil {
		message := err.Error()
		return row{Expression: expression, Error: &message}
	}
	text := out["web/t"]
	return row{Expression: expression, Output: &text}
}

func lines(path string) []string {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	found := []string{}
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		if line := scanner.Text(); line != "" && !strings.HasPrefix(line, "#") {
			found = append(found, line)
		}
	}
	return found
}

func write(path, text string) { check(os.WriteFile(path, []byte(text), 0o644)) }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
