import type { BacktestReport } from './backtest-report.ts';

const DAY_MS = 86_400_000;

/** `1,000 tenants`, `1 night`; `series` is its own plural. */
export function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 || what.endsWith('s') ? '' : 's'}`;
}

/** `30 days, 1,000 tenants: 47 pages to oncall, 31 out of hours, woken 12 nights.` */
export function headlineOf({ result, pages, outOfHours, wokenNights, receivers }: BacktestReport): string {
  const { start, end, stepMs, tenants } = result;
  const days = (end - start + stepMs) / DAY_MS;
  const span = days < 1 ? countOf(Math.round(days * 24), 'hour') : countOf(Math.round(days * 10) / 10, 'day');
  const fleet = tenants === 0 ? '' : `, ${countOf(tenants, 'tenant')}`;
  const paged = receivers.filter((each) => each.pages > 0);
  const [only, another] = paged;
  const whom =
    only === undefined
      ? ''
      : another === undefined
        ? ` to ${only.receiver}`
        : ` to ${paged.length} receivers`;
  const count = pages.length === 0 ? 'no page' : countOf(pages.length, 'page');
  const woken = wokenNights === 0 ? 'nobody woken' : `woken ${countOf(wokenNights, 'night')}`;
  const late = pages.length === 0 ? '' : `, ${outOfHours} out of hours`;
  return `${span}${fleet}: ${count}${whom}${late}, ${woken}.`;
}
