import type { Alert } from '../../model/alert.ts';
import { labelValue, type Labels } from '../../model/labels.ts';
import { matchesAll } from '../../model/matcher.ts';
import type { Mute } from '../../model/on-call.ts';
import { equalKey, type InhibitRule } from './inhibit-rule.ts';

/** Knows which alerts fire, and says which of them mutes another. */
export interface Inhibitor {
  /** Takes an alert as it is now: one that fires may inhibit others, silenced and inhibited ones too. */
  set(alert: Alert): void;
  /** The alert is gone, whatever it was last. */
  delete(key: string): void;
  /** Why the alert is inhibited: by one alert, of the first rule that holds; else empty. */
  mutesOf(alert: Alert): readonly Mute[];
  /** Whether a rule has it as a target, so that some alert could inhibit it. */
  isTarget(alert: Alert): boolean;
}

/** Inhibition by these rules; `alerts` are those known already. */
export function createInhibitor(rules: readonly InhibitRule[], alerts: Iterable<Alert> = []): Inhibitor {
  const inhibitor = new IndexedInhibitor(rules);
  for (const alert of alerts) inhibitor.set(alert);
  return inhibitor;
}

/** The firing sources of one rule with the same values of its `equal`, by alert key. */
interface Sources {
  /** Those that are no targets of the rule. */
  readonly plain: Map<string, Alert>;
  /** Those that are: they do not inhibit each other, nor themselves. */
  readonly twoSided: Map<string, Alert>;
}

class IndexedInhibitor implements Inhibitor {
  readonly #rules: readonly IndexedRule[];
  readonly #sources = new Map<string, readonly IndexedRule[]>();

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules.map((rule) => new IndexedRule(rule));
  }

  set(alert: Alert): void {
    if (alert.state !== 'firing') return this.delete(alert.key);
    // A key stands for labels: what it is a source of does not change.
    if (this.#sources.has(alert.key)) return;
    const rules = this.#rules.filter((rule) => rule.hasSource(alert.labels));
    for (const rule of rules) rule.add(alert);
    this.#sources.set(alert.key, rules);
  }

  delete(key: string): void {
    for (const rule of this.#sources.get(key) ?? []) rule.remove(key);
    this.#sources.delete(key);
  }

  mutesOf(alert: Alert): readonly Mute[] {
    for (const rule of this.#rules) {
      const source = rule.sourceFor(alert);
      if (source !== undefined) return [{ kind: 'inhibition', id: source.key, reason: rule.reason(source) }];
    }
    return [];
  }

  isTarget({ labels }: Alert): boolean {
    return this.#rules.some((rule) => rule.hasTarget(labels));
  }
}

/** One rule with its firing sources, found by the values of its `equal` (alertmanager `inhibit/inhibit.go`). */
class IndexedRule {
  readonly #rule: InhibitRule;
  readonly #index = new Map<string, Sources>();
  readonly #places = new Map<string, string>();

  constructor(rule: InhibitRule) {
    this.#rule = rule;
  }

  hasSource(labels: Labels): boolean {
    return matchesAll(this.#rule.sources, labels);
  }

  hasTarget(labels: Labels): boolean {
    return matchesAll(this.#rule.targets, labels);
  }

  add(alert: Alert): void {
    const place = equalKey(this.#rule, alert.labels);
    const sources = this.#index.get(place) ?? { plain: new Map(), twoSided: new Map() };
    (this.hasTarget(alert.labels) ? sources.twoSided : sources.plain).set(alert.key, alert);
    this.#index.set(place, sources);
    this.#places.set(alert.key, place);
  }

  remove(key: string): void {
    const place = this.#places.get(key) ?? '';
    const sources = this.#index.get(place);
    this.#places.delete(key);
    sources?.plain.delete(key);
    sources?.twoSided.delete(key);
    if (sources?.plain.size === 0 && sources.twoSided.size === 0) this.#index.delete(place);
  }

  /** An alert of both sides is inhibited only by those that are sources alone. */
  sourceFor({ labels }: Alert): Alert | undefined {
    if (this.#index.size === 0 || !this.hasTarget(labels)) return undefined;
    const sources = this.#index.get(equalKey(this.#rule, labels));
    const [plain] = sources?.plain.values() ?? [];
    if (plain !== undefined || this.hasSource(labels)) return plain;
    const [twoSided] = sources?.twoSided.values() ?? [];
    return twoSided;
  }

  /** `inhibited by RegionDown (eu-west-2)` */
  reason({ labels }: Alert): string {
    const name = labelValue(labels, 'alertname');
    const shared = this.#rule.equal
      .map((label) => labelValue(labels, label))
      .filter((value) => value !== '' && value !== name);
    const which = shared.length > 0 ? shared.join(', ') : labelValue(labels, 'tenant');
    return `inhibited by ${name}${which === '' ? '' : ` (${which})`}`;
  }
}
