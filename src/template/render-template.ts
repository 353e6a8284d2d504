import { parseTemplate } from './parse.ts';
import { renderParsed, type RenderOptions } from './render.ts';
import type { Template } from './tree.ts';
import type { TemplateValue } from './value.ts';

export interface TemplateOptions extends RenderOptions {
  /** What positions in errors name. Default `template`. */
  readonly name?: string;
}

/**
 * Renders a Go template (the subset in this folder's README) over `data`.
 * @throws Failure `invalid`: `name:line:column: what is wrong`
 */
export function renderTemplate(text: string, data: TemplateValue, options: TemplateOptions): string {
  if (!text.includes('{{')) return text;
  return renderParsed(compileTemplate(text, options), data, options);
}

/** Parses once what is rendered often; also the check of a template that has no data yet. @throws Failure `invalid` */
export function compileTemplate(text: string, options: TemplateOptions): Template {
  const functions = new Set(['and', 'or', ...Object.keys(options.functions)]);
  return parseTemplate(text, { functions, variables: Object.keys(options.variables ?? {}) }, options.name);
}
