// Runs the cases through Go's text/template and writes down what comes out.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

// Thing is a host object with fields and methods.
type Thing struct {
	Name  string
	Count int
	Any   any
}

func (t *Thing) Hello(name string) string { return "hello " + name + " from " + t.Name }
func (t *Thing) Sum(first int, rest ...int) int {
	for _, n := range rest {
		first += n
	}
	return first
}
func (t *Thing) Fail() (string, error) { return "", errors.New("thing failed") }

// Named prints itself.
type Named struct{ Label string }

func (n Named) String() string { return "<" + n.Label + ">" }

func functions() template.FuncMap {
	return template.FuncMap{
		"int64":     func(f float64) int64 { return int64(f) },
		"uint64":    func(f float64) uint64 { return uint64(f) },
		"byte":      func(f float64) uint8 { return uint8(f) },
		"float32":   func(f float64) float32 { return float32(f) },
		"strings":   func(s ...string) []string { return s },
		"ints":      func(n ...int) []int { return n },
		"list":      func(v ...any) []any { return v },
		"bytes":     func(s string) []byte { return []byte(s) },
		"dict":      dict,
		"strdict":   func(k, v string) map[string]string { return map[string]string{k: v} },
		"set":       func(m map[string]any, k string, v any) string { m[k] = v; return "" },
		"fail":      func(s string) (string, error) { return "", errors.New(s) },
		"panics":    func(s string) string { panic(s) },
		"add":       func(a, b int) int { return a + b },
		"takes64":   func(n int64) string { return fmt.Sprintf("%T %d", n, n) },
		"takesf":    func(f float64) string { return fmt.Sprintf("%T %v", f, f) },
		"takesmap":  func(m map[string]any) int { return len(m) },
		"takesl":    func(l []any) int { return len(l) },
		"takesstr":  func(l []string) int { return len(l) },
		"takesany":  func(v any) string { return fmt.Sprintf("%T", v) },
		"takesbool": func(b bool) bool { return b },
		"joinall":   func(sep string, v ...any) string { return fmt.Sprint(len(v)) + sep },
		"nothing":   func() any { return nil },
		"nilslice":  func() []any { return nil },
		"nilmap":    func() map[string]any { return nil },
		"thing":     func() *Thing { return &Thing{Name: "t", Count: 3, Any: 1.5} },
		"plain":     func() Thing { return Thing{Name: "p", Count: 4} },
		"named":     func(s string) Named { return Named{s} },
		"duration":  func(s string) (time.Duration, error) { return time.ParseDuration(s) },
	}
}

func dict(v ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(v); i += 2 {
		m[fmt.Sprint(v[i])] = v[i+1]
	}
	return m
}

func run(options, data, text string) (string, error) {
	var value any
	if err := json.Unmarshal([]byte(data), &value); err != nil {
		panic(err)
	}
	t := template.New("case").Funcs(functions())
	if options != "" {
		t.Option(options)
	}
	if _, err := t.Parse(text); err != nil {
		return "", err
	}
	var out bytes.Buffer
	err := t.Execute(&out, value)
	return out.String(), err
}

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.txt"))
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		var out strings.Builder
		for _, section := range strings.Split("\n"+string(content), "\n=== ")[1:] {
			head, rest, _ := strings.Cut(section, "\n")
			data, text, _ := strings.Cut(rest, "\n")
			title, options, _ := strings.Cut(head, " | ")
			output, err := run(options, data, strings.TrimSuffix(text, "\n"))
			result := map[string]string{"title": title, "output": output}
			if err != nil {
				result = map[string]string{"title": title, "error": err.Error()}
			}
			line, _ := json.Marshal(result)
			out.Write(line)
			out.WriteByte('\n')
		}
		target := filepath.Join(os.Args[2], filepath.Base(file))
		if err := os.WriteFile(target, []byte(out.String()), 0o644); err != nil {
			panic(err)
		}
	}
}
