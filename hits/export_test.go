package hits

import "slices"

// Vendors returns the names of the vendors that are known, in order.
func Vendors() []string {
	var names []string
	for _, v := range vendors() {
		names = append(names, v.Vendor)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
