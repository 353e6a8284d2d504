import type { Labels } from '../model/labels.ts';
import type { InstantOptions } from '../promql/options.ts';
import { parseExpression } from '../promql/parser.ts';
import type { TemplateFunctions } from '../template/functions.ts';
import { QuerySample } from '../template/query-functions.ts';
import type { AlertContext } from './alert-context.ts';
import { alertFunctions } from './alert-template.ts';
import type { EvidenceAlerts } from './evidence-alerts.ts';
import type { Grace } from './grace.ts';
import type { MissingData, Scope } from './missing-data.ts';
import { elementsOf } from './rule-result.ts';

/** What decides how long alerts are held. */
export interface HoldTerms {
  readonly holdForMs: number;
  readonly grace: Grace;
  /** How long annotations may lag behind a value that changes, ms. */
  readonly refreshMs: number;
  readonly missing: MissingData;
  readonly unknown: EvidenceAlerts;
}

/** What alerts and their texts take from outside. */
interface TextPorts {
  readonly externalLabels: Labels;
  readonly externalUrl?: () => string;
  readonly redact: (text: string) => string;
}

/** The rule that is evaluated, and when. */
interface About {
  readonly rule: string;
  /** That it reads in the end. */
  readonly metrics: readonly string[];
  readonly limit: number;
  /** ms since the epoch. */
  readonly now: number;
  /** Of the rule's query. */
  readonly options: InstantOptions;
}

/** What one evaluation of an alerting rule needs to know; made for each, so there is little in it. */
export class EvaluationContext implements AlertContext {
  readonly now: number;
  readonly limit: number;
  readonly #ports: TextPorts;
  readonly #terms: HoldTerms;
  readonly #about: About;
  #functions: TemplateFunctions | undefined;

  constructor(ports: TextPorts, terms: HoldTerms, about: About) {
    this.now = about.now;
    this.limit = about.limit;
    this.#ports = ports;
    this.#terms = terms;
    this.#about = about;
  }

  get holdForMs(): number {
    return this.#terms.holdForMs;
  }

  get refreshMs(): number {
    return this.#terms.refreshMs;
  }

  get externalLabels(): Labels {
    return this.#ports.externalLabels;
  }

  get functions(): TemplateFunctions {
    return (this.#functions ??= this.#createFunctions());
  }

  redact(text: string): string {
    return this.#ports.redact(text);
  }

  scopeOf(labels: Labels): Scope {
    return this.#terms.missing.scopeOf(this.#about.metrics, labels, this.now);
  }

  isMissing(scope: Scope): boolean {
    return this.#terms.missing.isMissing(this.#about.metrics, scope, this.now);
  }

  isGraceOver(tenant: string | undefined): boolean {
    const { grace, missing } = this.#terms;
    return grace.isOver(this.now, () => missing.wasRead(this.#about.metrics, tenant, this.now));
  }

  onUnknown(scope: Scope): void {
    this.#terms.unknown.raise(scope, this.#about.rule, this.#about.metrics, this.now);
  }

  #createFunctions(): TemplateFunctions {
    // Not shifted by the group's query_offset, as in Prometheus.
    const options = { ...this.#about.options, time: this.now };
    const query = (expression: string): QuerySample[] =>
      elementsOf(parseExpression(expression), options).map(
        ({ labels, value }) => new QuerySample(labels, value),
      );
    return alertFunctions(query, { time: this.now, externalUrl: this.#ports.externalUrl?.() ?? '' });
  }
}
