// Writes what cel-go makes of each expression, with the extensions that Heimdall enables.
package main

import (
	"encoding/json"
	"os"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
)

type vector struct {
	Source string `json:"source"`
	Output string `json:"output,omitempty"`
	// Compile or evaluate: where it failed.
	Error string `json:"error,omitempty"`
}

func main() {
	var asked struct {
		Sources []string
		Payload any
	}
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	environment, err := cel.NewEnv(cel.DefaultUTCTimeZone(true),
		ext.Lists(), ext.Encoders(), ext.Math(), ext.Sets(), ext.Strings(),
		cel.Variable("Payload", cel.DynType))
	if err != nil {
		panic(err)
	}
	made := []vector{}
	for _, source := range asked.Sources {
		made = append(made, evaluate(environment, source, asked.Payload))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(made); err != nil {
		panic(err)
	}
}

// A value is compared as the text that "%s" makes of it.
func evaluate(environment *cel.Env, source string, payload any) vector {
	tree, issues := environment.Compile(`"%s".format([` + source + `])`)
	if issues.Err() != nil {
		return vector{Source: source, Error: "compile"}
	}
	program, err := environment.Program(tree)
	if err != nil {
		return vector{Source: source, Error: "compile"}
	}
	result, _, err := program.Eval(map[string]any{"Payload": payload})
	if err != nil {
		return vector{Source: source, Error: "evaluate"}
	}
	return vector{Source: source, Output: result.Value().(string)}
}
