import type { Config } from './schema.ts';
import type { Problem } from './substitute.ts';

/** What is wrong between the report and what it rests on: receivers that are not there, hours that are none. */
export function* reportProblems({ report, receivers, on_call }: Config): Iterable<Problem> {
  const names = new Set(receivers.map(({ name }) => name));
  for (const [index, name] of report.receivers.entries()) {
    if (!names.has(name))
      yield { path: ['report', 'receivers', index], message: `no receiver is named ${name}` };
    if (report.receivers.indexOf(name) < index)
      yield { path: ['report', 'receivers', index], message: `receiver ${name} is listed twice` };
  }
  const { from, to } = on_call.office_hours;
  if (from === to)
    yield { path: ['on_call', 'office_hours', 'to'], message: `office hours from ${from} to ${to} are none` };
}
