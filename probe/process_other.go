//go:build !unix

package probe

// alive reports whether a process runs; where nobody can tell, it does not.
func alive(int) bool { return false }
