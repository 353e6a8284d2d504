/** A file of templates that the cases call. */
export const CASE_FILE = `{{ define "line" }}{{ .Labels.node }}={{ .Status }}{{ end }}
{{ define "slack.default.title" }}mine: {{ template "inner" . }}{{ end }}
{{ define "inner" }}of the file{{ end }}
{{ define "slack.default.color" }}  {{ end }}`;

/** Templates and what Alertmanager makes of them, each function at least once; compared with the real amtool too. */
export const TEXT_CASES: readonly (readonly [template: string, text: string])[] = [
  // Data
  [
    '{{ .Receiver }} {{ .Status }} {{ .ExternalURL }}',
    'team\\+a \\(<on call>\\) firing https://watch.example/a b',
  ],
  ['{{ .Alerts | len }} {{ .Alerts.Firing | len }} {{ len .Alerts.Resolved }}', '2 1 1'],
  ['{{ range .Alerts }}[{{ template "line" . }}]{{ end }}', '[octo-0=firing][octo-1=resolved]'],
  ['{{ range $i, $a := .Alerts.Firing }}{{ $i }}{{ $a.Labels.node }}{{ end }}', '0octo-0'],
  [
    '{{ (index .Alerts 1).Fingerprint }} {{ (index .Alerts 0).GeneratorURL }}',
    '8feb099d5b73cb38 https://watch.example/a b/graph?g0.expr=up%7Bjob%3D%22a%22%7D%20%3D%3D%200&g0.tab=0',
  ],
  ['{{ .GroupLabels.none }}|{{ .CommonAnnotations.runbook_url }}', '|https://runbooks.example/down?a=1&b=2'],
  ['{{ .NotificationReason }}|{{ len .RouteLabels }}', '|0'],
  // Labels
  [
    '{{ range .GroupLabels.SortedPairs }}{{ .Name }}:{{ .Value }};{{ end }}',
    'alertname:OctopusDown;tenant:acme;',
  ],
  ['{{ .GroupLabels.Names }} {{ .GroupLabels.Values }}', '[alertname tenant] [OctopusDown acme]'],
  [
    '{{ .GroupLabels.SortedPairs.Values | join " " }} {{ .GroupLabels.Names.Join "/" }}',
    'OctopusDown acme alertname/tenant',
  ],
  [
    '{{ .GroupLabels }} {{ .GroupLabels.SortedPairs }} {{ printf "%s" .GroupLabels }}',
    'alertname=OctopusDown, tenant=acme alertname=OctopusDown, tenant=acme alertname=OctopusDown, tenant=acme',
  ],
  ['{{ (.GroupLabels.Remove (stringSlice "tenant" "none")).Names }}', '[alertname]'],
  ['{{ with .CommonLabels.Remove .GroupLabels.Names }}{{ . }}{{ end }}', '__proto__x=<b>"&\'+</b>'],
  ['{{ if gt (len .CommonLabels) (len .GroupLabels) }}more{{ end }}', 'more'],
  [
    '{{ (index .Alerts 0).Labels.SortedPairs }}',
    'alertname=OctopusDown, SortedPairs=mine, node=octo-0, tenant=acme',
  ],
  [
    '{{ index .GroupLabels "tenant" }}{{ range $k, $v := .GroupLabels }} {{ $k }}={{ $v }}{{ end }}',
    'acme alertname=OctopusDown tenant=acme',
  ],
  // Times
  ['{{ (index .Alerts 0).StartsAt }}', '2026-07-01 12:00:00.5 +0000 UTC'],
  [
    '{{ (index .Alerts 0).EndsAt }} {{ (index .Alerts 0).EndsAt.IsZero }} {{ (index .Alerts 1).EndsAt.IsZero }}',
    '0001-01-01 00:00:00 +0000 UTC true false',
  ],
  ['{{ (index .Alerts 0).StartsAt | tz "Europe/Paris" | date "15:04:05.000 MST" }}', '14:00:00.500 CEST'],
  [
    '{{ tz "Asia/Kolkata" (index .Alerts 0).StartsAt }} {{ (tz "America/New_York" (index .Alerts 0).StartsAt).Hour }}',
    '2026-07-01 17:30:00.5 +0530 IST 8',
  ],
  [
    '{{ tz "America/Sao_Paulo" (index .Alerts 0).StartsAt | date "Mon Jan _2 15:04 MST -07:00 -0700 -07 Z07:00 Z0700" }}',
    'Wed Jul  1 09:00 -03 -03:00 -0300 -03 -03:00 -0300',
  ],
  [
    '{{ ((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt) }} {{ ((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt) | humanizeDuration }}',
    '1m1s 1m 1s',
  ],
  [
    '{{ (toDate "2006-01-02 15:04" "2026-02-28 23:59").Unix }} {{ (toDate "2006-01-02" "2026-02-30").IsZero }}',
    '1772323140 true',
  ],
  [
    '{{ mustToDate "Jan _2, 2006 at 3:04pm (-0700)" "Feb  4, 2026 at 6:05am (+0530)" }}',
    '2026-02-04 06:05:00 +0530 +0530',
  ],
  ['{{ toDate "2006-01-02T15:04:05Z07:00" "2026-07-01T12:00:00.25Z" }}', '2026-07-01 12:00:00.25 +0000 UTC'],
  ['{{ date "002 Monday 2 January 06" (toDate "2006-01-02" "2026-02-03") }}', '034 Tuesday 3 February 26'],
  ['{{ lt (since (index .Alerts 0).StartsAt).Hours 1e9 }} {{ ge now.Year 2026 }}', 'true true'],
  [
    '{{ humanizeDuration 3661 }} {{ humanizeDuration "0.25" }} {{ humanizeDuration 1.5 }}',
    '1h 1m 1s 250ms 1.5s',
  ],
  // Texts
  [
    '{{ "Ab c" | toUpper }} {{ "Ab C" | toLower }} {{ title "hELLO big wORLD" }} {{ trimSpace " \\t a\\u00a0" }}|',
    'AB C ab c Hello Big World a|',
  ],
  [
    '{{ join "," (stringSlice "a" "b") }} {{ match "^a+$" "aaa" }} {{ reReplaceAll "(.)b" "${1}-$1" "abcb" }}',
    'a,b true a-ac-c',
  ],
  [
    '{{ safeHtml "<b>" }} {{ safeUrl "javascript:x" }} {{ urlUnescape "a%20b+c%C3%A9" }}',
    '<b> javascript:x a b cé',
  ],
  ['{{ base64encode "{tenant=\\"é?\\"}~~" }} {{ base64decode "aGk_Pw==" }}', 'e3RlbmFudD0iw6k_In1-fg== hi??'],
  ['{{ routeLabels "none" }}|{{ printf "%q %5.1f %-4d|" "a" 2.25 7 }}', '|"a"   2.2 7   |'],
  // Lists, maps, JSON
  [
    '{{ list 1 "a" true }} {{ append (list 1) 2 3 }} {{ list | len }} {{ dict "b" 1 "a" (list 2) }}',
    '[1 a true] [1 2 3] 0 map[a:[2] b:1]',
  ],
  ['{{ (dict "a" "x").a }} {{ range $k, $v := dict "z" 1 "y" 2 }}{{ $k }}{{ $v }}{{ end }}', 'x y2z1'],
  ['{{ toJson (dict "b" 1 "a" (list 1.5 true "<&>")) }}', '{"a":[1.5,true,"\\u003c\\u0026\\u003e"],"b":1}'],
  [
    '{{ .Alerts.Resolved | toJson }}',
    '[{"status":"resolved","labels":{"alertname":"OctopusDown","node":"octo-1","tenant":"acme"},"annotations":{"summary":"javascript:alert(1)"},"startsAt":"2026-07-01T12:00:00.5Z","endsAt":"2026-07-01T12:01:01.5Z","generatorURL":"https://watch.example/a b/graph?g0.expr=up%7Bjob%3D%22a%22%7D%20%3D%3D%200\\u0026g0.tab=0","fingerprint":"8feb099d5b73cb38"}]',
  ],
  [
    '{{ .GroupLabels | toJson }} {{ .GroupLabels.SortedPairs | toJson }} {{ (index .Alerts 0).StartsAt | toJson }}',
    '{"alertname":"OctopusDown","tenant":"acme"} [{"Name":"alertname","Value":"OctopusDown"},{"Name":"tenant","Value":"acme"}] "2026-07-01T12:00:00.5Z"',
  ],
  // Actions, and templates by name
  ['{{ with .GroupLabels.none }}a{{ else with .GroupLabels.tenant }}{{ . }}{{ else }}b{{ end }}', 'acme'],
  [
    '{{ range $i, $a := .Alerts }}{{ if $i }}, {{ end }}{{ break }}{{ end }}{{ define "x" }}d{{ end }}{{ template "x" }}',
    'd',
  ],
  [
    '{{ template "slack.default.title" . }} {{ template "slack.default.color" . }}',
    'mine: of the file danger',
  ],
  ['{{ define "inner" }}of the field{{ end }}{{ template "slack.default.title" . }}', 'mine: of the field'],
  ['', ''],
];

/** The same for pages. */
export const HTML_CASES: readonly (readonly [template: string, html: string])[] = [
  ['<b>{{ .CommonLabels.__proto__x }}</b>', '<b>&lt;b&gt;&#34;&amp;&#39;&#43;&lt;/b&gt;</b>'],
  ['{{ safeHtml "<i>" }}{{ "<i>" }}{{ "a+<i>" | html }}', '<i>&lt;i&gt;a+&lt;i&gt;'],
  [
    '<!-- {{ .Receiver }} --><p title="{{ .Receiver }}" id=\'{{ .Status }}\' data-x={{ .Receiver }}>',
    '<p title="team\\&#43;a \\(&lt;on call&gt;\\)" id=\'firing\' data-x=team\\&#43;a&#32;\\(&lt;on&#32;call&gt;\\)>',
  ],
  [
    '<a href="{{ .ExternalURL }}/?q={{ .Receiver }}#{{ .Status }}">',
    '<a href="https://watch.example/a%20b/?q=team%5c%2ba%20%5c%28%3con%20call%3e%5c%29#firing">',
  ],
  ['<a href="{{ (index .Alerts 1).Annotations.summary }}">', '<a href="#ZgotmplZ">'],
  ['<a href="{{ safeUrl (index .Alerts 1).Annotations.summary }}">', '<a href="javascript:alert%281%29">'],
  [
    '<a href="{{ .CommonAnnotations.runbook_url }}">{{ .CommonAnnotations.runbook_url }}</a>',
    '<a href="https://runbooks.example/down?a=1&amp;b=2">https://runbooks.example/down?a=1&amp;b=2</a>',
  ],
  [
    '<a href="?r={{ .Receiver | urlquery }}">x</a>',
    '<a href="?r=team%5C%2Ba&#43;%5C%28%3Con&#43;call%3E%5C%29">x</a>',
  ],
  [
    '<style>p > a { color: red }</style><script>var a = "<b>";</script>{{ .Status }}',
    '<style>p > a { color: red }</style><script>var a = "<b>";</script>firing',
  ],
  [
    '<title>{{ .CommonLabels.__proto__x }}</title><br/>{{ if .Alerts }}<p class="{{ if true }}x{{ end }}">{{ end }}',
    '<title>&lt;b&gt;&#34;&amp;&#39;&#43;&lt;/b&gt;</title><br/><p class="x">',
  ],
  [
    '{{ range .Alerts }}<li>{{ template "line" . }}{{ .StartsAt.Year }}</li>{{ end }}',
    '<li>octo-0=firing2026</li><li>octo-1=resolved2026</li>',
  ],
];
