import { messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import { parseAlertTemplate, type AlertTemplate, type AlertTemplateData } from './alert-template.ts';
import type { AlertingRule } from './rule.ts';

type Templates = readonly (readonly [name: string, template: AlertTemplate])[];

/** What a label says may change although the element's labels do not: its value, what a query finds, all the data. */
const CHANGING = /\$value|\.Value\b|\bquery\b|\bnow\b|(?<![\w)])\.(?![A-Za-z_])/;

/** Of these: what may change although neither the labels nor the value of the element do. */
const ASKING = /\bquery\b|\bnow\b/;

/** The templates of an alerting rule. */
export class RuleTemplates {
  /** Whether labels depend on more than the labels of the element. */
  readonly labelsChange: boolean;
  /** Whether annotations depend on what a query finds, or on the time. */
  readonly annotationsAsk: boolean;
  readonly #labels: Templates;
  readonly #annotations: Templates;

  constructor(rule: AlertingRule) {
    this.labelsChange = Object.values(rule.labels).some((text) => text.includes('{{') && CHANGING.test(text));
    this.annotationsAsk = Object.values(rule.annotations).some(
      (text) => text.includes('{{') && ASKING.test(text),
    );
    this.#labels = parse(rule.labels);
    this.#annotations = parse(rule.annotations);
  }

  labels(data: AlertTemplateData): Labels {
    return renderAll(this.#labels, data);
  }

  annotations(data: AlertTemplateData): Labels {
    return renderAll(this.#annotations, data);
  }
}

function parse(texts: Labels): Templates {
  return Object.entries(texts).map(([name, text]) => [name, parseAlertTemplate(text, name)]);
}

function renderAll(templates: Templates, data: AlertTemplateData): Labels {
  return Object.fromEntries(templates.map(([name, template]) => [name, rendered(template, data)]));
}

/** As in Prometheus a template that fails says so and does not fail the rule. */
function rendered(template: AlertTemplate, data: AlertTemplateData): string {
  try {
    return template(data);
  } catch (error) {
    return `<error expanding template: ${messageOf(error)}>`;
  }
}
