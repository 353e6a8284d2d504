import type { Clock } from '../../model/ports.ts';

/** How long queries go on before polls and rules have their turn, ms. */
const TURN_MS = 5;

/**
 * To be awaited between the steps of long work: lets others run when all work of one pace has had its turn.
 * @param nextTurn resolves when everybody else had theirs
 */
export function createPace(clock: Clock, nextTurn: () => Promise<void> = immediate): () => Promise<void> {
  let began = clock.now();
  return async () => {
    if (clock.now() - began < TURN_MS) return;
    await nextTurn();
    began = clock.now();
  };
}

function immediate(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
