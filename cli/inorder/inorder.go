// Package inorder processes items concurrently, and yields the results in order.
package inorder

import (
	"context"
	"iter"
	"runtime"

	"layertap/crash"
)

// Each yields the result of do for each of the items, in order; an error ends it. Items
// are processed ahead, as many at once as there are processors.
func Each[Item, Result any](
	ctx context.Context, items []Item, do func(context.Context, Item) (Result, error),
) iter.Seq2[Result, error] {
	type outcome struct {
		result Result
		err    error
	}
	return func(yield func(Result, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		begun := make(chan chan outcome, runtime.GOMAXPROCS(0)-1) // plus the one that is waited for
		go func() {
			defer close(begun)
			for _, item := range items {
				done := make(chan outcome, 1)
				select {
				case begun <- done:
				case <-ctx.Done():
					return
				}
				go func() {
					var o outcome
					o.err = crash.Guard(func() (err error) {
						o.result, err = do(ctx, item)
						return err
					})
					done <- o
				}()
			}
		}()
		for done := range begun {
			o := <-done
			if !yield(o.result, o.err) || o.err != nil {
				return
			}
		}
	}
}
