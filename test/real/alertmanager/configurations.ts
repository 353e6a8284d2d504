const HEAD = 'route: { receiver: a, routes: [{ ';
const TAIL = ' }] }\nreceivers: [{ name: a }]\n';
const slack = (fields: string): string =>
  `route: { receiver: a }\nreceivers: [{ name: a, slack_configs: [{ api_url: https://hooks.example/a, ${fields} }] }]`;

/** Configurations that Alertmanager and octowatch take, or that both refuse. */
export const CONFIGURATIONS: Readonly<Record<string, string>> = {
  'all of it': `
global:
  resolve_timeout: 10m
  http_config:
    follow_redirects: false
    enable_http2: true
    basic_auth: { username: jo, password: x }
    tls_config: { server_name: a.example, insecure_skip_verify: true }
  pagerduty_url: https://events.eu.pagerduty.com/v2/enqueue
  slack_api_url: https://hooks.slack.com/services/a/b/c
  slack_app_url: https://slack.com/api/chat.postMessage
  smtp_from: octowatch@example.com
  smtp_smarthost: smtp.example.com:587
  smtp_hello: agent.example.com
  smtp_auth_username: jo
  smtp_auth_password: x
  smtp_auth_identity: jo
  smtp_require_tls: true
  smtp_tls_config: { server_name: smtp.example.com }
templates: ['none-yet/*.tmpl']
route:
  receiver: all
  group_by: ['...']
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 1h30m
  routes:
    - matchers: [a="b", c=~"d|e", '{f!="g", h!~"i"}', "🙂=ü"]
      match: { j: k, l: 1 }
      match_re: { m: ^(n|o)$ }
      group_by: [p, 'q.r']
      continue: true
      mute_time_intervals: [old]
      active_time_intervals: [new, other]
      routes: [{ receiver: nobody }]
inhibit_rules:
  - { name: x, source_matchers: [a="b"], target_matchers: [c="d"], equal: [e, 'f.g'] }
  - { source_match: { a: b }, source_match_re: { c: d }, target_match: { e: f }, target_match_re: { g: h } }
time_intervals:
  - name: new
    time_intervals:
      - times: [{ start_time: '09:00', end_time: '17:30' }, { start_time: '22:00', end_time: '24:00' }]
        weekdays: ['monday:friday', Sunday]
        days_of_month: ['1:5', '-3:-1', '15']
        months: ['1:3', 'may:august', december]
        years: ['2026', '2030:2035']
        location: Australia/Sydney
  - { name: other }
mute_time_intervals: [{ name: old, time_intervals: [{ weekdays: [saturday] }] }]
receivers:
  - name: nobody
  - name: all
    pagerduty_configs:
      - send_resolved: false
        routing_key: x
        url: https://events.pagerduty.com/v2/enqueue
        client: '{{ template "pagerduty.default.client" . }}'
        client_url: '{{ .ExternalURL }}'
        description: '{{ template "pagerduty.default.description" . }}'
        severity: '{{ if .CommonLabels.severity }}{{ .CommonLabels.severity | toLower }}{{ else }}error{{ end }}'
        source: octowatch
        details: { firing: '{{ .Alerts.Firing | toJson }}' }
        images: [{ href: https://a.example, src: https://a.example/a.png, alt: a }]
        links: [{ href: https://a.example, text: a }]
        component: c
        group: g
        class: c
        timeout: 5s
        http_config: { follow_redirects: false }
    slack_configs:
      - send_resolved: true
        channel: '#a'
        username: '{{ template "slack.default.username" . }}'
        color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'
        title: '{{ .CommonAnnotations.summary }}'
        title_link: '{{ template "slack.default.titlelink" . }}'
        pretext: a
        text: '{{ range .Alerts }}{{ .Annotations.summary }} {{ end }}'
        message_text: a
        fields: [{ title: a, value: b, short: true }]
        short_fields: true
        footer: a
        fallback: a
        callback_id: a
        icon_emoji: ':a:'
        icon_url: https://a.example/a.png
        image_url: https://a.example/a.png
        thumb_url: https://a.example/a.png
        link_names: true
        mrkdwn_in: [text]
        actions: [{ type: button, text: Runbook, url: '{{ .CommonAnnotations.runbook_url }}', style: primary }]
        timeout: 5s
        http_config: { follow_redirects: false }
    webhook_configs:
      - send_resolved: true
        url: https://a.example/hook
        max_alerts: 5
        timeout: 5s
        http_config: { follow_redirects: false, authorization: { type: Bearer, credentials: x } }
    email_configs:
      - send_resolved: true
        to: jo@example.com, cy@example.com
        from: a@example.com
        smarthost: localhost:25
        hello: a
        auth_username: jo
        auth_password: x
        auth_identity: jo
        require_tls: false
        force_implicit_tls: true
        tls_config: { insecure_skip_verify: true }
        headers: { Subject: '{{ template "email.default.subject" . }}', X-A: a }
        html: '{{ template "email.default.html" . }}'
        text: '{{ .Status }}'
`,
  'the least': 'route: { receiver: a }\nreceivers: [{ name: a }]',
  'keys without a value':
    'global:\ntemplates:\ninhibit_rules:\ntime_intervals:\nmute_time_intervals:\nroute:\n  receiver: a\n  routes:\nreceivers:\n  - name: a\n    webhook_configs:\n',
  'an empty file': '',
  'no route': 'receivers: [{ name: a }]',
  'a route to nobody': 'route: { receiver: b }\nreceivers: [{ name: a }]',
  'a root without a receiver': 'route: { group_wait: 1s }\nreceivers: [{ name: a }]',
  'matchers of the root': 'route: { receiver: a, matchers: [a="b"] }\nreceivers: [{ name: a }]',
  'a root that continues': 'route: { receiver: a, continue: true }\nreceivers: [{ name: a }]',
  'a root that is muted':
    'route: { receiver: a, mute_time_intervals: [n] }\nreceivers: [{ name: a }]\ntime_intervals: [{ name: n }]',
  'a root that is active':
    'route: { receiver: a, active_time_intervals: [n] }\nreceivers: [{ name: a }]\ntime_intervals: [{ name: n }]',
  'a receiver twice': 'route: { receiver: a }\nreceivers: [{ name: a }, { name: a }]',
  'a receiver without a name': 'route: { receiver: a }\nreceivers: [{ name: a }, { webhook_configs: [] }]',
  'a label twice': `${HEAD}group_by: [a, a]${TAIL}`,
  'all labels and one': `${HEAD}group_by: ['...', a]${TAIL}`,
  'an empty label': `${HEAD}group_by: ['']${TAIL}`,
  'no interval': `${HEAD}group_interval: 0s${TAIL}`,
  'no repetition': `${HEAD}repeat_interval: 0s${TAIL}`,
  'no wait': `${HEAD}group_wait: 0s${TAIL}`,
  'half a duration': `${HEAD}group_wait: 1.5s${TAIL}`,
  'a classic matcher': `${HEAD}matchers: ['a=b c', 'd=']${TAIL}`,
  'no matcher': `${HEAD}matchers: ['a']${TAIL}`,
  'an expression that is none': `${HEAD}match_re: { a: '(' }${TAIL}`,
  'a label of match that is none': `${HEAD}match: { 'a.b': c }${TAIL}`,
  'an interval that is not there': `${HEAD}mute_time_intervals: [n]${TAIL}`,
  'an interval twice': `time_intervals: [{ name: n }]\nmute_time_intervals: [{ name: n }]\n${HEAD}${TAIL}`,
  'a time of day that is none': `time_intervals: [{ name: n, time_intervals: [{ times: [{ start_time: '25:00', end_time: '26:00' }] }] }]\n${HEAD}${TAIL}`,
  'a time that ends before it begins': `time_intervals: [{ name: n, time_intervals: [{ times: [{ start_time: '12:00', end_time: '11:00' }] }] }]\n${HEAD}${TAIL}`,
  'a day that is none': `time_intervals: [{ name: n, time_intervals: [{ weekdays: [mon] }] }]\n${HEAD}${TAIL}`,
  'a day of the month that is none': `time_intervals: [{ name: n, time_intervals: [{ days_of_month: ['0'] }] }]\n${HEAD}${TAIL}`,
  'a zone that is none': `time_intervals: [{ name: n, time_intervals: [{ location: Mars }] }]\n${HEAD}${TAIL}`,
  'an unknown key': `${HEAD}group_bye: [a]${TAIL}`,
  'an unknown global key': `global: { smtp_form: a }\n${HEAD}${TAIL}`,
  'both ways into Slack': `global: { slack_api_url: https://a.example, slack_app_token: x }\n${HEAD}${TAIL}`,
  'two ways to say who asks': slack('http_config: { bearer_token: x, basic_auth: { username: a } }'),
  'a button without an address': slack('actions: [{ type: button, text: a }]'),
  'a field without a value': slack('fields: [{ title: a }]'),
  'a webhook without an address':
    'route: { receiver: a }\nreceivers: [{ name: a, webhook_configs: [{ send_resolved: true }] }]',
  'a webhook with half an address':
    'route: { receiver: a }\nreceivers: [{ name: a, webhook_configs: [{ url: a.example }] }]',
  'no key of PagerDuty': 'route: { receiver: a }\nreceivers: [{ name: a, pagerduty_configs: [{}] }]',
  'no address of mail':
    'route: { receiver: a }\nreceivers: [{ name: a, email_configs: [{ smarthost: a:25, from: b@example.com }] }]',
  'no mail server':
    'route: { receiver: a }\nreceivers: [{ name: a, email_configs: [{ to: a@example.com, from: b@example.com }] }]',
  'no sender of mail':
    'route: { receiver: a }\nreceivers: [{ name: a, email_configs: [{ to: a@example.com, smarthost: a:25 }] }]',
  'a header twice':
    'route: { receiver: a }\nreceivers: [{ name: a, email_configs: [{ to: a@example.com, smarthost: a:25, from: b@example.com, headers: { Subject: a, subject: b } }] }]',
  'YAML that is none': 'route: {',
};

/** What octowatch refuses, and says so; Alertmanager takes it. */
export const REFUSED_ON_PURPOSE: Readonly<Record<string, readonly [text: string, message: string]>> = {
  'labels of a route': [`${HEAD}labels: { a: b }${TAIL}`, 'labels is not supported'],
  'a template that does not parse': [slack("title: '{{ nope }}'"), 'function "nope" is not known'],
  'an inhibition of everything': [`inhibit_rules: [{ equal: [a] }]\n${HEAD}${TAIL}`, 'no source is named'],
  'another service': [
    'route: { receiver: a }\nreceivers: [{ name: a, discord_configs: [{ webhook_url: https://a.example }] }]',
    'discord_configs is not supported',
  ],
};
