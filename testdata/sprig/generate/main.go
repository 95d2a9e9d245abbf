// Generate evaluates the expressions of expressions/*.txt with Go's text/template, sprig and Helm's replacements of
// sprig functions, and writes what they gave to ../<chapter>.json, which the table test reads.
//
// Run it in this folder with `go run .` on a machine whose module cache holds the modules of Helm 4.2.4.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

type row struct {
	Expression string  `json:"expression"`
	Output     *string `json:"output,omitempty"`
	Error      *string `json:"error,omitempty"`
}

// functions is sprig's table as Helm exposes it; the functions that Helm replaces behave as in its pkg/engine/funcs.go.
func functions() template.FuncMap {
	table := sprig.TxtFuncMap()
	delete(table, "env")
	delete(table, "expandenv")
	table["toJson"] = func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
	table["mustToJson"] = func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		return string(text)
	}
	table["fromJson"] = func(text string) map[string]any {
		fields := map[string]any{}
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			fields["Error"] = err.Error()
		}
		return fields
	}
	table["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	table["getHostByName"] = func(string) string { return "" }
	return table
}

// location is what text/template puts before a message: where, and in which expression.
var location = regexp.MustCompile(`(?s)^template: t:\d+(:\d+)?: (executing "t" at <.*?>: )?`)

func evaluate(expression string) row {
	source := expression
	if !strings.Contains(source, "{{") {
		source = "{{ " + source + " }}"
	}
	var out bytes.Buffer
	parsed, err := template.New("t").Option("missingkey=zero").Funcs(functions()).Parse(source)
	if err == nil {
		err = parsed.Execute(&out, map[string]any{})
	}
	if err != nil {
		message := location.ReplaceAllString(err.Error(), "")
		return row{Expression: expression, Error: &message}
	}
	text := out.String()
	return row{Expression: expression, Output: &text}
}

func chapter(path string) ([]row, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var rows []row
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		rows = append(rows, evaluate(line))
	}
	return rows, lines.Err()
}

func write(path string, rows []row) error {
	var out bytes.Buffer
	out.WriteString("[")
	for i, one := range rows {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n")
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(one); err != nil {
			return err
		}
		out.Truncate(out.Len() - 1)
	}
	out.WriteString("\n]\n")
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// localZone is the zone that the expressions of a chapter see as the local one: that of a name such as
// dates-local-Europe-Berlin, or UTC.
func localZone(chapter string) (*time.Location, error) {
	_, zone, found := strings.Cut(chapter, "-local-")
	if !found {
		return time.UTC, nil
	}
	return time.LoadLocation(strings.Replace(zone, "-", "/", 1))
}

func main() {
	paths, err := filepath.Glob("expressions/*.txt")
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		if time.Local, err = localZone(name); err != nil {
			log.Fatal(err)
		}
		rows, err := chapter(path)
		if err != nil {
			log.Fatal(err)
		}
		if err := write(filepath.Join("..", name+".json"), rows); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d\n", name, len(rows))
	}
}
