import type { TenantState, TenantView } from './tenant-state.ts';

const WORDS: readonly (readonly [TenantState, string])[] = [
  ['down', 'down'],
  ['healing', 'being healed'],
  ['unknown', 'unknown'],
  ['degraded', 'degraded'],
];

/** The situation in one sentence, also the page's title: `2 of 25 tenants down, 1 being healed`. */
export function situation(views: readonly TenantView[]): string {
  if (views.length === 0) return 'No tenants are configured';
  const parts = WORDS.flatMap(([state, word]) => {
    const members = views.filter((view) => view.state === state);
    return members.length === 0 ? [] : [{ word, members }];
  });
  const [first, ...rest] = parts;
  if (first === undefined) return quiet(views);
  const head =
    first.members.length === 1
      ? `${first.members[0]?.tenant} ${first.word}`
      : `${first.members.length} of ${views.length} tenants ${first.word}`;
  return [head, ...rest.map(({ word, members }) => `${members.length} ${word}`)].join(', ');
}

/** Nothing is wrong with anybody, but some may sleep. */
function quiet(views: readonly TenantView[]): string {
  const [only] = views;
  if (only !== undefined && views.length === 1) return `${only.tenant} ${only.state}`;
  const asleep = views.filter(({ state }) => state === 'asleep').length;
  if (asleep === 0) return `All ${views.length} tenants healthy`;
  return asleep === views.length
    ? `All ${views.length} tenants asleep`
    : `${views.length - asleep} of ${views.length} tenants healthy, ${asleep} asleep`;
}
