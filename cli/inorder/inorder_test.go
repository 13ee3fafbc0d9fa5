package inorder_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"layertap/cli/inorder"
)

var errOdd = errors.New("it is odd")

func TestEach(t *testing.T) {
	items := []int{0, 2, 4, 6, 8, 10, 12}
	double := func(_ context.Context, n int) (int, error) {
		if n%2 == 1 {
			return 0, errOdd
		}
		return 2 * n, nil
	}
	var got []int
	for n, err := range inorder.Each(t.Context(), items, double) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	if want := []int{0, 4, 8, 12, 16, 20, 24}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}

	got = nil
	var failed error
	for n, err := range inorder.Each(t.Context(), []int{2, 3, 4}, double) {
		if failed = err; err == nil {
			got = append(got, n)
		}
	}
	if !errors.Is(failed, errOdd) || !slices.Equal(got, []int{4}) {
		t.Errorf("%v and then error %v; want 4, and that the next is odd", got, failed)
	}

	for _, err := range inorder.Each(t.Context(), []int{2}, func(context.Context, int) (int, error) { panic("no") }) {
		if err == nil {
			t.Error("a panic ended without an error")
		}
	}
}
