import type { Incident } from '../model/incident.ts';
import { reportPart, type Markup, type NotifyDependencies } from './dependencies.ts';

/** A template of the configuration, and what is said where there is none, or where it cannot be filled. */
export interface Blank {
  /** The key of the configuration: `description`. */
  readonly name: string;
  readonly template: string | undefined;
  readonly own: string;
}

/** Fills the templates of one kind of receiver: a broken one is told of, and never keeps a page from going out. */
export interface Fill {
  (incident: Incident, blank: Blank, as?: Markup): string;
  /** The incident with a note of its templates that could not be filled so far. */
  noted(incident: Incident): Incident;
}

export function createFill(
  kind: string,
  dependencies: Pick<NotifyDependencies, 'render' | 'log' | 'metrics'>,
): Fill {
  const failed = new WeakMap<Incident, Set<string>>();

  function fill(incident: Incident, { name, template, own }: Blank, as: Markup = 'text'): string {
    if (template === undefined || !template.includes('{{')) return template ?? own;
    try {
      return dependencies.render?.(template, incident, as) ?? own;
    } catch (error) {
      const before = failed.get(incident) ?? new Set();
      if (!before.has(name)) reportPart(dependencies, kind, incident, `template of ${name}`, error);
      failed.set(incident, before.add(name));
      return own;
    }
  }

  function noted(incident: Incident): Incident {
    const names = [...(failed.get(incident) ?? [])];
    if (names.length === 0) return incident;
    const note = `the template of ${names.join(', ')} cannot be filled (the log says why): these are words of octowatch`;
    return { ...incident, details: { ...incident.details, notes: [...incident.details.notes, note] } };
  }

  return Object.assign(fill, { noted });
}
