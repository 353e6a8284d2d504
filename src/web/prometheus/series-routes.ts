import { Hono, type Context } from 'hono';
import { Failure } from '../../model/failure.ts';
import { labelValue, type Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Clock } from '../../model/ports.ts';
import type { SeriesReader, TimeRange } from '../../model/series.ts';
import { endpoint, answerOf, type Answer } from './answer.ts';
import { TRUNCATED } from './cut.ts';
import type { Form } from './form.ts';
import { createGate } from './gate.ts';
import { createPace } from './pace.ts';
import { limitOf, matcherSetsOf, timeRangeOf } from './parameters.ts';
import { labelsJson, listJson } from './result-json.ts';

interface Lookup {
  /** Series that satisfy any of them; none is all series. */
  readonly sets: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  readonly limit: number;
}

/** One may hold the labels of all series as text. */
const GATE = { running: 2, waiting: 100 };

/** `/series`, `/labels` and `/label/<name>/values`: what there is in the head. */
export function seriesRoutes({ reader, clock }: { reader: SeriesReader; clock: Clock }): Hono {
  const pace = createPace(clock);
  const gate = createGate(GATE);

  function inTurn<L extends Lookup>(answer: (lookup: L, signal: AbortSignal) => Promise<Answer>) {
    return (lookup: L, signal: AbortSignal): Promise<Answer> =>
      gate.enter(signal, () => answer(lookup, signal));
  }

  /** Shows each label set once to `see`. */
  async function visit(
    { sets, range }: Lookup,
    signal: AbortSignal,
    see: (labels: Labels) => void,
  ): Promise<void> {
    for (const matchers of sets.length === 0 ? [[]] : sets) {
      for (const labels of labelSets(reader, matchers, range)) {
        see(labels);
        await pace();
        signal.throwIfAborted();
      }
    }
  }

  async function series(lookup: Lookup, signal: AbortSignal): Promise<Answer> {
    const found = new Map<string, string>();
    await visit(lookup, signal, (labels) => void found.set(sortKey(labels), labelsJson(labels)));
    const { kept, warnings } = first([...found.keys()].toSorted(), lookup.limit);
    return { pieces: listJson(kept, (key) => [found.get(key) ?? '']), warnings };
  }

  async function names(lookup: Lookup, signal: AbortSignal): Promise<Answer> {
    const found = new Set<string>();
    await visit(lookup, signal, (labels) => {
      for (const name of Object.keys(labels)) found.add(name);
    });
    return textsAnswer(found, lookup.limit);
  }

  async function values(
    { name, ...lookup }: Lookup & { name: string },
    signal: AbortSignal,
  ): Promise<Answer> {
    const found = new Set<string>();
    await visit(lookup, signal, (labels) => {
      const value = labelValue(labels, name);
      if (value !== '') found.add(value);
    });
    return textsAnswer(found, lookup.limit);
  }

  return new Hono()
    .on(['GET', 'POST'], '/series', endpoint(seriesLookupOf, inTurn(series)))
    .on(['GET', 'POST'], '/labels', endpoint(lookupOf, inTurn(names)))
    .get('/label/:name/values', endpoint(valuesLookupOf, inTurn(values)));
}

function labelSets(reader: SeriesReader, matchers: readonly Matcher[], range: TimeRange): Iterable<Labels> {
  return reader.labelSets?.(matchers, range) ?? labelsOf(reader.select(matchers, range));
}

function* labelsOf(series: Iterable<{ readonly labels: Labels }>): Iterable<Labels> {
  for (const { labels } of series) yield labels;
}

/** Sorts label sets as Prometheus does: pair after pair. */
function sortKey(labels: Labels): string {
  const names = Object.keys(labels).toSorted();
  return names.map((name) => `${name}\u0000${labels[name]}\u0000`).join('');
}

function lookupOf(form: Form): Lookup {
  return { sets: matcherSetsOf(form), range: timeRangeOf(form), limit: limitOf(form) };
}

function seriesLookupOf(form: Form): Lookup {
  const lookup = lookupOf(form);
  if (lookup.sets.length > 0) return lookup;
  throw new Failure('invalid', 'no match[] parameter provided');
}

function valuesLookupOf(form: Form, context: Context): Lookup & { name: string } {
  const name = unescaped(context.req.param('name') ?? '');
  if (name === '') throw new Failure('invalid', 'invalid label name: ""');
  return { ...lookupOf(form), name };
}

/** `U__a_2e_b` is how clients write a name such as `a.b` in a path (prometheus/common, `UnescapeName`). */
function unescaped(name: string): string {
  if (!name.startsWith('U__')) return name;
  return name
    .slice(3)
    .replaceAll(/__|_([0-9a-f]{1,6})_/gi, (whole, code: string | undefined) =>
      code === undefined ? '_' : String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10_ffff)),
    );
}

function textsAnswer(found: ReadonlySet<string>, limit: number): Answer {
  const { kept, warnings } = first([...found].toSorted(), limit);
  return answerOf(kept, warnings);
}

function first<T>(all: readonly T[], limit: number): { kept: readonly T[]; warnings: readonly string[] } {
  const isCut = limit > 0 && all.length > limit;
  return isCut ? { kept: all.slice(0, limit), warnings: [TRUNCATED] } : { kept: all, warnings: [] };
}
