package sweep

import (
	"errors"
	"strconv"
	"strings"
)

// Shard is one of several parts of a list of pages. The zero value is the whole list.
type Shard struct{ Index, Of int }

// ParseShard parses a shard such as "3/10", the third of ten.
func ParseShard(text string) (Shard, error) {
	index, of, _ := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if err != nil || err2 != nil || i < 1 || n < 1 || i > n {
		return Shard{}, errors.New("must be INDEX/COUNT, such as 3/10 for the third of ten parts")
	}
	return Shard{i, n}, nil
}

func (s Shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return strconv.Itoa(s.Index) + "/" + strconv.Itoa(s.Of)
}

// Pick returns the visits of the shard. Each visit is in exactly one shard; neighbors,
// which often take equally long, are in different ones.
func (s Shard) Pick(all []*Visit) []*Visit {
	if s.Of == 0 {
		return all
	}
	var part []*Visit
	for i := s.Index - 1; i < len(all); i += s.Of {
		part = append(part, all[i])
	}
	return part
}
