// Writes what Go's text/template with sprig makes of each source.
package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

type vector struct {
	Source string `json:"source"`
	Output string `json:"output"`
	Error  string `json:"error,omitempty"`
}

func main() {
	var asked struct {
		Sources []string
		Data    any
	}
	decoder := json.NewDecoder(os.Stdin)
	if err := decoder.Decode(&asked); err != nil {
		panic(err)
	}
	functions := sprig.TxtFuncMap()
	functions["urlenc"] = url.QueryEscape
	made := []vector{}
	for _, source := range asked.Sources {
		made = append(made, render(source, functions, asked.Data))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(made); err != nil {
		panic(err)
	}
}

func render(source string, functions template.FuncMap, data any) (result vector) {
	result.Source = source
	defer func() {
		if r := recover(); r != nil {
			result.Error = "panic"
		}
	}()
	parsed, err := template.New("").Funcs(functions).Parse(source)
	if err != nil {
		result.Error = err.Error()
		return
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, data); err != nil {
		result.Error = err.Error()
		return
	}
	result.Output = out.String()
	return
}
