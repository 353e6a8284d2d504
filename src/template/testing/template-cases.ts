/** What the cases see; their queries find the samples of `metric`. */
export const CASE_DATA = {
  labels: { __name__: 'source', tenant: 'acme', node: 'octo-0:8080' },
  value: 1_234_567.5,
  externalLabels: { region: 'eu' },
  externalUrl: 'https://watch.example/octo',
  /** ms since the epoch. */
  time: 1_700_000_000_000,
  metric: [
    { labels: { __name__: 'metric', instance: 'b', rank: '1' }, value: 21 },
    { labels: { __name__: 'metric', instance: 'a', rank: '1' }, value: 11 },
  ],
} as const;

/** Templates and what Prometheus renders for them, each function at least once; compared with the real promtool too. */
export const TEMPLATE_CASES: readonly (readonly [template: string, text: string])[] = [
  // Data
  ['{{ $labels.tenant }} {{ .Labels.node }} {{ $labels.none }}|', 'acme octo-0:8080 |'],
  ['{{ $value }} {{ .Value }}', '1.2345675e+06 1.2345675e+06'],
  [
    '{{ $externalLabels.region }} {{ .ExternalLabels.region }} {{ $externalURL }} {{ .ExternalURL }}',
    'eu eu https://watch.example/octo https://watch.example/octo',
  ],
  // Numbers as Go prints them
  [
    '{{ 1 }} {{ 1.0 }} {{ 1000000 }} {{ 1000000.0 }} {{ 1e5 }} {{ 0x1F }} {{ 017 }}',
    '1 1 1000000 1e+06 100000 31 15',
  ],
  ['{{ 0.0001 }} {{ 0.00001 }} {{ 123456.789 }} {{ -0.5 }}', '0.0001 1e-05 123456.789 -0.5'],
  // Go's own functions
  ['{{ print 1 2 "a" "b" 3 4.5 }}', '1 2ab3 4.5'],
  ['{{ println "a" 1 }}', 'a 1\n'],
  [
    '{{ printf "%d|%5d|%-5d|%05d|%x|%X|%c|%b|%o" 7 7 7 7 255 255 65 5 8 }}',
    '7|    7|7    |00007|ff|FF|A|101|10',
  ],
  [
    '{{ printf "%f|%.1f|%8.2f|%e|%g|%v|%+.1f" 1.5 0.25 $value 1500000.0 1e7 1e7 2.0 }}',
    '1.500000|0.2|1234567.50|1.500000e+06|1e+07|1e+07|+2.0',
  ],
  [
    '{{ printf "%s|%10s|%-6s|%.2s|%q|%x|%t|%v|%%" "abc" "abc" "abc" "abc" "a\\"b" "hi" true "v" }}',
    'abc|       abc|abc   |ab|"a\\"b"|6869|true|v|%',
  ],
  [
    '{{ printf "%d" "x" }} {{ printf "%s" 1 }} {{ printf "%f" 3 }} {{ printf "%s" }} {{ printf "x" 1 }}',
    '%!d(string=x) %!s(int=1) %!f(int=3) %!s(MISSING) x%!(EXTRA int=1)',
  ],
  ['{{ len "häh" }} {{ len $labels }} {{ index $labels "tenant" }} {{ index "abc" 1 }}', '4 3 acme 98'],
  ['{{ slice "abcdef" 1 3 }} {{ slice "abcdef" 4 }}', 'bc ef'],
  ['{{ html "<a href=\'x\'>&\\"" }}', '&lt;a href=&#39;x&#39;&gt;&amp;&#34;'],
  ['{{ js "it\'s <b> & \\"x\\" = 1\\n" }}', 'it\\\'s \\u003Cb\\u003E \\u0026 \\"x\\" \\u003D 1\\u000A'],
  ['{{ urlquery "a b&c=d/(e)*~é" }}', 'a+b%26c%3Dd%2F%28e%29%2A~%C3%A9'],
  [
    '{{ eq 1 2 1 }} {{ ne "a" "b" }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 1.5 1.0 }} {{ ge "b" "a" }} {{ not true }}',
    'true true true true true true false',
  ],
  ['{{ and 1 0 "x" }} {{ or 0 "" "z" }} {{ or true (index $labels 1) }}', '0 z true'],
  // Actions
  ['a {{- /* dropped */ -}} b{{ if $labels.none }}1{{ else if gt $value 5.0 }}2{{ else }}3{{ end }}', 'ab2'],
  [
    '{{ with $labels.tenant }}<{{ . }}>{{ else }}none{{ end }}{{ with $labels.none }}x{{ else }}none{{ end }}',
    '<acme>none',
  ],
  [
    '{{ range $i, $s := query "metric" | sortByLabel "instance" }}{{ $i }}={{ $s.Value }};{{ end }}',
    '0=11;1=21;',
  ],
  [
    '{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}{{ range 3 }}{{ . }}{{ end }}',
    '__name__=source;node=octo-0:8080;tenant=acme;012',
  ],
  [
    '{{ range query "metric" | sortByLabel "instance" }}{{ if eq .Labels.instance "b" }}{{ break }}{{ end }}{{ .Value }}{{ end }}',
    '11',
  ],
  ['{{ define "x" }}{{ .arg0 }} {{ .arg1 }}{{ end }}{{ template "x" (args 1 "2") }}', '1 2'],
  ['{{ block "b" $labels }}[{{ .tenant }}]{{ end }}{{ $x := 1 }}{{ $x = 2 }}{{ $x }}', '[acme]2'],
  // Queries
  ['{{ query "metric{instance=\'a\'}" | first | value }}', '11'],
  ['{{ query "metric{instance=\'a\'}" | first | label "instance" }}', 'a'],
  [
    '{{ with query "metric{instance=\'a\'}" }}{{ . | first | label "none" }}{{ (first .).Labels.instance }}{{ end }}',
    'a',
  ],
  ["{{ query \"count_values('__value__', metric{instance='a'})\" | first | strvalue }}", '11'],
  ['{{ with query "gone" }}found{{ else }}nothing{{ end }}', 'nothing'],
  ['{{ query "1.5" | first | value }}', '1.5'],
  [
    '{{ range query "metric" | sortByLabel "rank" | sortByLabel "instance" }}{{ .Labels.instance }}{{ end }}',
    'ab',
  ],
  // Texts
  ['{{ toUpper "aB" }} {{ toLower "aB" }} {{ safeHtml "<b>" }}', 'AB ab <b>'],
  [
    '{{ title "task queue o\'clock CC 2nd foo.example x-y ok" }}',
    "Task Queue O'clock CC 2Nd Foo.example X-Y Ok",
  ],
  ['{{ match "a+" "xaay" }} {{ match "^a" "xa" }}', 'true false'],
  ['{{ reReplaceAll "(a)(b)" "$2$1" "abab" }} {{ reReplaceAll "x(?P<n>.)" "<${n}>$$" "xy" }}', 'baba <y>$'],
  [
    '{{ stripPort "a.example:80" }} {{ stripPort "[::1]:80" }} {{ stripPort "::1" }} {{ stripPort "[::1]::80" }}',
    'a.example ::1 ::1 [::1]::80',
  ],
  [
    '{{ stripDomain "a.example:80" }} {{ stripDomain "a.example" }} {{ stripDomain "10.0.0.1:80" }} {{ stripDomain "[::1]:80" }}',
    'a:80 a 10.0.0.1:80 [::1]:80',
  ],
  [
    '{{ urlQueryEscape "sum by (x) (up)" }} {{ graphLink "up == 0" }} {{ tableLink "up" }}',
    'sum+by+%28x%29+%28up%29 /graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=up&g0.tab=1',
  ],
  // Numbers for people
  [
    '{{ humanize 0 }} {{ humanize 1234567.0 }} {{ humanize .12 }} {{ humanize "1500" }} {{ humanize 1e30 }} {{ humanize -22222.2 }}',
    '0 1.235M 120m 1.5k 1e+06Y -22.22k',
  ],
  ['{{ humanize1024 1048576 }} {{ humanize1024 0.12 }} {{ humanize1024 "-2048" }}', '1Mi 0.12 -2ki'],
  [
    '{{ humanizeDuration 0 }} {{ humanizeDuration 60.5 }} {{ humanizeDuration -90061 }} {{ humanizeDuration "0.0123" }} {{ humanizeDuration 12.345 }}',
    '0s 1m 0s -1d 1h 1m 1s 12.3ms 12.35s',
  ],
  [
    '{{ humanizePercentage 0.1234567 }} {{ humanizePercentage "-0.5" }} {{ humanizePercentage 12345 }}',
    '12.35% -50% 1.234e+06%',
  ],
  [
    '{{ humanizeTimestamp 1435065584.128 }} {{ humanizeTimestamp 0 }}',
    '2015-06-23 13:19:44.128 +0000 UTC 1970-01-01 00:00:00 +0000 UTC',
  ],
  [
    '{{ humanize "+Inf" }} {{ humanizeDuration "NaN" }} {{ humanizeTimestamp "-Inf" }} {{ humanize1024 "inf" }}',
    '+Inf NaN -Inf +Inf',
  ],
  // Times
  [
    '{{ now }} {{ (now | toTime).Format "Mon Jan _2 15:04:05.000 2006 MST -07:00" }}',
    '1.7e+09 Tue Nov 14 22:13:20.000 2023 UTC +00:00',
  ],
  ['{{ ("-30m" | parseDuration | toDuration | (now | toTime).Add).UnixMilli }}', '1699998200000'],
  ['{{ parseDuration "1h2m10ms" }} {{ parseDuration "-90s" }}', '3720.01 -90'],
  [
    '{{ toDuration 5400.5 }} {{ (toDuration 90).Minutes }} {{ (toDuration 0.0015).String }} {{ toDuration 0 }} {{ (toDuration 1.5).Milliseconds }}',
    '1h30m0.5s 1.5 1.5ms 0s 1500',
  ],
  [
    '{{ (toTime 1700000000).Year }} {{ (toTime 1700000000).Month }} {{ (toTime 1700000000).Day }} {{ (toTime 1700000000).Weekday }} {{ (toTime 1700000000).YearDay }}',
    '2023 November 14 Tuesday 318',
  ],
  [
    '{{ (toTime 1700000000).Hour }}:{{ (toTime 1700000000).Minute }}:{{ (toTime 1700000000).Second }} {{ (toTime 1700000000).Unix }}',
    '22:13:20 1700000000',
  ],
  [
    '{{ (toTime 100).Sub (toTime 40) }} {{ (toTime 1).Before (toTime 2) }} {{ (toTime 1).After (toTime 2) }} {{ toTime 1.5 }}',
    '1m0s true false 1970-01-01 00:00:01.5 +0000 UTC',
  ],
];
