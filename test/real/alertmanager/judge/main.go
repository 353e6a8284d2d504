// Command judge answers questions with Alertmanager's own code, in its default mode. Each line of its input is a JSON
// object with one question; it answers line by line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v2"

	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/config/common"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/eventrecorder"
	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/inhibit"
	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/alertmanager/provider"
	"github.com/prometheus/alertmanager/timeinterval"
)

// YAML is read as in a configuration; JSON is YAML.
type question struct {
	Matchers  *string          `json:"matchers"`
	Matcher   *string          `json:"matcher"`
	Interval  json.RawMessage  `json:"interval"`
	Times     []int64          `json:"times"`
	Inhibit   json.RawMessage  `json:"inhibit"`
	Firing    []model.LabelSet `json:"firing"`
	Config    *string          `json:"config"`
	LabelSets []model.LabelSet `json:"labelSets"`
}

type answer struct {
	Error     string      `json:"error,omitempty"`
	Matchers  [][3]string `json:"matchers,omitempty"`
	Holds     []bool      `json:"holds,omitempty"`
	Receivers [][]string  `json:"receivers,omitempty"`
}

var quiet = slog.New(slog.DiscardHandler)

func main() {
	compat.InitFromFlags(quiet, featurecontrol.NoopFlags{})
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for decoder := json.NewDecoder(in); decoder.More(); {
		var q question
		if err := decoder.Decode(&q); err != nil {
			panic(err)
		}
		a, err := reply(q)
		if err != nil {
			a.Error = err.Error()
		}
		if err := out.Encode(a); err != nil {
			panic(err)
		}
	}
}

func reply(q question) (answer, error) {
	switch {
	case q.Matchers != nil:
		found, err := compat.Matchers(*q.Matchers, "judge")
		return answer{Matchers: tell(found)}, err
	case q.Matcher != nil:
		found, err := compat.Matcher(*q.Matcher, "judge")
		if err != nil {
			return answer{}, err
		}
		return answer{Matchers: tell(labels.Matchers{found})}, nil
	case q.Interval != nil:
		return intervals(q)
	case q.Inhibit != nil:
		return inhibited(q)
	default:
		return routed(q)
	}
}

func tell(matchers labels.Matchers) [][3]string {
	told := [][3]string{}
	for _, m := range matchers {
		told = append(told, [3]string{m.Name, m.Type.String(), m.Value})
	}
	return told
}

func intervals(q question) (answer, error) {
	var interval timeinterval.TimeInterval
	if err := yaml.Unmarshal(q.Interval, &interval); err != nil {
		return answer{}, err
	}
	var a answer
	for _, ms := range q.Times {
		a.Holds = append(a.Holds, interval.ContainsTime(time.UnixMilli(ms).UTC()))
	}
	return a, nil
}

func inhibited(q question) (answer, error) {
	var rules []common.InhibitRule
	if err := yaml.Unmarshal(q.Inhibit, &rules); err != nil {
		return answer{}, err
	}
	inhibitor := inhibit.NewInhibitor(fixed(q.Firing), rules, quiet, eventrecorder.NopRecorder())
	go inhibitor.Run()
	inhibitor.WaitForLoading()
	defer inhibitor.Stop()
	var a answer
	for _, set := range q.LabelSets {
		a.Holds = append(a.Holds, inhibitor.Mutes(context.Background(), set))
	}
	return a, nil
}

func routed(q question) (answer, error) {
	loaded, err := config.Load(*q.Config)
	if err != nil {
		return answer{}, err
	}
	root := dispatch.NewRoute(loaded.Route, nil)
	var a answer
	for _, set := range q.LabelSets {
		var receivers []string
		for _, route := range root.Match(set) {
			receivers = append(receivers, route.RouteOpts.Receiver)
		}
		a.Receivers = append(a.Receivers, receivers)
	}
	return a, nil
}

// fixed is a provider of alerts that fire and do not change.
type fixed []model.LabelSet

func (f fixed) SlurpAndSubscribe(string) ([]*alert.Alert, provider.AlertIterator) {
	var alerts []*alert.Alert
	now := time.Now()
	for _, set := range f {
		a := &alert.Alert{Alert: model.Alert{Labels: set, StartsAt: now, EndsAt: now.Add(time.Hour)}, UpdatedAt: now}
		alerts = append(alerts, a)
	}
	return alerts, f.Subscribe("")
}

func (f fixed) Subscribe(string) provider.AlertIterator {
	return provider.NewAlertIterator(make(chan *provider.Alert), make(chan struct{}), nil)
}

func (f fixed) GetPending() provider.AlertIterator          { return nil }
func (f fixed) Get(model.Fingerprint) (*alert.Alert, error) { return nil, nil }
func (f fixed) Put(context.Context, ...*alert.Alert) error  { return nil }
