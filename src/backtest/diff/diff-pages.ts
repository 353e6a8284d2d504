import type { WakingPage } from '../report/backtest-report.ts';

/** A page that both sets of rules send. */
export interface MovedPage {
  readonly before: WakingPage;
  readonly after: WakingPage;
  /** How much later it comes, ms; below 0 it comes earlier. */
  readonly byMs: number;
}

/** What became of pages. */
export interface PageDiff {
  readonly added: readonly WakingPage[];
  readonly removed: readonly WakingPage[];
  readonly earlier: readonly MovedPage[];
  readonly later: readonly MovedPage[];
  readonly same: number;
}

/**
 * Compares the pages of two sets of rules over the same history. Pages are of the same trouble when the same receiver is
 * told of a tenant that both concern while both are open: of the same rule if there is such a one, else of any.
 * @param end when pages that are still open end, ms
 */
export function diffPages(
  before: readonly WakingPage[],
  after: readonly WakingPage[],
  end: number,
): PageDiff {
  const left = new Set(before);
  const partners = new Map<WakingPage, WakingPage>();
  for (const isPartner of [isSameRule, () => true]) {
    for (const page of after) {
      if (partners.has(page)) continue;
      const partner = left.values().find((each) => isSameTrouble(each, page, end) && isPartner(each, page));
      if (partner === undefined) continue;
      left.delete(partner);
      partners.set(page, partner);
    }
  }
  const moved = [...partners].map(([page, old]) => ({ before: old, after: page, byMs: page.at - old.at }));
  return {
    added: after.filter((page) => !partners.has(page)),
    removed: [...left],
    earlier: moved.filter(({ byMs }) => byMs < 0),
    later: moved.filter(({ byMs }) => byMs > 0),
    same: moved.filter(({ byMs }) => byMs === 0).length,
  };
}

function isSameRule(a: WakingPage, b: WakingPage): boolean {
  return a.rule === b.rule;
}

function isSameTrouble(a: WakingPage, b: WakingPage, end: number): boolean {
  if (a.receiver !== b.receiver) return false;
  if (a.at > (b.endedAt ?? end) || b.at > (a.endedAt ?? end)) return false;
  if (a.tenants.length === 0 || b.tenants.length === 0)
    return isSameRule(a, b) && a.tenants.length === b.tenants.length;
  return a.tenants.some((tenant) => b.tenants.includes(tenant));
}
