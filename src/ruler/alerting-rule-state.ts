import { eventId } from '../model/event-id.ts';
import type { Sparse } from '../model/frame.ts';
import { labelsKey, type Labels } from '../model/labels.ts';
import { AlertCandidates, type Candidate } from './alert-candidates.ts';
import type { AlertContext } from './alert-context.ts';
import { alertIdentity } from './alert-identity.ts';
import { advance, forgetFuture, type Delays, type Observation, type Transition } from './alert-lifecycle.ts';
import { AlertNews } from './alert-news.ts';
import type { Scope } from './missing-data.ts';
import { RuleTemplates } from './rule-templates.ts';
import type { AlertingRule } from './rule.ts';
import type { SavedAlert } from './saved-alert.ts';
import { thresholdOf } from './threshold.ts';
import { currentAlert, savedAlert, type AlertOwner, type TrackedAlert } from './tracked-alert.ts';

/** An alerting rule and its alerts. */
export class AlertingRuleState {
  readonly rule: AlertingRule;
  /** By identity. */
  readonly alerts = new Map<string, TrackedAlert>();
  readonly #owner: AlertOwner;
  readonly #identity: (labels: Labels) => string;
  readonly #templates: RuleTemplates;
  readonly #candidates: AlertCandidates;
  readonly #restored = new Set<TrackedAlert>();
  /** What changed, for the store and the sink. */
  readonly news: AlertNews;

  /** @param ruleKey tells rules of one group apart that have the same name */
  constructor(rule: AlertingRule, group: string, ruleKey: string) {
    this.rule = rule;
    const threshold = thresholdOf(rule.expr);
    this.#owner = {
      group,
      rule: rule.name,
      ruleKey,
      expression: rule.text,
      ...(threshold === undefined ? {} : { threshold }),
    };
    this.news = new AlertNews(this.#owner);
    this.#identity = alertIdentity(rule);
    this.#templates = new RuleTemplates(rule);
    this.#candidates = new AlertCandidates(rule.name, this.#templates, this.#identity);
  }

  /** Takes over an alert from before a restart or reload; `isRestored`: not evaluated since the restart. */
  adopt(alert: TrackedAlert, isRestored: boolean): void {
    const key = this.#identity(alert.labels);
    const other = this.alerts.get(key);
    if (other !== undefined && other.state !== 'resolved') return this.news.remove(alert);
    if (other !== undefined) this.news.remove(other);
    const tracked = { ...alert };
    this.alerts.set(key, tracked);
    if (isRestored && alert.state !== 'resolved') this.#restored.add(tracked);
  }

  /** Time has jumped: what is pending or fires waits for its data as after a restart. */
  interrupt(): void {
    for (const alert of this.alerts.values()) {
      delete alert.renderedAt;
      if (alert.state !== 'resolved') this.#restored.add(alert);
    }
  }

  /** Keys of the alerts that were not evaluated since a restart. */
  restoredKeys(): string[] {
    return [...this.#restored].map(({ key }) => key);
  }

  /**
   * Moves all alerts on; returns how many new ones the limit kept out. Those that are there live on, and new ones are
   * taken in up to the limit: an outage that hits more than it foresaw must page all the same.
   * @throws Failure when the result cannot be used; the alerts are then as they were
   */
  evaluate(result: Sparse, context: AlertContext): number {
    const candidates = this.#candidates.of(result, context);
    let room = context.limit > 0 ? context.limit - this.#activeCount() : Number.POSITIVE_INFINITY;
    let refused = 0;
    for (const [key, candidate] of candidates) {
      const known = this.alerts.get(key);
      if (known !== undefined && known.state !== 'resolved') this.#follow(known, candidate, context);
      else if (room-- > 0) this.#begin(key, candidate, context);
      else refused++;
    }
    const { forMs, keepFiringForMs } = this.rule;
    const delays = { forMs, keepFiringForMs, holdForMs: context.holdForMs };
    const seen = { now: context.now, present: false, missing: false };
    for (const [key, alert] of this.alerts) {
      seen.present = candidates.has(key);
      this.#advance(key, alert, seen, delays, context);
    }
    return refused;
  }

  /** All alerts as they are told: the same objects until one of them has news. */
  told(): SavedAlert[] {
    return Array.from(this.alerts.values(), (alert) => savedAlert(alert, this.#owner));
  }

  /** All alerts with their values of now. */
  current(): SavedAlert[] {
    return Array.from(this.alerts.values(), (alert) => currentAlert(alert, this.#owner));
  }

  /** All alerts for the rule's successor after a reload: that one waits for their data is not part of it. */
  handOver(): SavedAlert[] {
    return Array.from(this.alerts.values(), (alert) =>
      currentAlert({ ...alert, unseenSince: undefined, saved: undefined }, this.#owner),
    );
  }

  #activeCount(): number {
    let count = 0;
    for (const { state } of this.alerts.values()) count += state === 'resolved' ? 0 : 1;
    return count;
  }

  #begin(key: string, { labels, source, value }: Candidate, context: AlertContext): void {
    const { group, rule, ruleKey } = this.#owner;
    const alert: TrackedAlert = {
      key: eventId(group, rule, ruleKey, key),
      labels,
      annotations: {},
      state: 'pending',
      value,
      activeAt: context.now,
      source,
    };
    this.#annotate(alert, context);
    this.news.touch(alert);
    this.alerts.set(key, alert);
  }

  #follow(alert: TrackedAlert, { source, value }: Candidate, context: AlertContext): void {
    const isNews = alert.source !== source || !Object.is(alert.value, value);
    alert.source = source;
    alert.value = value;
    if (isNews) alert.isBehind = true;
    const isDue = context.now - (alert.renderedAt ?? Number.NEGATIVE_INFINITY) >= context.refreshMs;
    if (isDue && (alert.isBehind === true || this.#templates.annotationsAsk)) this.#annotate(alert, context);
  }

  /**
   * Renders the annotations: when an alert appears, when it fires or ends, and when its value changes or they ask for
   * more, but not too often. That alone is told and not saved: after a restart they are rendered anew.
   */
  #annotate(alert: TrackedAlert, context: AlertContext): void {
    const { source, value } = alert;
    if (source === undefined) return;
    const { externalLabels, functions } = context;
    const texts = this.#templates.annotations({ labels: source, value, externalLabels, functions });
    const before = alert.annotations;
    alert.annotations = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, context.redact(text)]),
    );
    const isNews = alert.isBehind !== false || labelsKey(before) !== labelsKey(alert.annotations);
    alert.renderedAt = context.now;
    alert.isBehind = false;
    if (isNews) this.news.tell(alert);
  }

  #advance(key: string, alert: TrackedAlert, seen: Observation, delays: Delays, context: AlertContext): void {
    const { state, activeAt, heldSince, keepFiringSince } = alert;
    forgetFuture(alert, seen.now);
    seen.missing = state !== 'resolved' && context.isMissing(this.#scopeOf(alert, context));
    if (this.#isUnseen(alert, seen, context)) return;
    const transition = advance(alert, seen, delays);
    if (transition === 'gone') {
      if (state === 'pending' && seen.missing) context.onUnknown(this.#scopeOf(alert, context));
      return this.#remove(key, alert);
    }
    const hasMoved = alert.activeAt !== activeAt || alert.heldSince !== heldSince;
    if (transition !== 'none') this.#settle(alert, transition, context);
    if (transition !== 'none' || hasMoved || alert.keepFiringSince !== keepFiringSince)
      this.news.touch(alert);
  }

  /** Whether it is from before a restart or jump and waits for its data: it stays as it is, and its clock runs on. */
  #isUnseen(alert: TrackedAlert, { present, missing, now }: Observation, context: AlertContext): boolean {
    if (!this.#restored.has(alert)) return false;
    const isOver = present || alert.state === 'resolved';
    if (isOver || context.isGraceOver(alert.labels['tenant'])) this.#restored.delete(alert);
    const isUnseen = this.#restored.has(alert) && !missing;
    if (isUnseen === (alert.unseenSince !== undefined)) return isUnseen;
    alert.unseenSince = isUnseen ? now : undefined;
    this.news.tell(alert);
    return isUnseen;
  }

  #scopeOf(alert: TrackedAlert, context: AlertContext): Scope {
    return (alert.scope ??= context.scopeOf(alert.labels));
  }

  #settle(alert: TrackedAlert, transition: Transition, context: AlertContext): void {
    const isBehind = alert.isBehind === true || alert.renderedAt === undefined;
    if (isBehind || this.#templates.annotationsAsk) this.#annotate(alert, context);
    if (transition !== 'unknown') return;
    alert.annotations = { ...alert.annotations, resolved_as: 'unknown: the data of the rule is missing' };
    context.onUnknown(this.#scopeOf(alert, context));
  }

  #remove(key: string, alert: TrackedAlert): void {
    this.alerts.delete(key);
    this.#restored.delete(alert);
    this.news.remove(alert);
  }
}
