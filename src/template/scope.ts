import type { TemplateValue } from './value.ts';

/** The variables in sight, innermost last; the parser has made sure that what is read was declared. */
export class Scope {
  #variables: { readonly name: string; value: TemplateValue }[];

  constructor(variables: Readonly<Record<string, TemplateValue>>) {
    this.#variables = Object.entries(variables).map(([name, value]) => ({ name, value }));
  }

  get(name: string): TemplateValue {
    return this.#variables.findLast((variable) => variable.name === name)?.value;
  }

  declare(name: string, value: TemplateValue): void {
    this.#variables.push({ name, value });
  }

  assign(name: string, value: TemplateValue): void {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (variable !== undefined) variable.value = value;
  }

  /** Runs `work` and forgets what it declared. */
  within<T>(work: () => T): T {
    const mark = this.#variables.length;
    const result = work();
    this.#variables.length = mark;
    return result;
  }

  /** Runs `work` with nothing in sight but `$`, the data of a called template. */
  isolated(root: TemplateValue, work: () => void): void {
    const outer = this.#variables;
    this.#variables = [{ name: '', value: root }];
    work();
    this.#variables = outer;
  }
}
