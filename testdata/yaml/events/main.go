package main

import (
	"encoding/json"
	"os"

	"events/yaml"
)

type vector struct {
	In     string   `json:"in"`
	Events []string `json:"events"`
}

func main() {
	var vectors []vector
	if err := json.NewDecoder(os.Stdin).Decode(&vectors); err != nil {
		panic(err)
	}
	for i := range vectors {
		vectors[i].Events = yaml.Events([]byte(vectors[i].In))
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	if err := out.Encode(vectors); err != nil {
		panic(err)
	}
}
