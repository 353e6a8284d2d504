import { Failure } from '../../model/failure.ts';

/** What is wrong with one entry of a configuration; `message` names the key. */
export class EntryFailure extends Failure {
  /** Keys and indices below the entry. */
  readonly path: readonly (string | number)[];
  /** What is wrong, without the path. */
  readonly detail: string;

  constructor(path: readonly (string | number)[], detail: string) {
    const keys = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    super('invalid', `${keys.replace(/^\./, '')}: ${detail}`);
    this.path = path;
    this.detail = detail;
  }
}
