// Command promql-engine evaluates range queries with Prometheus's own engine, all of its experimental language on.
// The first line of its input is a JSON array of series, each further one a query; it answers line by line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb"
)

// Numbers are texts, as JSON has no NaN; "stale" is a stale marker.
type series struct {
	Labels map[string]string `json:"labels"`
	Times  []int64           `json:"times"`
	Values []string          `json:"values"`
}

type query struct {
	Expr  string `json:"expr"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
	Step  int64  `json:"step"`
}

type answer struct {
	Error  string   `json:"error,omitempty"`
	Series []series `json:"series"`
}

func main() {
	directory, err := os.MkdirTemp("", "promql-engine")
	must(err)
	defer os.RemoveAll(directory)
	options := tsdb.DefaultOptions()
	options.MinBlockDuration = (24 * time.Hour).Milliseconds()
	options.MaxBlockDuration = options.MinBlockDuration
	db, err := tsdb.Open(directory, nil, nil, options, nil)
	must(err)
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<26)
	input.Scan()
	load(db, input.Bytes())
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples:               1_000_000,
		Timeout:                  time.Minute,
		NoStepSubqueryIntervalFn: func(int64) int64 { return time.Minute.Milliseconds() },
		EnableAtModifier:         true,
		EnableNegativeOffset:     true,
		Parser: parser.NewParser(parser.Options{
			EnableExperimentalFunctions:  true,
			ExperimentalDurationExpr:     true,
			EnableExtendedRangeSelectors: true,
			EnableBinopFillModifiers:     true,
		}),
	})
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var q query
		must(json.Unmarshal(input.Bytes(), &q))
		must(output.Encode(evaluate(engine, db, q)))
	}
	must(input.Err())
}

func load(db *tsdb.DB, line []byte) {
	var all []series
	must(json.Unmarshal(line, &all))
	appender := db.Appender(context.Background())
	for _, s := range all {
		for i, text := range s.Values {
			sample := math.Float64frombits(value.StaleNaN)
			if text != "stale" {
				var err error
				sample, err = strconv.ParseFloat(text, 64)
				must(err)
			}
			_, err := appender.Append(0, labels.FromMap(s.Labels), s.Times[i], sample)
			must(err)
		}
	}
	must(appender.Commit())
}

func evaluate(engine *promql.Engine, db *tsdb.DB, q query) answer {
	step := time.Duration(q.Step) * time.Millisecond
	prepared, err := engine.NewRangeQuery(context.Background(), db, nil, q.Expr, time.UnixMilli(q.Start), time.UnixMilli(q.End), step)
	if err != nil {
		return answer{Error: err.Error()}
	}
	defer prepared.Close()
	result := prepared.Exec(context.Background())
	matrix, err := result.Matrix()
	if err != nil {
		return answer{Error: err.Error()}
	}
	out := answer{Series: []series{}}
	for _, s := range matrix {
		one := series{Labels: s.Metric.Map()}
		for _, point := range s.Floats {
			one.Times = append(one.Times, point.T)
			one.Values = append(one.Values, strconv.FormatFloat(point.F, 'g', -1, 64))
		}
		out.Series = append(out.Series, one)
	}
	return out
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
