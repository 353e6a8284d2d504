import { ALL_FEATURES, promtool } from './promtool.ts';

/** Which of the rules promtool refuses, by index; all of the language is on. */
export async function refusedRules(rules: readonly object[]): Promise<ReadonlySet<number>> {
  const text = JSON.stringify({ groups: [{ name: 'g', rules }] });
  const { stderr } = await promtool([ALL_FEATURES, 'check', 'rules', '--lint=none'], text);
  const places = stderr.matchAll(/group "g", rule (\d+), /g);
  return new Set(Array.from(places, ([, number]) => Number(number) - 1));
}
