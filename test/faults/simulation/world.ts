import { Failure, messageOf } from '../../../src/model/failure.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import type { Log } from '../../../src/model/ports.ts';
import { NO_METRICS } from '../../../src/model/self-metrics.ts';
import type { OpenWindows } from '../../../src/spool/rollups/open-windows.ts';
import type { Spool } from '../../../src/spool/spool.ts';
import { LETTERS_DIRECTORY, openTheSpool, runAgent, SPOOL_DIRECTORY, type AgentParts } from './agent.ts';
import { createDice, type Dice } from './dice.ts';
import { DiskFaults } from './disk-faults.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { newLife, type Life } from './life.ts';
import { Observer } from './observer.ts';
import type { Plan } from './plan.ts';
import { LOG_DIRECTORY, SimulatedLog } from './simulated-log.ts';
import { SimulatedStore } from './simulated-store.ts';
import { SimulatedTime } from './simulated-time.ts';
import type { Trace } from './trace.ts';
import { WrittenLines } from './written-lines.ts';

const DATA_DIRECTORIES = [SPOOL_DIRECTORY, `${SPOOL_DIRECTORY}/quarantine`, LETTERS_DIRECTORY];
/** A supervisor waits so long before it starts a process again that failed, ms. */
const RESTART_MS = 500;
/** A stop takes at most this, whatever hangs, ms. */
const STOP_MS = 10_000;

/** Changes a part of each process: a planted defect. */
export type Sabotage = (parts: AgentParts, world: World) => AgentParts;

/** A process that runs, and how to stop it. */
interface Running {
  readonly life: Life;
  readonly stop: AbortController;
  readonly parts: AgentParts;
  spool: Spool | undefined;
  rollups: OpenWindows | undefined;
  /** How long nothing runs after a stop, ms. */
  downMs: number;
}

/** All that one seed makes: logs and their writers, a disk, a store, and one process after another. */
export class World {
  readonly plan: Plan;
  readonly time = new SimulatedTime();
  readonly lines = new WrittenLines();
  readonly trace: Trace;
  readonly faults: DiskFaults;
  readonly disk: FaultyDisk;
  readonly store: SimulatedStore;
  readonly logs: readonly SimulatedLog[];
  readonly observer: Observer;
  readonly #dice: Dice;
  readonly #sabotage: Sabotage;
  readonly #buried: Running[] = [];
  #lives = 0;
  #running: Running | undefined;

  constructor(plan: Plan, trace: Trace, sabotage: Sabotage = (parts) => parts) {
    this.plan = plan;
    this.trace = trace;
    this.#sabotage = sabotage;
    this.#dice = createDice(plan.seed ^ 0x0d15c);
    this.faults = new DiskFaults(createDice(this.#dice.seed()));
    this.faults.slowShare = plan.slowShare;
    const { time, faults } = this;
    const onKill = (cutsPower: boolean): void => this.kill(cutsPower);
    this.disk = new FaultyDisk({ time, faults, trace, onKill, knowsBirth: plan.knowsBirth });
    const { tree } = this.disk;
    if (plan.reusesInodes) tree.reusesNumbersIn = LOG_DIRECTORY;
    for (const directory of [LOG_DIRECTORY, '/data', ...DATA_DIRECTORIES]) tree.make(directory);
    const { maxBodyBytes } = plan;
    const dice = createDice(this.#dice.seed());
    this.store = new SimulatedStore({ time, dice, faults, trace, onKill, maxBodyBytes });
    this.logs = plan.logs.map((manner, index) => {
      return new SimulatedLog({ index, manner, tree, time, lines: this.lines });
    });
    this.observer = new Observer(this);
  }

  /** The spool of the process that runs, once it is open. */
  get spool(): Spool | undefined {
    return this.#running?.spool;
  }

  /** Groups of rollup windows that are not written yet. */
  get openGroups(): number {
    return this.#running?.rollups?.groups ?? 0;
  }

  /** Starts a process. */
  boot(): void {
    if (this.#running !== undefined) return;
    const life = newLife(++this.#lives);
    const stop = new AbortController();
    const parts = this.#sabotage(this.partsOf(life), this);
    const running: Running = { life, stop, parts, spool: undefined, rollups: undefined, downMs: 0 };
    this.#running = running;
    this.trace.note(this.time.now, `boot ${life.number}`);
    const events = {
      onOpen: (spool: Spool, rollups: OpenWindows) => {
        running.spool = spool;
        running.rollups = rollups;
        this.observer.opened(spool);
      },
      onTaken: (source: string, position: JsonValue, texts: readonly string[]) => {
        if (life.alive) this.observer.taken(source, position, texts);
      },
    };
    runAgent(this.plan, parts, events, stop.signal).then(
      () => this.#ended(running),
      (error: unknown) => this.#ended(running, error),
    );
  }

  /** Ends the process at once; another is started after a while. */
  kill(cutsPower: boolean, downMs = this.#dice.pick([0, 100, 1000, 3000])): void {
    this.trace.note(this.time.now, cutsPower ? 'power cut' : 'kill');
    const running = this.#running;
    if (running !== undefined) this.#bury(running);
    if (cutsPower) this.disk.cutPower(DATA_DIRECTORIES, this.#dice);
    this.time.after(downMs, () => this.boot());
  }

  /** SIGTERM. */
  stop(downMs: number): void {
    const running = this.#running;
    if (running === undefined || running.stop.signal.aborted) return;
    this.trace.note(this.time.now, 'stop');
    running.downMs = downMs;
    running.stop.abort(new Failure('aborted', 'octowatch stops'));
    const since = this.time.now;
    this.time.after(STOP_MS, () => {
      const isExcused = running.life.pausedUntil > since || this.faults.stalledAt > since - STOP_MS;
      if (running.life.alive && !isExcused) {
        this.observer.violate('W4 a stop ends in time', `still running ${STOP_MS} ms after SIGTERM`);
      }
    });
  }

  pause(ms: number): void {
    const life = this.#running?.life;
    if (life !== undefined) life.pausedUntil = this.time.now + ms;
  }

  /** Nothing goes wrong from now on. */
  calm(): void {
    this.faults.calm();
    this.store.mood = 'well';
  }

  /** A second start on the directory of a process that runs. */
  async startTwice(): Promise<void> {
    const running = this.#running;
    if (running?.spool === undefined || running.stop.signal.aborted) return;
    try {
      await openTheSpool(this.plan, running.parts, running.stop.signal);
      this.observer.violate('one owner per directory', 'a second start was not refused');
    } catch (error) {
      const refused = error instanceof Failure && error.reason === 'invalid';
      if (!refused) this.observer.violate('one owner per directory', `refused by: ${messageOf(error)}`);
    }
  }

  /** The parts of a process without a defect. */
  partsOf(life: Life): AgentParts {
    return {
      disk: this.disk.viewOf(life),
      clock: this.time.clockOf(life),
      random: this.#dice.next,
      log: this.#logOf(life),
      metrics: NO_METRICS,
      store: this.store.viewOf(life),
      sentFrom: (spool) => spool,
      letters: (letters) => letters,
      write: (spool, batch) => spool.write(batch),
      position: (spool, source) => spool.position(source),
    };
  }

  /**
   * Lets go of all processes, once nothing is asked of them any more: a signal that was made of several lives, with
   * all that waits for it, until it is aborted. What goes on then is dead and reaches neither disk nor store.
   */
  release(): void {
    if (this.#running !== undefined) this.#bury(this.#running);
    for (const { stop } of this.#buried.splice(0)) stop.abort();
  }

  #ended(running: Running, error?: unknown): void {
    if (!running.life.alive) return;
    this.trace.note(this.time.now, error === undefined ? 'ended' : `failed: ${messageOf(error)}`);
    const excused = error instanceof Failure && error.reason === 'disk' && running.spool === undefined;
    if (error !== undefined && !excused) {
      this.observer.violate('I8 start and work whatever the disk holds', messageOf(error));
    }
    this.#bury(running);
    this.time.after(error === undefined ? running.downMs : RESTART_MS, () => this.boot());
  }

  #bury(running: Running): void {
    const { life, spool } = running;
    this.#buried.push(running);
    if (spool !== undefined) this.observer.closing(spool);
    life.alive = false;
    this.disk.closeAllOf(life);
    this.#running = undefined;
  }

  #logOf(life: Life): Log {
    const note = (fields: object, message: string): void => {
      if (!life.alive) return;
      this.observer.logged(message);
      this.trace.remark(this.time.now, message, fields);
    };
    const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
    return log;
  }
}
