import type { SafeText } from './safe-text.ts';

/** Keeps what a template inserts into markup from being markup itself. */
export interface Escaper {
  /** Text of the template itself. */
  literal(text: string): string;
  /** A value's text. @throws Error where no value can be made safe */
  value(text: string, safe: SafeText | undefined): string;
  /** @throws Error where the markup does not end here */
  end(): void;
}
