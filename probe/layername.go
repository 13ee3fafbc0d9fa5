package probe

import (
	"fmt"
	"regexp"
	"strings"
)

// layerPath matches a variable, or one that is a property of others: "digitalData.events".
var layerPath = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$`)

// neverLayers are names that stand for something else in every page.
var neverLayers = regexp.MustCompile(`^(window|self|globalThis|this|top|parent|document|location|navigator|undefined|null|true|false|NaN|Infinity)$`)

// layerName returns what a data layer that the user named is called: window.x is x. It is
// an error if the name can never be that of a data layer.
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
