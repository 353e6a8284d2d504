import { eventId } from '../model/event-id.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { labelsKey, METRIC_NAME, type Labels } from '../model/labels.ts';
import type { TemplateFunctions } from '../template/functions.ts';
import { advance, type LiveAlert } from './alert-lifecycle.ts';
import { parseAlertTemplate, type AlertTemplate } from './alert-template.ts';
import type { Whose } from './missing-data.ts';
import { checkLimit, withoutEmpty, type Element } from './rule-result.ts';
import type { AlertingRule } from './rule.ts';
import type { SavedAlert } from './saved-alert.ts';

/** What one evaluation needs to know besides the result. */
export interface AlertContext {
  readonly now: number;
  readonly limit: number;
  readonly holdForMs: number;
  readonly externalLabels: Labels;
  readonly functions: TemplateFunctions;
  /** A text without secrets. */
  readonly redact: (text: string) => string;
  /** Whether data that the rule reads is missing for a tenant, or too much of the fleet's. */
  readonly isMissing: (tenant: Whose) => boolean;
  /** Until when an alert from before a restart is held although its condition is not seen, ms. */
  readonly graceUntil: number;
  /** Whether everything the rule reads was read for a tenant since the start. */
  readonly isRead: (tenant: Whose) => boolean;
  /** Hears of an alert that was resolved because its data is missing for too long. */
  readonly onUnknown: (tenant: Whose) => void;
}

interface Candidate extends Element {
  /** The element's own labels, for templates. */
  readonly source: Labels;
}

/** An alerting rule and its alerts. */
export class AlertingRuleState {
  readonly rule: AlertingRule;
  readonly group: string;
  /** Tells rules of one group apart that have the same name. */
  readonly ruleKey: string;
  readonly alerts = new Map<string, LiveAlert>();
  readonly #labels: readonly (readonly [string, AlertTemplate])[];
  readonly #annotations: readonly (readonly [string, AlertTemplate])[];
  readonly #restored = new Set<LiveAlert>();
  #removed: string[] = [];
  #changed = new Set<LiveAlert>();

  constructor(rule: AlertingRule, group: string, ruleKey: string) {
    this.rule = rule;
    this.group = group;
    this.ruleKey = ruleKey;
    this.#labels = Object.entries(rule.labels).map(([name, text]) => [name, parseAlertTemplate(text, name)]);
    this.#annotations = Object.entries(rule.annotations).map(([name, text]) => [
      name,
      parseAlertTemplate(text, name),
    ]);
  }

  /** Takes over an alert from before a restart or reload; `isRestored`: not evaluated since the restart. */
  adopt(alert: LiveAlert, isRestored: boolean): void {
    this.alerts.set(labelsKey(alert.labels), alert);
    if (isRestored) this.#restored.add(alert);
  }

  /** Keys of the alerts that were not evaluated since a restart. */
  restoredKeys(): string[] {
    return [...this.#restored].map(({ key }) => key);
  }

  /** Moves all alerts on. @throws Failure when the result cannot be used; the alerts are then as they were */
  evaluate(elements: readonly Element[], context: AlertContext): void {
    checkLimit(elements.length, context.limit, 'alerts');
    const candidates = this.#candidates(elements, context);
    for (const [key, candidate] of candidates) this.#meet(key, candidate, context);
    for (const [key, alert] of this.alerts) this.#advance(key, alert, candidates.get(key), context);
  }

  /** What changed since it was last asked, for the store. */
  takeChanges(): { saved: SavedAlert[]; removed: string[] } {
    const saved = [...this.#changed].map((alert) => this.toSaved(alert));
    const removed = this.#removed;
    this.#changed = new Set();
    this.#removed = [];
    return { saved, removed };
  }

  /** The series `ALERTS` and `ALERTS_FOR_STATE` of the alerts that are pending or firing. */
  series(): Element[] {
    return [...this.alerts.values()]
      .filter(({ state }) => state !== 'resolved')
      .flatMap(({ labels, state, activeAt }) => [
        { labels: { ...labels, [METRIC_NAME]: 'ALERTS', alertstate: state }, value: 1 },
        { labels: { ...labels, [METRIC_NAME]: 'ALERTS_FOR_STATE' }, value: activeAt / 1000 },
      ]);
  }

  toSaved(alert: LiveAlert): SavedAlert {
    const { key, labels, annotations, state, value, activeAt } = alert;
    const { firedAt, resolvedAt, heldSince, keepFiringSince } = alert;
    return {
      key,
      group: this.group,
      rule: this.rule.name,
      ruleKey: this.ruleKey,
      labels,
      annotations,
      state,
      value,
      activeAt,
      ...(firedAt === undefined ? {} : { firedAt }),
      ...(resolvedAt === undefined ? {} : { resolvedAt }),
      ...(heldSince === undefined ? {} : { heldSince }),
      ...(keepFiringSince === undefined ? {} : { keepFiringSince }),
    };
  }

  #candidates(elements: readonly Element[], context: AlertContext): Map<string, Candidate> {
    const candidates = new Map<string, Candidate>();
    for (const { labels: full, value } of elements) {
      const { [METRIC_NAME]: _, ...source } = full;
      const own = renderAll(this.#labels, { labels: full, value, ...context });
      const labels = withoutEmpty({ ...source, ...own, alertname: this.rule.name });
      const key = labelsKey(labels);
      if (candidates.has(key)) {
        throw new Failure(
          'invalid',
          'two alerts have the same labels after the labels of the rule were added',
        );
      }
      candidates.set(key, { labels, value, source: full });
    }
    return candidates;
  }

  /** An element of the result: a new alert, or a new value for one that is there. */
  #meet(key: string, { labels, value, source }: Candidate, context: AlertContext): void {
    const known = this.alerts.get(key);
    if (known !== undefined && known.state !== 'resolved') {
      if (Object.is(known.value, value)) return;
      known.value = value;
      this.#annotate(known, source, context);
      return;
    }
    const alert: LiveAlert = {
      key: eventId(this.group, this.rule.name, this.ruleKey, key),
      labels,
      annotations: {},
      state: 'pending',
      value,
      activeAt: context.now,
    };
    this.#annotate(alert, source, context);
    this.alerts.set(key, alert);
  }

  /** Renders the annotations: when an alert appears, when it fires and whenever its value changes, never for nothing. */
  #annotate(alert: LiveAlert, source: Labels, context: AlertContext): void {
    const texts = renderAll(this.#annotations, { labels: source, value: alert.value, ...context });
    alert.annotations = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, context.redact(text)]),
    );
    this.#changed.add(alert);
  }

  #advance(key: string, alert: LiveAlert, candidate: Candidate | undefined, context: AlertContext): void {
    const present = candidate !== undefined;
    const { tenant } = alert.labels;
    if (this.#restored.has(alert) && (present || context.now >= context.graceUntil || context.isRead(tenant)))
      this.#restored.delete(alert);
    const missing = this.#restored.has(alert) || (alert.state !== 'resolved' && context.isMissing(tenant));
    const before = { ...alert };
    const { forMs, keepFiringForMs } = this.rule;
    const { now, holdForMs } = context;
    const transition = advance(alert, { now, present, missing }, { forMs, keepFiringForMs, holdForMs });
    if (transition === 'gone') this.#remove(key, alert);
    else if (transition !== 'none' || differs(before, alert)) this.#changed.add(alert);
    if (transition === 'fired' && candidate !== undefined) this.#annotate(alert, candidate.source, context);
    if (transition === 'unknown') {
      alert.annotations = { ...alert.annotations, resolved_as: 'unknown: the data of the rule is missing' };
      context.onUnknown(tenant);
    }
  }

  #remove(key: string, alert: LiveAlert): void {
    this.alerts.delete(key);
    this.#changed.delete(alert);
    this.#removed.push(alert.key);
  }
}

function differs(before: LiveAlert, now: LiveAlert): boolean {
  return (
    before.activeAt !== now.activeAt ||
    before.heldSince !== now.heldSince ||
    before.keepFiringSince !== now.keepFiringSince
  );
}

function renderAll(
  templates: readonly (readonly [string, AlertTemplate])[],
  data: { labels: Labels; value: number; externalLabels: Labels; functions: TemplateFunctions },
): Labels {
  return Object.fromEntries(templates.map(([name, template]) => [name, rendered(template, data)]));
}

/** As in Prometheus an annotation that fails says so and does not fail the rule. */
function rendered(template: AlertTemplate, data: Parameters<AlertTemplate>[0]): string {
  try {
    return template(data);
  } catch (error) {
    return `<error expanding template: ${messageOf(error)}>`;
  }
}
