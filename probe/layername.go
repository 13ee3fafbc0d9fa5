package probe

import (
	"fmt"
	"regexp"
	"strings"
)

// layerPath matches a variable or a property path such as "digitalData.events".
var layerPath = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$`)

// neverLayers matches names of built-in globals, which can't be data layers.
var neverLayers = regexp.MustCompile(`^(window|self|globalThis|this|top|parent|document|location|navigator|undefined|null|true|false|NaN|Infinity)$`)

// layerName returns the normalized name of a data layer that the user named: window.x
// becomes x. It returns an error if the name can't be that of a data layer.
func layerName(name string) (string, error) {
	path := name
	for _, owner := range []string{"window.", "self.", "globalThis."} {
		path = strings.TrimPrefix(path, owner)
	}
	first, _, _ := strings.Cut(path, ".")
	switch {
	case !layerPath.MatchString(path):
		return "", fmt.Errorf("data layer %q: it is the name of a variable, such as dataLayer, or a path to an array, such as digitalData.events", name)
	case neverLayers.MatchString(first):
		return "", fmt.Errorf("data layer %q: %s is never a data layer; give the name of the variable that holds the array", name, first)
	case strings.HasSuffix(path, ".push"):
		return "", fmt.Errorf("data layer %q: leave .push out; the name of the array is enough", name)
	}
	return path, nil
}
