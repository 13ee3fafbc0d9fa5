package plan

import (
	"maps"
	"slices"
	"strings"

	"layertap/rules/spelling"
)

// schemaWords are the keywords of JSON Schema, drafts 07 and 2020-12
// (https://json-schema.org/draft/2020-12/json-schema-validation), and where they
// contain schemas.
var schemaWords = map[string]schemaPlace{
	"type": noSchema, "enum": noSchema, "const": noSchema, "multipleOf": noSchema, "maximum": noSchema, "exclusiveMaximum": noSchema,
	"minimum": noSchema, "exclusiveMinimum": noSchema, "maxLength": noSchema, "minLength": noSchema, "pattern": noSchema,
	"maxItems": noSchema, "minItems": noSchema, "uniqueItems": noSchema, "maxContains": noSchema, "minContains": noSchema,
	"maxProperties": noSchema, "minProperties": noSchema, "required": noSchema, "dependentRequired": noSchema, "format": noSchema,
	"title": noSchema, "description": noSchema, "default": noSchema, "deprecated": noSchema, "readOnly": noSchema,
	"writeOnly": noSchema, "examples": noSchema, "contentEncoding": noSchema, "contentMediaType": noSchema,
	"$schema": noSchema, "$id": noSchema, "$ref": noSchema, "$anchor": noSchema, "$comment": noSchema, "$dynamicRef": noSchema,
	"$dynamicAnchor": noSchema, "$vocabulary": noSchema,
	"items": oneSchema, "additionalItems": oneSchema, "additionalProperties": oneSchema, "contains": oneSchema, "not": oneSchema,
	"if": oneSchema, "then": oneSchema, "else": oneSchema, "propertyNames": oneSchema, "unevaluatedItems": oneSchema,
	"unevaluatedProperties": oneSchema, "contentSchema": oneSchema,
	"allOf": listOfSchemas, "anyOf": listOfSchemas, "oneOf": listOfSchemas, "prefixItems": listOfSchemas,
	"properties": namedSchemas, "patternProperties": namedSchemas, "$defs": namedSchemas, "definitions": namedSchemas,
	"dependentSchemas": namedSchemas, "dependencies": namedSchemas,
}

type schemaPlace uint8

const (
	noSchema schemaPlace = iota
	oneSchema
	listOfSchemas
	namedSchemas
)

// schema advises on misspelled keywords in a JSON Schema, which ignores unknown
// keywords.
func (a *adviser) schema(e *Event, source any) {
	object, ok := source.(map[string]any)
	if !ok {
		return
	}
	for _, word := range slices.Sorted(maps.Keys(object)) {
		place, known := schemaWords[word]
		if !known {
			if near := spelling.New(slices.Sorted(maps.Keys(schemaWords))).Near(word); len(near) > 0 && !strings.HasPrefix(word, "x-") {
				a.advise(a.key("events", e.Name), "%q isn't a JSON Schema keyword and has no effect; did you mean %q?", word, near[0].Name)
			}
			continue
		}
		switch under := object[word].(type) {
		case map[string]any:
			if place == oneSchema {
				a.schema(e, under)
			}
			for _, name := range slices.Sorted(maps.Keys(under)) {
				if place == namedSchemas {
					a.schema(e, under[name])
				}
			}
		case []any:
			for _, part := range under {
				if place == listOfSchemas || place == oneSchema {
					a.schema(e, part)
				}
			}
		}
	}
}
