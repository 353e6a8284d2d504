import { Failure } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import type { SeriesWriter } from '../../model/series-writer.ts';
import { selectedNames, selectorsOf } from '../../promql/inspect.ts';
import { prepareSteps, RowPool, type StepRange } from '../../promql/steps/evaluate-steps.ts';
import { createGroupStates } from '../../ruler/group-state.ts';
import { writes } from '../../ruler/rule-inputs.ts';
import type { RuleGroup } from '../../ruler/rule.ts';
import type { PlacedRule, RuleUnit } from './order-rules.ts';
import type { ReplaySeries } from './replay-series.ts';
import { AlertingWork, RecordingWork, type PlacedEvent, type RuleAtWork } from './rule-at-work.ts';

const NO_WRITER: SeriesWriter = { write() {}, end() {} };

/** Rules that are evaluated together over a block. */
export interface ReplayUnit {
  readonly rules: readonly PlacedRule[];
  /**
   * @param onFailure hears of each step that fails: it is left out
   * @throws Failure: the block is without their results
   */
  run(range: StepRange, onFailure: (failure: Failure) => void): readonly PlacedEvent[];
}

/** What all units share. */
export interface UnitOptions {
  readonly groups: readonly RuleGroup[];
  readonly reader: ReplaySeries;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** As often as a circle is evaluated: each time at least one more step is right, mostly all after two. */
const MOST_ROUNDS = 50;

type OnFailure = (failure: Failure) => void;

/** The rules' units, ready to run block after block. */
export function createUnits(units: readonly RuleUnit[], options: UnitOptions): ReplayUnit[] {
  const create = ruleFactory(options);
  return units.map(({ rules, isCircular }) => {
    const works = rules.map(create);
    const run = (range: StepRange, onFailure: OnFailure): readonly PlacedEvent[] =>
      isCircular
        ? runCircle(works, range)
        : works.flatMap((work) => [...work.run(range, { onFailure }).events]);
    return { rules, run };
  });
}

/** Until what the rules write is what they have read. @throws Failure `budget` when that does not happen */
function runCircle(works: readonly RuleAtWork[], range: StepRange): readonly PlacedEvent[] {
  const undos = works.map((work) => work.mark());
  let read = works.map(() => '').join();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const runs = works.map((work, at) => work.run(range, { undo: () => undos[at]?.(range.start) }));
    const written = runs.map(({ written: each }) => each()).join();
    if (written === read) return runs.flatMap(({ events }) => [...events]);
    read = written;
  }
  throw new Failure(
    'budget',
    `the rule reads its own results, and they do not settle in ${MOST_ROUNDS} rounds`,
  );
}

function ruleFactory(options: UnitOptions): (placed: PlacedRule) => RuleAtWork {
  const { groups, reader } = options;
  const pool = new RowPool();
  const states = createGroupStates(groups, 1, () => NO_WRITER);
  const owners = states.flatMap(({ id, group, rules }) => rules.map((state) => ({ id, group, ...state })));
  const selectors = owners.flatMap(({ rule }) => selectorsOf(rule.expr));
  return (placed) => {
    const owner = owners[placed.place];
    if (owner === undefined) throw new TypeError('a rule without a group');
    const { rule } = placed;
    const own = {
      placed,
      id: owner.identity,
      query: prepareSteps(placed.expr, { reader, rows: pool }),
      limit: owner.group.limit,
      offsetMs: owner.group.queryOffsetMs,
      isRead: selectors.some((selector) =>
        selectedNames(selector).some((name) => writes(rule, name, selector)),
      ),
    };
    return rule.kind === 'record'
      ? new RecordingWork(rule, own, reader)
      : new AlertingWork(rule, own, options, owner.id);
  };
}
