import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseInhibitRule } from '../../../src/alerts/mute/inhibit-rule.ts';
import { createInhibitor } from '../../../src/alerts/mute/inhibitor.ts';
import type { Alert } from '../../../src/model/alert.ts';
import type { Labels } from '../../../src/model/labels.ts';
import { skipWithoutGo } from '../go-program.ts';
import { askAlertmanager } from './alertmanager-judge.ts';

function alert(labels: Labels): Alert {
  return {
    key: JSON.stringify(labels),
    group: 'g',
    labels,
    annotations: {},
    state: 'firing',
    value: 1,
    activeAt: 0,
  };
}

const value = fc.constantFrom('x', 'x', 'y', '');
const labels = fc.record({ a: value, b: value, c: value, 'd é': value }, { requiredKeys: [] });
const matchers = fc.array(fc.constantFrom('a=x', 'a!=y', 'b="x"', 'b=""', 'c=~"x|y"', 'c!~"y?"', '"d é"=x'), {
  minLength: 1,
  maxLength: 2,
});
const old = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y|x'), { maxKeys: 1 });
const rule = fc.record(
  {
    name: fc.constantFrom('one', 'two'),
    source_matchers: matchers,
    target_matchers: matchers,
    source_match: old,
    target_match_re: old,
    equal: fc.subarray(['a', 'b', 'c', 'd é']),
  },
  { requiredKeys: ['source_matchers', 'target_matchers'] },
);
const scene = fc.record({
  inhibit: fc.array(rule, { minLength: 1, maxLength: 3 }),
  firing: fc.array(labels, { maxLength: 6 }),
  labelSets: fc.array(labels, { minLength: 1, maxLength: 6 }),
});

test(
  'Alertmanager inhibits the same alerts in 2,000 scenes, those of both sides too',
  { skip: skipWithoutGo() },
  async () => {
    const scenes = fc.sample(scene, { seed: 1, numRuns: 2000 });
    // An alert that is asked about fires itself, so that some could inhibit themselves.
    const questions = scenes.map((each) => ({ ...each, firing: [...each.firing, ...each.labelSets] }));
    const answers = await askAlertmanager(questions);
    let inhibited = 0;
    for (const [index, { inhibit, firing, labelSets }] of questions.entries()) {
      const { error, holds = [] } = answers[index] ?? assert.fail();
      assert.equal(error, undefined);
      const inhibitor = createInhibitor(inhibit.map(parseInhibitRule), firing.map(alert));
      const found = labelSets.map((set) => inhibitor.mutesOf(alert(set)).length > 0);
      assert.deepEqual(found, holds, JSON.stringify({ inhibit, firing, labelSets }));
      inhibited += found.filter((is) => is).length;
    }
    assert.ok(inhibited > 500, `${inhibited} inhibited`);
  },
);
