import { Failure } from '../../model/failure.ts';
import { parseTemplate } from '../../template/parse.ts';
import type { Node, Template } from '../../template/tree.ts';
import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { notificationFunctions } from './notification-functions.ts';

/** A file of templates as it was read. */
export interface TemplateText {
  /** What positions in errors name. */
  readonly name: string;
  readonly text: string;
}

/** Templates by the names that their files define. */
export type TemplateSet = ReadonlyMap<string, Template>;

const KNOWN = {
  functions: new Set(['and', 'or', ...Object.keys(notificationFunctions(() => 0))]),
  variables: [],
};

/** Parses a template of a notification. @throws Failure `invalid`: `name:line:column: what is wrong` */
export function parseNotificationTemplate(text: string, name: string): Template {
  return parseTemplate(text, KNOWN, name);
}

/**
 * Our own templates and those of `files`; the last one of a name counts, but none that is empty, as in Go.
 * @throws Failure `invalid` with every file that does not parse
 */
export function templateSet(files: readonly TemplateText[]): TemplateSet {
  const set = new Map<string, Template>();
  const problems: string[] = [];
  for (const { name, text } of [{ name: 'octowatch', text: DEFAULT_TEMPLATES }, ...files]) {
    try {
      for (const [defined, template] of parseNotificationTemplate(text, name).defined)
        if (!set.has(defined) || !isEmpty(template.nodes)) set.set(defined, template);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new Failure('invalid', problems.join('\n'));
  return set;
}

function isEmpty(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}

/** Names of templates that a template calls, itself or through others, and that nobody defines. */
export function missingTemplates(template: Template, set: TemplateSet): string[] {
  const seen = new Set<Template>();
  const missing = new Set<string>();
  const visit = (each: Template): void => {
    if (seen.has(each)) return;
    seen.add(each);
    for (const name of callsIn(each.nodes)) {
      const called = template.defined.get(name) ?? set.get(name);
      if (called === undefined) missing.add(name);
      else visit(called);
    }
  };
  visit(template);
  return [...missing];
}

function* callsIn(nodes: readonly Node[]): Iterable<string> {
  for (const node of nodes) {
    if (node.kind === 'template') yield node.name;
    if ('body' in node) {
      yield* callsIn(node.body);
      yield* callsIn(node.otherwise);
    }
  }
}
