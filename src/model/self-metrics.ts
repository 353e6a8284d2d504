/** One of the agent's own metrics. */
export interface SelfMetric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

const SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30];

/** The agent's own metrics: the one table behind `/metrics` and its reference page. */
export const SELF_METRICS = {
  octowatch_build_info: {
    type: 'gauge',
    help: 'Always 1; its labels say what runs.',
    labels: ['version', 'node_version', 'role'],
  },
  process_start_time_seconds: { type: 'gauge', help: 'When the process began, since the epoch.', labels: [] },
  process_cpu_seconds_total: {
    type: 'counter',
    help: 'CPU time of all threads of the process, user and system.',
    labels: [],
  },
  process_resident_memory_bytes: { type: 'gauge', help: 'Resident memory of the process.', labels: [] },
  process_open_fds: { type: 'gauge', help: 'Open files and sockets; Linux only.', labels: [] },
  nodejs_heap_size_used_bytes: { type: 'gauge', help: 'What is used of the heap of V8.', labels: [] },
  nodejs_external_memory_bytes: { type: 'gauge', help: 'Buffers outside of the heap of V8.', labels: [] },
  octowatch_event_loop_lag_seconds: {
    type: 'histogram',
    help: 'The longest delay of the event loop in each second: everything waited that long.',
    labels: [],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5],
  },
  octowatch_points_total: { type: 'counter', help: 'Points read, by dataset.', labels: ['dataset'] },
  octowatch_polls_total: {
    type: 'counter',
    help: 'Polls that ended, by collector and outcome (ok or a failure reason).',
    labels: ['collector', 'outcome'],
  },
  octowatch_poll_duration_seconds: {
    type: 'histogram',
    help: 'Time a poll took, whatever its outcome.',
    labels: ['collector'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  octowatch_poll_delay_seconds: {
    type: 'histogram',
    help: 'How long after its turn a poll began.',
    labels: [],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
  },
  octowatch_octopus_api_requests_total: {
    type: 'counter',
    help: 'Requests to Octopus servers by status class or failure reason.',
    labels: ['outcome'],
  },
  octowatch_octopus_api_429_total: {
    type: 'counter',
    help: 'Requests an Octopus server refused by its rate limit.',
    labels: ['tenant'],
  },
  octowatch_aws_requests_total: {
    type: 'counter',
    help: 'Requests to AWS by place (account/region), service (prefix of its actions) and outcome (ok or a failure reason), each attempt.',
    labels: ['place', 'service', 'outcome'],
  },
  octowatch_kubernetes_lists_total: {
    type: 'counter',
    help: 'Lists asked for of a kind of objects: when its watch begins, and when the API server has lost its place (410).',
    labels: ['cluster', 'resource'],
  },
  octowatch_kubernetes_watch_events_total: {
    type: 'counter',
    help: 'Changes that watches of a cluster told of, without bookmarks.',
    labels: ['cluster', 'resource'],
  },
  octowatch_kubernetes_watch_restarts_total: {
    type: 'counter',
    help: 'Watches that ended and were begun again, by reason (ended: as agreed, expired: listed anew, or a failure reason).',
    labels: ['cluster', 'resource', 'reason'],
  },
  octowatch_kubernetes_objects_refused_total: {
    type: 'counter',
    help: 'Objects that a watch told of and that are none: without a name.',
    labels: ['cluster', 'resource'],
  },
  octowatch_azure_requests_total: {
    type: 'counter',
    help: 'Reads of Azure Resource Manager, by status class.',
    labels: ['outcome'],
  },
  octowatch_azure_reads_remaining: {
    type: 'gauge',
    help: 'Reads that Azure says are left to the principal in a subscription (x-ms-ratelimit-remaining-subscription-reads).',
    labels: ['account'],
  },
  octowatch_log_lines_total: {
    type: 'counter',
    help: 'Lines read from log files, by collector and outcome (parsed, folded, skipped, refused).',
    labels: ['collector', 'outcome'],
  },
  octowatch_log_bytes_destroyed_total: {
    type: 'counter',
    help: 'Bytes destroyed before they were read: by a writer (copytruncate, deletion), or compressed and corrupt.',
    labels: ['collector'],
  },
  octowatch_log_events_skewed_total: {
    type: 'counter',
    help: 'Events stamped over 30 s off the clock of the agent, so that they have the time of their arrival.',
    labels: ['collector'],
  },
  octowatch_redactions_total: {
    type: 'counter',
    help: 'Texts of which a secret was taken out before they were stored, by shape (listed: a value of `redact.values`).',
    labels: ['shape'],
  },
  octowatch_log_failures_total: {
    type: 'counter',
    help: 'Failures to read log files or to write what was read, by collector and reason; each is tried again.',
    labels: ['collector', 'reason'],
  },
  octowatch_events_late_total: {
    type: 'counter',
    help: 'Events too old for the head; the store has them.',
    labels: ['dataset'],
  },
  octowatch_series_folded_total: {
    type: 'counter',
    help: 'Points counted under the label value other because a dataset reached its series limit.',
    labels: ['dataset'],
  },
  octowatch_head_samples_refused_total: {
    type: 'counter',
    help: 'Samples the head left out, by dataset and reason (out_of_order, future, duplicate, series_limit).',
    labels: ['dataset', 'reason'],
  },
  octowatch_head_log_corrupt_total: {
    type: 'counter',
    help: 'Segments of the head log found torn or damaged at open.',
    labels: ['kind'],
  },
  octowatch_head_log_failures_total: {
    type: 'counter',
    help: 'Failed writes of the head log.',
    labels: [],
  },
  octowatch_head_series: { type: 'gauge', help: 'Series in the head.', labels: [] },
  octowatch_history_samples_total: {
    type: 'counter',
    help: 'Samples that went from the head to history on the local disk.',
    labels: [],
  },
  octowatch_history_lost_seconds_total: {
    type: 'counter',
    help: 'How much time history lacks, as samples left the head before the disk took them.',
    labels: [],
  },
  octowatch_history_files: { type: 'gauge', help: 'Files of history on the local disk.', labels: [] },
  octowatch_history_bytes: {
    type: 'gauge',
    help: 'Bytes of the files of history on the local disk.',
    labels: [],
  },
  octowatch_history_removed_files_total: {
    type: 'counter',
    help: 'Files of history that were removed, by reason (age: `history.keep`; bytes: `history.max_bytes`).',
    labels: ['reason'],
  },
  octowatch_history_damaged_total: {
    type: 'counter',
    help: 'Damaged history, by kind: a file that was put aside or is gone, or a section that is left out.',
    labels: ['kind'],
  },
  octowatch_history_failures_total: {
    type: 'counter',
    help: 'Operations on history that the disk refused (open, cut, merge, expire, read); each is tried again.',
    labels: ['operation'],
  },
  octowatch_spool_pending_bytes: {
    type: 'gauge',
    help: 'Bytes in the spool that the store has not acknowledged.',
    labels: [],
  },
  octowatch_spool_limit_bytes: {
    type: 'gauge',
    help: 'Bytes that the files of the spool may take (`spool.max_bytes`).',
    labels: [],
  },
  octowatch_spool_frames_total: { type: 'counter', help: 'Frames made durable in the spool.', labels: [] },
  octowatch_spool_corrupt_total: {
    type: 'counter',
    help: 'Torn or damaged spool records cut off at open.',
    labels: [],
  },
  octowatch_spool_dropped_documents_total: {
    type: 'counter',
    help: 'Documents dropped on this side of the store: the spool or the disk was full, or a record went bad.',
    labels: [],
  },
  octowatch_dead_letters_given_up_total: {
    type: 'counter',
    help: 'Dead letters that made room for newer ones: they are nowhere any more.',
    labels: [],
  },
  octowatch_ledger_documents: {
    type: 'gauge',
    help: 'Documents ever read by what became of them: read is the sum of delivered, dead_lettered, refused, dropped, pending.',
    labels: ['outcome'],
  },
  octowatch_ledger_imbalance: {
    type: 'gauge',
    help: 'Documents read that are not accounted for; anything but 0 is a defect.',
    labels: [],
  },
  octowatch_ledger_repaired_documents_total: {
    type: 'counter',
    help: 'Documents by which the ledger was wrong when the spool was opened, and was set right.',
    labels: [],
  },
  octowatch_store_documents_total: {
    type: 'counter',
    help: 'Documents by outcome at the store: delivered, dead_lettered, retried.',
    labels: ['outcome'],
  },
  octowatch_rollup_conflicts_total: {
    type: 'counter',
    help: 'Rollups whose place in a time-series stream was taken, by outcome: same (a replay), moved, unknown (may not read), no_place.',
    labels: ['outcome'],
  },
  octowatch_store_failures_total: {
    type: 'counter',
    help: 'Deliveries that failed as a whole, by reason.',
    labels: ['reason'],
  },
  octowatch_store_unknown_total: {
    type: 'counter',
    help: 'Documents sent again without looking for them first, as the credential may not read: some may be stored twice.',
    labels: [],
  },
  octowatch_sender_concurrency: {
    type: 'gauge',
    help: 'Requests the sender may have under way, adapted to what the store bears.',
    labels: [],
  },
  octowatch_sender_request_seconds: {
    type: 'histogram',
    help: 'Time one attempt to deliver took, whatever its outcome.',
    labels: [],
    buckets: SECONDS,
  },
  octowatch_store_corrupt_total: {
    type: 'counter',
    help: 'Damaged databases of the embedded store that were moved aside.',
    labels: [],
  },
  octowatch_rule_evaluations_total: {
    type: 'counter',
    help: 'Rule evaluations by group and outcome (ok or error).',
    labels: ['group', 'outcome'],
  },
  octowatch_rule_problems: {
    type: 'gauge',
    help: 'Rules with a problem at the last load, by kind (left_out: does not parse; doubtful: a finding of check).',
    labels: ['kind'],
  },
  octowatch_rule_group_seconds: {
    type: 'histogram',
    help: 'Time one evaluation of a rule group took.',
    labels: ['group'],
    buckets: SECONDS,
  },
  octowatch_alerts: { type: 'gauge', help: 'Alerts by state.', labels: ['state'] },
  octowatch_notifications_total: {
    type: 'counter',
    help: 'Notifications by receiver, kind and outcome (ok or a failure reason).',
    labels: ['receiver', 'kind', 'outcome'],
  },
  octowatch_received_alerts_total: {
    type: 'counter',
    help: 'Alerts that others posted, by outcome (taken or refused).',
    labels: ['outcome'],
  },
  octowatch_notifications_lost_total: {
    type: 'counter',
    help: 'Ends of incidents that were given up after `on_call.retry_for`: close them at the receiver by hand.',
    labels: ['receiver', 'kind'],
  },
  octowatch_notification_fallbacks_total: {
    type: 'counter',
    help: 'Incidents told to `on_call.fallback` as this receiver could not be reached.',
    labels: ['receiver', 'kind'],
  },
  octowatch_notification_part_failures_total: {
    type: 'counter',
    help: 'What failed beside notifications that arrived, by kind of receiver and reason: a template, a title, one of several addresses.',
    labels: ['kind', 'reason'],
  },
  octowatch_pages_total: {
    type: 'counter',
    help: 'Pages, one for each episode of an incident, by team (all where no label says it), rule and whether nobody was at work.',
    labels: ['team', 'rule', 'out_of_hours'],
  },
  octowatch_page_budget_left: {
    type: 'gauge',
    help: 'Pages left of the budget of a team, for this week and for the last so many hours (span: week, shift); negative when it is broken.',
    labels: ['team', 'span'],
  },
  octowatch_page_budget_pages: {
    type: 'gauge',
    help: 'Pages of a rule that the budget of a team counts (span: week, shift).',
    labels: ['team', 'span', 'rule'],
  },
  octowatch_reports_total: {
    type: 'counter',
    help: 'Attempts to send the weekly report, by receiver, kind and outcome (ok or a failure reason).',
    labels: ['receiver', 'kind', 'outcome'],
  },
  octowatch_slack_connects_total: {
    type: 'counter',
    help: 'Connections to Slack by Socket Mode, which hear presses of buttons, by outcome (ok or a failure reason).',
    labels: ['outcome'],
  },
  octowatch_slack_presses_total: {
    type: 'counter',
    help: 'Presses of buttons in Slack, by action and outcome (ok, a failure reason, or ignored: not a channel or workspace of the configuration).',
    labels: ['action', 'outcome'],
  },
  octowatch_journal_failures_total: {
    type: 'counter',
    help: 'Reads and writes of the journal that failed (notifications, heals, incidents); paging goes on, healing does not.',
    labels: ['journal'],
  },
  octowatch_part_failures_total: {
    type: 'counter',
    help: 'Failures of a part of the agent that were not foreseen; the part was started again.',
    labels: ['part'],
  },
  octowatch_heals_total: {
    type: 'counter',
    help: 'Heals by remedy and how they ended (planned, refused, healed, failed).',
    labels: ['remedy', 'outcome'],
  },
  octowatch_heal_refusals_total: {
    type: 'counter',
    help: 'Heals the guard refused, by reason.',
    labels: ['remedy', 'reason'],
  },
  octowatch_sign_up_gate_requests_total: {
    type: 'counter',
    help: 'Requests that told of the sign-up gate, by outcome (ok or a failure reason).',
    labels: ['outcome'],
  },
  octowatch_config_reloads_total: {
    type: 'counter',
    help: 'Configuration reloads by outcome (ok or error).',
    labels: ['outcome'],
  },
  octowatch_config_reload_success: {
    type: 'gauge',
    help: 'Whether the last reload of the configuration was accepted.',
    labels: [],
  },
  octowatch_fleet_instances: {
    type: 'gauge',
    help: 'Instances that a source of the fleet has and that are believed (static: `fleet.instances`).',
    labels: ['discovery'],
  },
  octowatch_fleet_discoveries_total: {
    type: 'counter',
    help: 'Lists that a discovery was asked for, by outcome (ok, held, or a failure reason).',
    labels: ['discovery', 'outcome'],
  },
  octowatch_fleet_discovery_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When a discovery gave a list last, since the epoch.',
    labels: ['discovery'],
  },
  octowatch_fleet_instances_held: {
    type: 'gauge',
    help: 'Instances that the newest list of a discovery lacks and that are kept, as they are too many to be believed.',
    labels: ['discovery'],
  },
  octowatch_fleet_lists_held_total: {
    type: 'counter',
    help: 'Times that a list was held back as it lacked too many instances at once.',
    labels: ['discovery'],
  },
  octowatch_fleet_instances_refused: {
    type: 'gauge',
    help: 'Problems of what a discovery found: no usable tenant id or url, a tenant twice, a key that cannot be read.',
    labels: ['discovery'],
  },
  octowatch_telemetry_exports_total: {
    type: 'counter',
    help: 'Exports to the OTLP receiver by signal (traces, metrics) and outcome (ok or error).',
    labels: ['signal', 'outcome'],
  },
  octowatch_telemetry_spans_dropped_total: {
    type: 'counter',
    help: 'Spans dropped because the OTLP receiver is away or slow and the queue is full.',
    labels: [],
  },
  octowatch_queries_total: {
    type: 'counter',
    help: "PromQL queries over HTTP, by kind (instant or range) and outcome (ok, or the answer's type of error).",
    labels: ['kind', 'outcome'],
  },
  octowatch_http_requests_total: {
    type: 'counter',
    help: 'Requests served, by route and status.',
    labels: ['route', 'status'],
  },
} as const satisfies Record<string, SelfMetric>;

export type SelfMetricName = keyof typeof SELF_METRICS;

/** One value of a family; a histogram's have the names `_bucket` (label `le`), `_sum` and `_count`. */
export interface SelfSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A row of the table with what was counted so far. */
export interface SelfMetricFamily {
  readonly name: string;
  readonly metric: SelfMetric;
  readonly samples: readonly SelfSample[];
}

/** Where code counts what it does. The name is checked against the table by the compiler. */
export interface SelfMetrics {
  increment(name: SelfMetricName, labels?: Readonly<Record<string, string>>, by?: number): void;
  set(name: SelfMetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  observe(name: SelfMetricName, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** Counts nothing: for tests and one-shot commands. */
export const NO_METRICS: SelfMetrics = { increment() {}, set() {}, observe() {} };
