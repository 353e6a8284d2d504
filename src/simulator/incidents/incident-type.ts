import type { Instance } from '../instance.ts';
import type { SeededRandom } from '../random.ts';
import type { IncidentClass, IncidentTypeId, SharedThing, SymptomFamily } from '../truth.ts';

/** What a type is given when one of its incidents starts. */
export interface Scene {
  /** The incident's id; the name of its effects. */
  readonly key: string;
  readonly victims: readonly Instance[];
  readonly random: SeededRandom;
  readonly at: number;
  /** How long it lasts when nothing heals it, ms. */
  readonly lengthMs: number;
}

/** What a running incident has to say at a step. */
export interface Progress {
  /** Whether its first signal differs from a healthy instance's by now. */
  readonly isSeen: boolean;
  /** Whether something ended its cause. */
  readonly isHealed?: boolean;
}

/** A running incident. */
export interface Play {
  tick(at: number): Progress;
  /** Takes its cause away. */
  end(at: number): void;
}

/** One row of the catalogue: what it is, whom it must wake, what heals it, and how it plays. */
export interface IncidentType {
  readonly id: IncidentTypeId;
  readonly cause: string;
  readonly class: IncidentClass;
  readonly family: SymptomFamily;
  /** What the victims have in common; undefined for a type that hits one tenant. */
  readonly shared?: SharedThing['kind'];
  readonly isPlanned?: boolean;
  /** From its start until a customer suffers, ms. */
  readonly harmAfterMs: number;
  readonly heal: {
    readonly ok: readonly string[];
    readonly wrong: readonly string[];
    readonly p: number;
    /** Whether a restart of every victim ends it. */
    readonly byRestart: boolean;
  };
  readonly evidence: readonly string[];
  /** Occurrences per 1,000 tenants and month (30 days) in the `cloud` profile. */
  readonly rate: number;
  lengthMs(random: SeededRandom): number;
  start(scene: Scene): Play;
}

export const MINUTE_MS = 60_000;

/** A play that sets one effect on each victim at the start and is seen at once. */
export function steady(scene: Scene, effect: Parameters<Instance['setEffect']>[1]): Play {
  for (const victim of scene.victims) victim.setEffect(scene.key, effect, scene.at);
  return { tick: () => ({ isSeen: true }), end: (at) => clear(scene, at) };
}

/** Takes the incident's effects away from all victims. */
export function clear(scene: Scene, at: number): void {
  for (const victim of scene.victims) victim.setEffect(scene.key, undefined, at);
}
