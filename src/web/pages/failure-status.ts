import { Failure, type FailureReason } from '../../model/failure.ts';

const STATUS: Partial<Readonly<Record<FailureReason, 400 | 404 | 503>>> = {
  invalid: 400,
  too_large: 400,
  budget: 400,
  not_found: 404,
  rate_limited: 503,
  timeout: 503,
  disk: 503,
};

/** The HTTP status of a page that says what failed; undefined of what is a defect. */
export function failureStatus(error: unknown): 400 | 404 | 503 | undefined {
  return error instanceof Failure ? STATUS[error.reason] : undefined;
}
