import { Failure } from '../../src/model/failure.ts';

/** The Failure that `work` rejects with. @throws Error when it does not, or with anything else */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
