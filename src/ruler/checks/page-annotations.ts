import { ANNOTATIONS } from '../../model/alert.ts';
import type { RuleCheck } from './check.ts';

const NEEDED = [ANNOTATIONS.summary, ANNOTATIONS.action, ANNOTATIONS.runbook];

/** Pages that do not say what is broken, what to do first, or where the rest is. */
export const pageAnnotations: RuleCheck = {
  id: 'page-annotations',
  *find(rule) {
    if (rule.kind !== 'alert' || rule.labels['severity'] !== 'page') return;
    for (const name of NEEDED) {
      if ((rule.annotations[name] ?? '') === '')
        yield { detail: `a page needs the annotation ${name}`, place: rule.places.annotations.get(name) };
    }
  },
};
