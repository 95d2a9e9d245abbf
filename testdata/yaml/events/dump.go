package yaml

import (
	"fmt"
	"strconv"
	"strings"
)

var stages = map[yaml_error_type_t]string{
	yaml_READER_ERROR:  "Characters",
	yaml_SCANNER_ERROR: "Tokens",
	yaml_PARSER_ERROR:  "Structure",
}

var styles = map[yaml_style_t]string{
	yaml_style_t(yaml_PLAIN_SCALAR_STYLE):         "Plain",
	yaml_style_t(yaml_SINGLE_QUOTED_SCALAR_STYLE): "SingleQuoted",
	yaml_style_t(yaml_DOUBLE_QUOTED_SCALAR_STYLE): "DoubleQuoted",
	yaml_style_t(yaml_LITERAL_SCALAR_STYLE):       "Literal",
	yaml_style_t(yaml_FOLDED_SCALAR_STYLE):        "Folded",
}

// Events says which events the parser reports for a text, one a line, and the error that ends them.
func Events(text []byte) []string {
	var lines []string
	p := newParser(text)
	for {
		var e yaml_event_t
		if !yaml_parser_parse(&p.parser, &e) {
			return append(lines, fmt.Sprintf("%s error, %d: %s", stages[p.parser.error], p.parser.problem_mark.line, p.parser.problem))
		}
		line := fmt.Sprintf("%d %s", e.start_mark.line, strings.TrimSuffix(e.typ.String(), " event"))
		if e.anchor != nil {
			line += " &" + string(e.anchor)
		}
		if e.tag != nil {
			line += " <" + string(e.tag) + ">"
		}
		if e.typ == yaml_SCALAR_EVENT {
			line += " " + styles[e.style] + " " + strconv.Quote(string(e.value))
		}
		lines = append(lines, line)
		if e.typ == yaml_STREAM_END_EVENT {
			return lines
		}
	}
}
