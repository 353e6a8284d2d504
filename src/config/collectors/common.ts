import { z } from 'zod';
import { interval } from '../fields.ts';

/** What every collector that polls has. */
export const pollShape = {
  enabled: z.boolean().default(true).describe('Whether it polls.'),
  interval: interval.optional().describe("Replaces every poll's own interval."),
};

/** The name of a place: a cluster, an account, an endpoint. */
export const placeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'a name is letters, digits, dot, dash, slash, underscore');

/** Whether every name is there once. */
export function haveOwnNames(places: readonly { readonly name: string }[]): boolean {
  return new Set(places.map(({ name }) => name)).size === places.length;
}
