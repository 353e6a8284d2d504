import { deadLetteredTexts } from './dead-lettered-texts.ts';
import type { Violation } from './observer.ts';
import { isTimeSeries, textOf } from './stream-indexes.ts';
import type { World } from './world.ts';
import type { WrittenLine } from './written-lines.ts';

/** Ids of lines: eleven letters for the file, then the place in it. */
const IDENTITY_LENGTH = 11;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Looks at a world in which nothing goes wrong any more and everything is drained; the first broken promise. */
export function judge(world: World): Violation | undefined {
  const letters = deadLetteredTexts(world);
  const invented = onlyLines(world, letters) ?? inOrder(world);
  if (invented !== undefined || rotWasNoticed(world)) return invented;
  return eachOnce(world, letters) ?? ledgerIsTrue(world, letters) ?? rollupsAddUp(world, letters);
}

/** Where bits flip, what is asked for is that it is noticed: positions and documents may be gone. */
function rotWasNoticed({ plan, observer }: World): boolean {
  return plan.profile === 'rot' && observer.hasLogged(/damaged|torn|given up|mended|lost/);
}

function onlyLines({ store, lines }: World, letters: ReadonlySet<string>): Violation | undefined {
  for (const { document, stream } of store.indexes.documents()) {
    if (isTimeSeries({ stream })) continue;
    const text = textOf(document);
    if (lines.find(text)?.fate !== 'stored') return broken('I3 no document that is no line', text);
  }
  for (const text of letters) {
    if (lines.find(text)?.fate !== 'dead-lettered') return broken('I3 no dead letter that is no line', text);
  }
  return undefined;
}

function eachOnce(world: World, letters: ReadonlySet<string>): Violation | undefined {
  let missing = 0;
  let lost: WrittenLine | undefined;
  for (const line of world.lines.all) {
    const copies = world.store.indexes.copiesOf(line.text);
    if (copies > 1) return broken('I4 no document twice', `${copies} times: ${line.text}`);
    const arrived = copies === 1 || letters.has(line.text) || line.fate === 'refused';
    if (arrived || (line.destroyed && !line.taken)) continue;
    missing++;
    lost ??= line;
  }
  if (lost === undefined || missing <= mayBeMissing(world)) return undefined;
  return broken('I2 every line arrives', `${missing} lost, the first: ${JSON.stringify(lost)}`);
}

/** Documents that the spool says it dropped, by its policy. */
export function mayBeMissing({ plan, spool }: World): number {
  return plan.spool.policy === 'drop_oldest' ? (spool?.ledger.dropped ?? 0) : 0;
}

/** The place in a file that an id names, in whatever unit: a number in base 64 behind the file's identity. */
function placeOf(id: string): number {
  let place = 0;
  for (const digit of id.slice(IDENTITY_LENGTH)) place = place * 64 + ALPHABET.indexOf(digit);
  return place;
}

function inOrder({ store, lines }: World): Violation | undefined {
  const files = new Map<string, { place: number; line: WrittenLine }[]>();
  for (const { id, document, stream } of store.indexes.documents()) {
    if (isTimeSeries({ stream })) continue;
    const line = lines.find(textOf(document));
    const identity = id.slice(0, IDENTITY_LENGTH);
    const file = files.get(identity) ?? [];
    if (line !== undefined) file.push({ place: placeOf(id), line });
    files.set(identity, file);
  }
  for (const [identity, file] of files) {
    file.sort((a, b) => a.place - b.place);
    const wrong = file.find(({ line }, at) => line.number < (file[at - 1]?.line.number ?? -1));
    if (wrong !== undefined)
      return broken('I6 ids have the order of lines', `${identity}: ${wrong.line.text}`);
  }
  return undefined;
}

function ledgerIsTrue({ plan, spool, store }: World, letters: ReadonlySet<string>): Violation | undefined {
  if (spool === undefined) return broken('I9 it comes back', 'no spool is open at the end');
  if (plan.profile === 'rot' || plan.spool.policy === 'drop_oldest') return undefined;
  const { read, delivered, deadLettered, dropped } = spool.ledger;
  const stored = [...store.indexes.documents()].length;
  const told = `${stored} stored, ${letters.size} dead letters, ${JSON.stringify(spool.ledger)}`;
  if (dropped > 0) return broken('I7 nothing is dropped but by policy', told);
  const isTrue = delivered === stored && deadLettered === letters.size && read >= stored + letters.size;
  return isTrue ? undefined : broken('I1 the ledger is true', told);
}

/** What rollups count is what there is of lines. */
function rollupsAddUp(
  { store, plan, openGroups }: World,
  letters: ReadonlySet<string>,
): Violation | undefined {
  const { conflict } = store.indexes;
  if (conflict !== undefined) return broken('rollup documents do not collide', conflict);
  if (plan.spool.policy === 'drop_oldest' || openGroups > 0) return undefined;
  let lines = letters.size;
  let counted = 0;
  for (const item of store.indexes.documents()) {
    const { count = 0 }: { count?: number } = isTimeSeries(item) ? JSON.parse(item.document) : {};
    counted += count;
    if (!isTimeSeries(item)) lines++;
  }
  return counted === lines
    ? undefined
    : broken('the counts of rollups are the number of lines', `${counted} counted, ${lines} lines`);
}

function broken(invariant: string, what: string): Violation {
  return { invariant, what };
}
