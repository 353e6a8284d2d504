import type { Incident } from '../model/incident.ts';
import { reportPart, type NotifyDependencies } from './dependencies.ts';

/** A template of the configuration, and what is said where there is none, or where it cannot be filled. */
export interface Blank {
  /** The key of the configuration: `description`. */
  readonly name: string;
  readonly template: string | undefined;
  readonly own: string;
}

/** Fills the templates of one kind of receiver: a broken one is told of, and never keeps a page from going out. */
export type Fill = (incident: Incident, blank: Blank, as?: 'text' | 'html') => string;

export function createFill(
  kind: string,
  dependencies: Pick<NotifyDependencies, 'render' | 'log' | 'metrics'>,
): Fill {
  return (incident, { name, template, own }, as = 'text') => {
    if (template === undefined || !template.includes('{{')) return template ?? own;
    try {
      return dependencies.render?.(template, incident, as) ?? own;
    } catch (error) {
      reportPart(dependencies, kind, incident, `template of ${name}`, error);
      return own;
    }
  };
}
