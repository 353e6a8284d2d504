import type { Labels } from '../../model/labels.ts';
import { Changes, savedState, type KeptStates } from './kept-states.ts';
import { ReceiverStorms, savedReceiverStorms } from './receiver-storms.ts';
import { reportStorm } from './report-storm.ts';
import type { Storm, StormSettings, StormView } from './storm.ts';
import { FleetTraits } from './traits.ts';

/** Finds what many tenants with trouble at one receiver share; its states are kept by receiver. */
export interface Storms extends KeptStates {
  /**
   * The storms of a receiver now, the oldest first; each of the view's groups is a member of one at most, and what is in
   * none is told alone. Not to be asked before the rules have been evaluated once after a start: what does not fire has
   * ended.
   */
  look(view: StormView): readonly Storm[];
  /** When a receiver is to be looked at again even if nothing changes, ms; undefined: not at all. */
  dueAt(receiver: string): number | undefined;
}

/**
 * A storm begins when at least `minTenants` tenants that nobody was told of share a trait or, at once, an alert. More of the
 * same class (the trait, else the alert's name) is an edit of it; a new class is a new storm with an id of its own, and
 * takes over the members. It takes in members until it has been smaller than `minTenants` for `settleMs`, and lasts until
 * then and until its last member ended, or until nobody was left of it for half of `settleMs`: what it told is told alone
 * never again.
 *
 * Its id is a hash of the receiver, the class, and of when the last of the first `minTenants` tenants fired. None of that
 * depends on when the agent looked, so a crash before the state was saved ends in the same id. Only a storm that
 * reinterprets what was told already has the time of the look in its id, and none is opened that way within a minute of
 * a start.
 */
export function createStorms(settings: StormSettings): Storms {
  const receivers = new Map<string, ReceiverStorms>();
  const changes = new Changes();
  const fleets = new WeakMap<ReadonlyMap<string, Labels>, FleetTraits>();

  function fleetOf(map: ReadonlyMap<string, Labels>): FleetTraits {
    const fleet = fleets.get(map) ?? new FleetTraits(map);
    fleets.set(map, fleet);
    return fleet;
  }

  function look(view: StormView): readonly Storm[] {
    if (!settings.enabled) return [];
    const { receiver } = view;
    const storms = receivers.get(receiver) ?? new ReceiverStorms(settings);
    const fleet = fleetOf(view.fleet);
    const open = storms.look(view, fleet);
    if (storms.isEmpty) receivers.delete(receiver);
    else receivers.set(receiver, storms);
    changes.note(receiver, storms.isEmpty ? undefined : JSON.stringify(storms.save()));
    return open.map((storm) => reportStorm(storm, view, fleet, settings));
  }

  function restore(receiver: string, saved: string): void {
    receivers.set(
      receiver,
      new ReceiverStorms(settings, savedState(savedReceiverStorms, `the storms of ${receiver}`, saved)),
    );
    changes.restored(receiver, saved);
  }

  return {
    look,
    dueAt: (receiver) => receivers.get(receiver)?.dueAt,
    changes: () => changes.take(),
    restore,
  };
}
