import { formatMatcher } from '../alerts/matchers/format-matcher.ts';
import type { Route } from '../alerts/route.ts';
import { formatDuration } from '../model/duration.ts';

/** A routing tree as lines of text; `kindsOf` tells by what a receiver is told. */
export function drawRoutes(root: Route, kindsOf: (receiver: string) => string): string[] {
  return [`every alert ${describe(root, undefined, kindsOf)}`, ...children(root, '', kindsOf)];
}

/** How many routes there are. */
export function countRoutes(route: Route): number {
  return route.routes.reduce((sum, child) => sum + countRoutes(child), 1);
}

function children(route: Route, indent: string, kindsOf: (receiver: string) => string): string[] {
  return route.routes.flatMap((child, index) => {
    const isLast = index === route.routes.length - 1;
    const matchers = child.matchers.map(formatMatcher).join(', ');
    return [
      `${indent}${isLast ? '└─' : '├─'} {${matchers}} ${describe(child, route, kindsOf)}`,
      ...children(child, `${indent}${isLast ? '   ' : '│  '}`, kindsOf),
    ];
  });
}

/** What a route says, but for what it has of its parent. */
function describe(route: Route, parent: Route | undefined, kindsOf: (receiver: string) => string): string {
  const parts = [
    route.receiver === parent?.receiver ? undefined : `→ ${route.receiver} (${kindsOf(route.receiver)})`,
    sameList(route.groupBy, parent?.groupBy) ? undefined : groupingOf(route.groupBy),
    route.groupWaitMs === parent?.groupWaitMs ? undefined : `waits ${formatDuration(route.groupWaitMs)}`,
    route.groupIntervalMs === parent?.groupIntervalMs
      ? undefined
      : `changes every ${formatDuration(route.groupIntervalMs)}`,
    route.repeatIntervalMs === parent?.repeatIntervalMs
      ? undefined
      : `again every ${formatDuration(route.repeatIntervalMs)}`,
    intervals('muted in', route.muteTimeIntervals),
    intervals('active in', route.activeTimeIntervals),
    route.continue ? 'then the next too' : undefined,
  ];
  const told = parts.filter((part) => part !== undefined).join(', ');
  return told === '' ? '→ as above' : told;
}

function groupingOf(labels: readonly string[]): string {
  if (labels.length === 0) return 'one incident for all';
  return labels.includes('...') ? 'an incident for each alert' : `an incident by ${labels.join(', ')}`;
}

function intervals(word: string, names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `${word} ${names.join(', ')}`;
}

function sameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((item, index) => item === b[index]);
}
