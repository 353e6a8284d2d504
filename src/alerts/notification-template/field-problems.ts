import { messageOf } from '../../model/failure.ts';
import { missingTemplates, parseNotificationTemplate, type TemplateSet } from './template-set.ts';

type Path = readonly PropertyKey[];

interface FieldProblem {
  readonly path: Path;
  readonly message: string;
}

/** Templates anywhere in a part of the configuration that do not parse, or call one that nobody defines. */
export function* fieldProblems(part: unknown, path: Path, templates: TemplateSet): Iterable<FieldProblem> {
  if (typeof part === 'string') {
    const message = part.includes('{{') ? problemOf(part, templates) : undefined;
    if (message !== undefined) yield { path, message };
  } else if (Array.isArray(part))
    for (const [index, item] of part.entries()) yield* fieldProblems(item, [...path, index], templates);
  else if (typeof part === 'object' && part !== null)
    for (const [key, item] of Object.entries(part)) yield* fieldProblems(item, [...path, key], templates);
}

function problemOf(text: string, templates: TemplateSet): string | undefined {
  try {
    const [missing] = missingTemplates(parseNotificationTemplate(text, 'template'), templates);
    return missing === undefined ? undefined : `template: nothing is defined as ${JSON.stringify(missing)}`;
  } catch (error) {
    return messageOf(error);
  }
}
