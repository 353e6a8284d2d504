import { nearestName } from '../../model/nearest-name.ts';
import { selectedNames, selectorsOf } from '../../promql/inspect.ts';
import type { RuleCheck } from './check.ts';
import { nameSpan } from './walk.ts';

/** Metrics that nobody has: each where the expression first mentions it. Where pages are scraped, only misspelt ones. */
export const unknownMetric: RuleCheck = {
  id: 'unknown-metric',
  *find({ expr, text, places }, { names, scrapes = false }) {
    const seen = new Set<string>();
    for (const selector of selectorsOf(expr)) {
      for (const name of selectedNames(selector)) {
        if (names.has(name) || seen.has(name)) continue;
        seen.add(name);
        const nearest = nearestName(name, names);
        if (scrapes && (nearest === undefined || !OURS.test(name))) continue;
        const advice = nearest === undefined ? '' : `: did you mean ${nearest}?`;
        yield {
          detail: `unknown metric ${name}${advice}`,
          place: places.expr(nameSpan(selector, name, text)),
        };
      }
    }
  },
};

/** Names that no exporter begins its own with. */
const OURS = /^(?:octopus|octowatch)_/;
