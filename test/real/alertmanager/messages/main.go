// Command messages shows what Alertmanager makes of alerts that are posted to it: whether it takes them, their
// fingerprints, and the message that its webhook would post. It reads one JSON object and answers with one.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"

	"github.com/go-openapi/strfmt"
	commoncfg "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	apiv2 "github.com/prometheus/alertmanager/api/v2"
	"github.com/prometheus/alertmanager/api/v2/models"
	"github.com/prometheus/alertmanager/config/common"
	"github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/notify/webhook"
	"github.com/prometheus/alertmanager/template"
)

type question struct {
	Alerts      json.RawMessage `json:"alerts"`
	Receiver    string          `json:"receiver"`
	GroupKey    string          `json:"groupKey"`
	GroupLabels model.LabelSet  `json:"groupLabels"`
	ExternalURL string          `json:"externalURL"`
	MaxAlerts   uint64          `json:"maxAlerts"`
}

type answer struct {
	Fingerprints []string        `json:"fingerprints"`
	Message      json.RawMessage `json:"message"`
}

var quiet = slog.New(slog.DiscardHandler)

func main() {
	var q question
	must(json.NewDecoder(os.Stdin).Decode(&q))
	var posted models.PostableAlerts
	must(json.Unmarshal(q.Alerts, &posted))
	must(posted.Validate(strfmt.Default))
	ctx := context.Background()
	alerts := apiv2.OpenAPIAlertsToAlerts(ctx, posted)
	var a answer
	for _, each := range alerts {
		must(each.Validate())
		a.Fingerprints = append(a.Fingerprints, each.Fingerprint().String())
	}
	var message []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		message, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	templates, err := template.FromGlobs(nil)
	must(err)
	templates.ExternalURL, err = url.Parse(q.ExternalURL)
	must(err)
	hook, err := webhook.New(&webhook.WebhookConfig{
		URL:        common.SecretTemplateURL(server.URL),
		HTTPConfig: &commoncfg.HTTPClientConfig{},
		MaxAlerts:  q.MaxAlerts,
	}, templates, quiet)
	must(err)
	ctx = notify.WithGroupKey(ctx, q.GroupKey)
	ctx = notify.WithGroupLabels(ctx, q.GroupLabels)
	ctx = notify.WithReceiverName(ctx, q.Receiver)
	_, err = hook.Notify(ctx, alerts...)
	must(err)
	a.Message = bytes.TrimSpace(message)
	must(json.NewEncoder(os.Stdout).Encode(a))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
