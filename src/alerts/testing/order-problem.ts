import type { Incident } from '../../model/incident.ts';

/**
 * What is wrong with a notification after the last one of its incident at a receiver; undefined when nothing is.
 * @param isCalm nothing failed or died: then nothing is said twice, not even under a sequence of its own
 */
export function orderProblem(last: Incident, incident: Incident, isCalm: boolean): string | undefined {
  const [number, lastNumber] = [numberOf(incident), numberOf(last)];
  const same = last.status === incident.status && keysOf(last) === keysOf(incident);
  if (number < lastNumber) return `${number} came after ${lastNumber}`;
  if (number === lastNumber && !same) return `another notification under sequence ${number}`;
  return isCalm && number > lastNumber && same ? `the same again under sequence ${number}` : undefined;
}

function numberOf({ sequence }: Incident): number {
  return Number(sequence.split('-').at(-1));
}

function keysOf({ alerts }: Incident): string {
  return alerts
    .map(({ key }) => key)
    .toSorted()
    .join(' ');
}
