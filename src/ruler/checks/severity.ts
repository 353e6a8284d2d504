import { SEVERITIES } from '../../model/alert.ts';
import type { RuleCheck } from './check.ts';

/** A severity that is none of the three outcomes: nobody would be told as it was meant. */
export const severity: RuleCheck = {
  id: 'severity',
  *find({ kind, labels, places }) {
    const word = labels['severity'];
    if (kind !== 'alert' || word === undefined || SEVERITIES.some((each) => each === word)) return;
    const detail = `severity ${JSON.stringify(word)} is none of ${SEVERITIES.join(', ')}`;
    yield { detail, place: places.labels.get('severity') };
  },
};
