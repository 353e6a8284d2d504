/**
 * What Alertmanager's configurations refer to by name, in octowatch's words: the page line first, then what to do, what
 * was tried, and each alert. Files of `templates` may define any of them anew.
 */
export const DEFAULT_TEMPLATES = `
{{- define "__alertmanager" }}octowatch{{ end }}
{{- define "__alertmanagerURL" }}{{ .IncidentURL }}{{ end }}
{{- define "__subject" }}{{ if eq .Status "resolved" }}Resolved: {{ end }}{{ .Summary }}{{ end }}
{{- define "__description" }}{{ .Action }}{{ end }}
{{- define "__text_alert_list" }}{{ range . }}- {{ or .Annotations.summary .Labels.alertname }}
{{ range .Labels.SortedPairs }}  {{ .Name }}: {{ .Value }}
{{ end }}{{ end }}{{ end }}
{{- define "__text_alert_list_markdown" }}{{ range . }}- **{{ or .Annotations.summary .Labels.alertname }}** since {{ .StartsAt.Format "2006-01-02 15:04 MST" }}
{{ end }}{{ end }}
{{- define "__octowatch_text" }}{{ with .Action }}First: {{ . }}
{{ end }}{{ range .Heals }}Tried: {{ . }}
{{ end }}{{ range .Notes }}{{ . }}
{{ end }}{{ if gt (len .Alerts) 1 }}{{ range .Alerts }}• {{ or .Annotations.summary .Labels.alertname }}, since {{ .StartsAt.Format "2006-01-02 15:04 MST" }}
{{ end }}{{ end }}{{ end }}

{{- define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
{{- define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
{{- define "slack.default.fallback" }}{{ template "__subject" . }} {{ .IncidentURL }}{{ end }}
{{- define "slack.default.callbackid" }}{{ end }}
{{- define "slack.default.pretext" }}{{ end }}
{{- define "slack.default.titlelink" }}{{ .IncidentURL }}{{ end }}
{{- define "slack.default.iconemoji" }}{{ end }}
{{- define "slack.default.iconurl" }}{{ end }}
{{- define "slack.default.text" }}{{ template "__octowatch_text" . }}{{ end }}
{{- define "slack.default.footer" }}{{ end }}
{{- define "slack.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}

{{- define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
{{- define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
{{- define "pagerduty.default.clientURL" }}{{ .IncidentURL }}{{ end }}
{{- define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}

{{- define "email.default.subject" }}{{ template "__subject" . }}{{ end }}
{{- define "email.default.html" }}<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ template "__subject" . }}</title></head>
<body>
<h1>{{ template "__subject" . }}</h1>
{{ with .Action }}<p><strong>First:</strong> {{ . }}</p>
{{ end }}{{ range .Heals }}<p>Tried: {{ . }}</p>
{{ end }}{{ range .Notes }}<p>{{ . }}</p>
{{ end }}<ul>
{{ range .Alerts }}<li>{{ or .Annotations.summary .Labels.alertname }} ({{ .Status }} since {{ .StartsAt.Format "2006-01-02 15:04 MST" }}){{ with .Annotations.runbook_url }}, <a href="{{ . }}">runbook</a>{{ end }}</li>
{{ end }}</ul>
<p><a href="{{ .IncidentURL }}">Open in octowatch</a></p>
</body>
</html>{{ end }}
`;
