import assert from 'node:assert/strict';
import test from 'node:test';
import { numberOf, taskLink } from './task-link.ts';

const LINKS: readonly (readonly [string, string | undefined, string])[] = [
  ['ServerTasks-7', 'Spaces-2', 'https://acme.example.com/app#/Spaces-2/tasks/ServerTasks-7'],
  ['ServerTasks-7', undefined, 'https://acme.example.com/app#/tasks/ServerTasks-7'],
  ['a b"><script>', '../x', 'https://acme.example.com/app#/..%2Fx/tasks/a%20b%22%3E%3Cscript%3E'],
];
for (const [task, space, link] of LINKS) {
  test(`the page of ${task} in ${space ?? 'no known space'}`, () =>
    assert.equal(taskLink('https://acme.example.com', task, space), link));
}

const NUMBERS: readonly (readonly [string | undefined, number | undefined])[] = [
  ['ServerTasks-4711', 4711],
  ['Spaces-1', 1],
  ['RunbookRuns-7', undefined],
  ['Q7XK2B', undefined],
  ['ServerTasks-', undefined],
  ['ServerTasks-7x', undefined],
  ['ServerTasks-12345678901234567890', undefined],
  [undefined, undefined],
];
for (const [id, number] of NUMBERS) {
  test(`the number of ${id} is ${number}`, () => assert.equal(numberOf(id), number));
}
