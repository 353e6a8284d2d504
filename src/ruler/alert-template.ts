import { messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { Span } from '../promql/tree.ts';
import {
  createPlaceFunctions,
  STANDARD_FUNCTIONS,
  type TemplateFunctions,
  type TemplatePlace,
} from '../template/functions.ts';
import { createQueryFunctions, type QuerySample } from '../template/query-functions.ts';
import { compileTemplate } from '../template/render-template.ts';
import { renderParsed } from '../template/render.ts';
import type { Template } from '../template/tree.ts';

/** What the templates of a rule see: `$labels`, `$value`, `$externalLabels`, `$externalURL` and the same as `.Labels` … */
export interface AlertTemplateData {
  readonly labels: Labels;
  readonly value: number;
  readonly externalLabels: Labels;
  /** From `alertFunctions`. */
  readonly functions: TemplateFunctions;
}

/** The functions of rules' templates; `query` evaluates an expression at the rule's time. */
export function alertFunctions(
  query: (expression: string) => readonly QuerySample[],
  place: TemplatePlace,
): TemplateFunctions {
  return { ...STANDARD_FUNCTIONS, ...createQueryFunctions(query), ...createPlaceFunctions(place) };
}

/** A label or annotation of a rule, parsed once. */
export type AlertTemplate = (data: AlertTemplateData) => string;

const CHECKED = alertFunctions(() => [], { time: 0, externalUrl: '' });
const VARIABLES = { labels: {}, value: 0, externalLabels: {}, externalURL: '' };

/** What is wrong with the template of a label or annotation, and where in the text; undefined when nothing is. */
export function checkTemplate(text: string, name: string): { span: Span; detail: string } | undefined {
  try {
    parseAlertTemplate(text, name);
    return undefined;
  } catch (error) {
    const message = messageOf(error);
    const [, line = '1', column = '1', detail = message] = /:(\d+):(\d+): (.*)$/s.exec(message) ?? [];
    const start = offsetOf(text, Number(line), Number(column));
    const [word = ' '] = /^[$.]*\w+/.exec(text.slice(start)) ?? [];
    return { span: { start, end: start + word.length }, detail };
  }
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

/** @throws Failure `invalid` */
export function parseAlertTemplate(text: string, name: string): AlertTemplate {
  if (!text.includes('{{')) return () => text;
  const template = compileTemplate(text, { name, functions: CHECKED, variables: VARIABLES });
  return (data) => render(template, data);
}

function render(template: Template, { labels, value, externalLabels, functions }: AlertTemplateData): string {
  const externalURL = functions['externalURL']?.() ?? '';
  const data = { Labels: labels, Value: value, ExternalLabels: externalLabels, ExternalURL: externalURL };
  return renderParsed(template, data, {
    functions,
    variables: { labels, value, externalLabels, externalURL },
  });
}
