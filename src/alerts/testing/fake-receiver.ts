import { Failure } from '../../model/failure.ts';
import type { Incident, Notifier } from '../../model/incident.ts';
import type { Clock, Random } from '../../model/ports.ts';

/** What a call comes to: taken, taken with the answer lost, refused for now or for good, never answered. */
export type Fault = 'none' | 'lost' | 'refused' | 'rejected' | 'hangs' | 'lost_hangs';

/** A receiver that folds by key, as PagerDuty does, and remembers everything it took. */
export class FakeReceiver {
  /** What it believes to be open, by key. */
  readonly open = new Map<string, Incident>();
  /** How often each key went from closed to open. */
  readonly opens = new Map<string, number>();
  readonly taken: Incident[] = [];
  fault: () => Fault = () => 'none';
  onTaken: (incident: Incident, before: Incident | undefined) => void = () => undefined;

  take(incident: Incident): void {
    const before = this.open.get(incident.key);
    this.taken.push(incident);
    if (incident.status === 'resolved') this.open.delete(incident.key);
    else {
      if (before === undefined) this.opens.set(incident.key, (this.opens.get(incident.key) ?? 0) + 1);
      this.open.set(incident.key, incident);
    }
    this.onTaken(incident, before);
  }

  /** The receiver as a process calls it; `act` is where that process may die. */
  notifier(showsHealing: boolean, clock: Clock, random: Random, act: (effect: () => void) => void): Notifier {
    return {
      showsHealing,
      notify: async (incident, signal) => {
        await clock.sleep(Math.floor(random() * 2000), signal);
        const fault = this.fault();
        if (fault === 'refused') throw new Failure('server_error', '503');
        if (fault === 'rejected') throw new Failure('rejected', '400');
        if (fault !== 'hangs') act(() => this.take(incident));
        if (fault === 'lost') throw new Failure('network', 'connection reset');
        if (fault === 'hangs' || fault === 'lost_hangs') return new Promise(() => undefined);
        return { ref: { sequence: incident.sequence } };
      },
    };
  }
}
