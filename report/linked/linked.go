// Package linked knows which messages a document has, so that it links to no other.
package linked

// Messages are the messages that a document has, by their sequence numbers.
type Messages map[int]bool

// Message is a mention of a message.
type Message struct {
	Seq   int
	Shown bool // whether the document has it
}

// To mentions the message with a sequence number.
func (m Messages) To(seq int) Message { return Message{seq, m[seq]} }
