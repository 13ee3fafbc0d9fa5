package rules_test

import (
	"reflect"
	"testing"

	"layertap/rules"
)

// Two findings are equal only if all fields are.
func TestFindingEqual(t *testing.T) {
	for i := range reflect.TypeFor[rules.Finding]().NumField() {
		var a, b rules.Finding
		switch field := reflect.ValueOf(&b).Elem().Field(i); field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		case reflect.Int:
			field.SetInt(1)
		default:
			field.SetUint(1)
		}
		if !b.Equal(&b) || a.Equal(&b) {
			t.Errorf("%s does not count", reflect.TypeFor[rules.Finding]().Field(i).Name)
		}
	}
}
