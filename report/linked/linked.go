// Package linked tracks which messages a document contains, so that it only links to those.
package linked

// Messages are the messages in a document, by sequence number.
type Messages map[int]bool

// Message is a reference to a message.
type Message struct {
	Seq   int
	Shown bool // whether the document has it
}

// To returns a reference to the message with a sequence number.
func (m Messages) To(seq int) Message { return Message{seq, m[seq]} }
