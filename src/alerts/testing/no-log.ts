import type { Log } from '../../model/ports.ts';

/** Hears nothing. */
export const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => NO_LOG };
