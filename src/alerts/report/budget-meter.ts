import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { IncidentLog } from '../log/incident-log.ts';
import { loudestRules, type PageBudget } from './budget.ts';
import { isInOfficeHours, type OfficeHours } from './office-hours.ts';
import { wakingsOf, type Waking } from './wakings.ts';
import { weekOf } from './week.ts';

/** A page in an incident that has gone on for longer counts as another, ms. */
const LONGEST_INCIDENT_MS = 14 * 86_400_000;

export interface BudgetSettings {
  readonly budget: PageBudget;
  readonly officeHours: OfficeHours;
  /** Of the week. */
  readonly timeZone: string;
}

export interface BudgetMeterOptions {
  readonly log: IncidentLog;
  readonly metrics: SelfMetrics;
  readonly settings: () => BudgetSettings;
  /** ms; pages before it are in the budgets, and not in the counter. */
  readonly startedAt: number;
}

/** Shows pages and what is left of budgets as metrics, so that rules can judge them. */
export class BudgetMeter {
  readonly #options: BudgetMeterOptions;
  #lookedAt: number;
  #wakings: readonly Waking[] | undefined;
  /** Series that were shown: what is no longer counted is 0. */
  readonly #shown = new Map<string, Readonly<Record<'team' | 'span' | 'rule', string>>>();
  readonly #teams = new Set<string>();

  constructor(options: BudgetMeterOptions) {
    this.#options = options;
    this.#lookedAt = options.startedAt;
  }

  /** Counts what came since the last look. */
  look(now: number): void {
    const { log } = this.#options;
    const { budget, timeZone } = this.#options.settings();
    const week = weekOf(now, timeZone);
    const isNew = log.pages(this.#lookedAt, now).some(({ wakes }) => wakes);
    if (isNew || this.#wakings === undefined) {
      const from = week.from - LONGEST_INCIDENT_MS;
      const { pages, incidents } = log.wakings(from, now);
      this.#wakings = wakingsOf(pages, incidents);
      this.#count(this.#wakings.filter(({ at }) => at >= this.#lookedAt));
    }
    this.#lookedAt = now;
    for (const { team } of this.#wakings) this.#teams.add(team);
    this.#show('week', week.from, budget.per_week);
    this.#show('shift', now - budget.shift, budget.per_shift);
  }

  #count(wakings: readonly Waking[]): void {
    const { metrics, settings } = this.#options;
    for (const { at, team, rule } of wakings) {
      const out_of_hours = String(!isInOfficeHours(at, settings().officeHours));
      metrics.increment('octowatch_pages_total', { team, rule, out_of_hours });
    }
  }

  #show(span: string, from: number, allowed: number): void {
    const { metrics } = this.#options;
    const gone = new Map([...this.#shown].filter(([, labels]) => labels.span === span));
    for (const team of this.#teams) {
      const own = (this.#wakings ?? []).filter((waking) => waking.team === team && waking.at >= from);
      metrics.set('octowatch_page_budget_left', allowed - own.length, { team, span });
      for (const { rule, pages } of loudestRules(own)) {
        const labels = { team, span, rule };
        const key = JSON.stringify(labels);
        metrics.set('octowatch_page_budget_pages', pages, labels);
        this.#shown.set(key, labels);
        gone.delete(key);
      }
    }
    for (const labels of gone.values()) metrics.set('octowatch_page_budget_pages', 0, labels);
  }
}
