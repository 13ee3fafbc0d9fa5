// Package parquet writes tables as Parquet files
// (https://parquet.apache.org/docs/file-format). Only one row group is in memory at a time.
//
// It builds files from the format definitions of parquet-go. That library's own writer,
// with all types and encodings, would make the program several megabytes larger.
package parquet

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// Type is the type of a column. All columns are optional.
type Type int

// The types, with the Go types that [Writer.Row] accepts.
const (
	Text    Type = iota // a string
	JSON                // a string or bytes
	Integer             // an int
	Double              // a float64
	Boolean             // a bool
	Time                // a time.Time, stored in microseconds
)

// Column is a column of a table.
type Column struct {
	Name string
	Type Type
}

// The maximum size of a row group.
const (
	mostRows  = 100_000
	mostBytes = 32 << 20
)

const magic = "PAR1"

// Writer writes one table. Missing values take no space.
type Writer struct {
	to      *counter
	columns []*column
	rows    int // in the current row group
	all     int64
	groups  []format.RowGroup
	packer  *zstd.Encoder
}

// column has the values of a column in the current row group.
type column struct {
	Column
	values []byte // those that aren't missing, encoded as PLAIN
	there  []bool // by row
	bits   int    // values of a Boolean column
}

// NewWriter starts a table in w.
func NewWriter(w io.Writer, columns ...Column) (*Writer, error) {
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	t := &Writer{to: &counter{w: w}, packer: packer}
	for _, c := range columns {
		t.columns = append(t.columns, &column{Column: c})
	}
	return t, t.to.write([]byte(magic))
}

// Row adds a row: a value for each column, nil if it is missing.
func (w *Writer) Row(values ...any) error {
	if len(values) != len(w.columns) {
		return fmt.Errorf("a row has %d values, and the table %d columns", len(values), len(w.columns))
	}
	size := 0
	for i, c := range w.columns {
		if err := c.add(values[i]); err != nil {
			return err
		}
		size += len(c.values)
	}
	if w.rows++; w.rows >= mostRows || size >= mostBytes {
		return w.flush()
	}
	return nil
}

// Close writes the last row group and the table's metadata. It doesn't close the underlying
// writer.
func (w *Writer) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	text, err := thrift.Marshal(new(thrift.CompactProtocol), &format.FileMetaData{
		Version: 2, Schema: w.schema(), NumRows: w.all, RowGroups: w.groups, CreatedBy: "layertap",
	})
	if err != nil {
		return err
	}
	text = binary.LittleEndian.AppendUint32(text, uint32(len(text))) //nolint:gosec // some hundred bytes for each row group
	return w.to.write(append(text, magic...))
}

// add adds a value in the encoding PLAIN.
func (c *column) add(value any) error {
	c.there = append(c.there, value != nil)
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		if c.Type == Text || c.Type == JSON {
			c.text(strings.ToValidUTF8(v, "\uFFFD"))
			return nil
		}
	case []byte:
		if c.Type == JSON {
			c.text(strings.ToValidUTF8(string(v), "\uFFFD"))
			return nil
		}
	case int:
		if c.Type == Integer {
			c.values = binary.LittleEndian.AppendUint64(c.values, uint64(v)) //nolint:gosec // two's complement, as the format has it
			return nil
		}
	case float64:
		if c.Type == Double {
			c.values = binary.LittleEndian.AppendUint64(c.values, math.Float64bits(v))
			return nil
		}
	case bool:
		if c.Type == Boolean {
			c.bit(v)
			return nil
		}
	case time.Time:
		if c.Type == Time {
			c.values = binary.LittleEndian.AppendUint64(c.values, uint64(v.UnixMicro())) //nolint:gosec // likewise
			return nil
		}
	}
	return fmt.Errorf("column %s takes no %T", c.Name, value)
}

func (c *column) text(v string) {
	c.values = binary.LittleEndian.AppendUint32(c.values, uint32(len(v))) //nolint:gosec // no value is as large as 4 GB
	c.values = append(c.values, v...)
}

// bit adds a bit; the first one is the lowest of its byte.
func (c *column) bit(v bool) {
	if c.bits%8 == 0 {
		c.values = append(c.values, 0)
	}
	if v {
		c.values[len(c.values)-1] |= 1 << (c.bits % 8)
	}
	c.bits++
}

// flush writes the row group.
func (w *Writer) flush() error {
	if w.rows == 0 {
		return nil
	}
	group := format.RowGroup{NumRows: int64(w.rows), FileOffset: w.to.n, Ordinal: int16(min(len(w.groups), math.MaxInt16))} //nolint:gosec // bounded
	for _, c := range w.columns {
		chunk, err := w.chunk(c)
		if err != nil {
			return err
		}
		group.Columns = append(group.Columns, format.ColumnChunk{MetaData: chunk})
		group.TotalByteSize += chunk.TotalUncompressedSize
		group.TotalCompressedSize += chunk.TotalCompressedSize
		c.values, c.there, c.bits = c.values[:0], c.there[:0], 0
	}
	w.groups, w.all, w.rows = append(w.groups, group), w.all+int64(w.rows), 0
	return nil
}

// chunk writes a column of the row group as one page.
func (w *Writer) chunk(c *column) (format.ColumnMetaData, error) {
	levels := c.levels()
	page := binary.LittleEndian.AppendUint32(nil, uint32(len(levels))) //nolint:gosec // a row group is bounded
	page = append(append(page, levels...), c.values...)
	packed := w.packer.EncodeAll(page, nil)
	header, err := thrift.Marshal(new(thrift.CompactProtocol), &format.PageHeader{
		Type: format.DataPage, UncompressedPageSize: int32(len(page)), CompressedPageSize: int32(len(packed)), //nolint:gosec // likewise
		DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues: int32(len(c.there)), Encoding: format.Plain, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE, //nolint:gosec // likewise
		}),
	})
	if err != nil {
		return format.ColumnMetaData{}, err
	}
	at := w.to.n
	return format.ColumnMetaData{
		Type: physical[c.Type], Encoding: []format.Encoding{format.Plain, format.RLE}, PathInSchema: []string{c.Name}, Codec: format.Zstd,
		NumValues: int64(len(c.there)), TotalUncompressedSize: int64(len(header) + len(page)), TotalCompressedSize: int64(len(header) + len(packed)),
		DataPageOffset: at,
	}, w.to.write(append(header, packed...))
}

// levels encodes for each row whether it has a value, as runs of their length shifted left
// by one bit, and the value
// (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE).
func (c *column) levels() []byte {
	var levels []byte
	for i := 0; i < len(c.there); {
		end := i
		for end < len(c.there) && c.there[end] == c.there[i] {
			end++
		}
		levels = binary.AppendUvarint(levels, uint64(end-i)<<1) //nolint:gosec // not negative
		level := byte(0)
		if c.there[i] {
			level = 1
		}
		levels = append(levels, level)
		i = end
	}
	return levels
}

var physical = map[Type]format.Type{
	Text: format.ByteArray, JSON: format.ByteArray, Integer: format.Int64, Double: format.Double, Boolean: format.Boolean, Time: format.Int64,
}

// schema describes the columns as the leaves of a root element.
func (w *Writer) schema() []format.SchemaElement {
	schema := []format.SchemaElement{{Name: "table", NumChildren: thrift.New(int32(len(w.columns)))}} //nolint:gosec // some dozen
	for _, c := range w.columns {
		leaf := format.SchemaElement{Name: c.Name, Type: thrift.New(physical[c.Type]), RepetitionType: thrift.New(format.Optional)}
		switch c.Type {
		case Text:
			leaf.ConvertedType, leaf.LogicalType.Value = thrift.New(deprecated.UTF8), &format.StringType{}
		case JSON:
			leaf.ConvertedType, leaf.LogicalType.Value = thrift.New(deprecated.Json), &format.JsonType{}
		case Time:
			leaf.ConvertedType = thrift.New(deprecated.TimestampMicros)
			leaf.LogicalType.Value = &format.TimestampType{IsAdjustedToUTC: true, Unit: format.TimeUnit{Value: &format.MicroSeconds{}}}
		}
		schema = append(schema, leaf)
	}
	return schema
}

// counter counts the bytes written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) write(text []byte) error {
	n, err := c.w.Write(text)
	c.n += int64(n)
	return err
}
