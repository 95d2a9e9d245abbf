// Package stages holds what KWOK does with nodes, pods and volumes, as files.
package stages

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// All returns every stage as one stream of YAML documents.
func All() ([]byte, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, "---\n"...)
		all = append(all, text...)
	}
	return all, nil
}
