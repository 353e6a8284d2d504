/**
 * ms that each clean-up of a stop may take, in their order. They come one after the other, and all may hang: together they
 * leave a second of the 10 s after which supervisors kill.
 */
export const STOP_MS = {
  web: 500,
  work: 3500,
  head: 2000,
  spool: 1000,
  'dead letters': 300,
  store: 500,
  telemetry: 1000,
  http: 200,
} as const;

/** Takes the clean-up of a part; the last one taken comes first. */
export type CloseWithin = (part: keyof typeof STOP_MS, close: () => void | Promise<void>) => void;
