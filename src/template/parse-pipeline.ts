import type { Token } from './lex.ts';
import type { Access, Command, Operand, Pipeline } from './tree.ts';

const MAX_DEPTH = 100;

/** What a template may refer to besides its own definitions. */
export interface Known {
  readonly functions: ReadonlySet<string>;
  /** Variables declared before it, without `$`. */
  readonly variables?: readonly string[];
}

/** Parses what stands between `{{` and `}}`: declarations, commands, operands. */
export class PipelineParser {
  readonly #tokens: readonly Token[];
  readonly #known: ReadonlySet<string>;
  readonly #failure: (at: number, problem: string) => Error;
  #variables: string[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], known: Known, failure: (at: number, problem: string) => Error) {
    this.#tokens = tokens;
    this.#known = known.functions;
    this.#variables = ['', ...(known.variables ?? [])];
    this.#failure = failure;
  }

  /** Runs `parse` in a scope of its own: variables it declares are forgotten after it. */
  scoped<T>(parse: () => T, variables: readonly string[] = this.#variables): T {
    const outer = this.#variables;
    this.#variables = [...variables];
    const result = parse();
    this.#variables = outer;
    return result;
  }

  /** The pipeline from token `start` to the closing `}}`, and the index after that. */
  parse(start: number): { pipeline: Pipeline; next: number } {
    this.#at = start;
    const pipeline = this.#pipeline('close');
    return { pipeline, next: this.#at };
  }

  /** The variables of `range $i, $v :=` at token `start`; undefined where none are declared. */
  rangeNames(start: number): { names: string[]; next: number } | undefined {
    this.#at = start;
    const names: string[] = [];
    for (;;) {
      this.#skipSpace();
      const token = this.#take();
      if (token?.kind !== 'variable' || token.text === '') return undefined;
      names.push(token.text);
      this.#skipSpace();
      const symbol = this.#take();
      if (symbol?.text === ':=' && names.length <= 2) {
        this.#variables.push(...names);
        return { names, next: this.#at };
      }
      if (symbol?.text !== ',') return undefined;
    }
  }

  #pipeline(until: 'close' | ')'): Pipeline {
    this.#skipSpace();
    const at = this.#peek()?.at ?? 0;
    const target = this.#target();
    const commands = [this.#command()];
    for (;;) {
      const token = this.#take();
      if (token !== undefined && (token.kind === until || (until === ')' && isSymbol(token, ')')))) break;
      if (token === undefined || !isSymbol(token, '|')) throw this.#unexpected(token, at);
      // As in Go, nothing may follow the last one.
      if (!this.#isAtEnd(until)) commands.push(this.#command());
    }
    const constant = commands.slice(1).find(({ head }) => head.kind === 'constant');
    if (constant !== undefined)
      throw this.#failure(constant.head.at, 'a constant cannot take the value of a pipe');
    if (target === undefined) return { commands, at };
    if (target.declare) this.#variables.push(target.name);
    else if (!this.#variables.includes(target.name)) throw this.#undeclared(target.name, at);
    return { commands, target, at };
  }

  #isAtEnd(until: 'close' | ')'): boolean {
    this.#skipSpace();
    const token = this.#peek();
    return token !== undefined && (token.kind === until || (until === ')' && isSymbol(token, ')')));
  }

  #target(): Pipeline['target'] {
    const start = this.#at;
    const variable = this.#take();
    this.#skipSpace();
    const symbol = this.#peek();
    const assigns = symbol?.kind === 'symbol' && (symbol.text === ':=' || symbol.text === '=');
    if (variable?.kind !== 'variable' || !assigns) {
      this.#at = start;
      return undefined;
    }
    this.#at++;
    return { name: variable.text, declare: symbol.text === ':=' };
  }

  #command(): Command {
    const operands: Operand[] = [];
    for (;;) {
      this.#skipSpace();
      const token = this.#peek();
      if (token === undefined || token.kind === 'close' || isSymbol(token, '|') || isSymbol(token, ')'))
        break;
      operands.push(this.#operand());
      this.#mustEnd();
    }
    const [head, ...args] = operands;
    if (head === undefined) throw this.#failure(this.#peek()?.at ?? 0, 'a value or a function is missing');
    return { head, args };
  }

  /** Operands stand apart: by space, or because something ends or is piped. */
  #mustEnd(): void {
    const token = this.#peek();
    const ends = token === undefined || token.kind === 'space' || token.kind === 'close';
    if (!ends && !isSymbol(token, '|') && !isSymbol(token, ')')) throw this.#unexpected(token, token.at);
  }

  #operand(): Operand {
    const token = this.#take();
    if (token === undefined) throw this.#unexpected(token, 0);
    const { kind, text, at } = token;
    if (kind === 'string') return { kind: 'constant', value: text, at };
    if (kind === 'number') return { kind: 'constant', value: numberOf(text.replaceAll('_', '')), at };
    if (kind === 'word') return this.#word(token);
    if (kind === 'variable') {
      if (!this.#variables.includes(text)) throw this.#undeclared(text, at);
      return this.#fields({ variable: text }, at);
    }
    if (kind === 'field') this.#at--;
    if (kind === 'field' || (isSymbol(token, '.') && this.#peek()?.kind !== 'field'))
      return this.#fields('dot', at);
    if (isSymbol(token, '(')) return this.#nested(token);
    throw this.#unexpected(token, 0);
  }

  #word({ text, at }: Token): Operand {
    if (text === 'true' || text === 'false') return { kind: 'constant', value: text === 'true', at };
    if (text === 'nil') return { kind: 'constant', value: null, at };
    if (!this.#known.has(text)) throw this.#failure(at, `function ${JSON.stringify(text)} is not known`);
    const call = { kind: 'call', name: text, at } as const;
    if (this.#peek()?.kind !== 'field') return call;
    return this.#fields({ pipeline: { commands: [{ head: call, args: [] }], at } }, at);
  }

  #nested({ at }: Token): Operand {
    if (++this.#depth > MAX_DEPTH) throw this.#failure(at, `parentheses nested more than ${MAX_DEPTH} deep`);
    const pipeline = this.#pipeline(')');
    this.#depth--;
    if (pipeline.target !== undefined) throw this.#failure(at, 'no assignment inside parentheses');
    return this.#fields({ pipeline }, at);
  }

  #fields(of: Access['of'], at: number): Operand {
    const fields: string[] = [];
    for (let token = this.#peek(); token?.kind === 'field'; token = this.#peek()) {
      fields.push(token.text);
      this.#at++;
    }
    return { kind: 'access', of, fields, at };
  }

  #undeclared(name: string, at: number): Error {
    return this.#failure(at, `variable $${name} is not declared`);
  }

  #unexpected(token: Token | undefined, at: number): Error {
    if (token === undefined || token.kind === 'close')
      return this.#failure(token?.at ?? at, 'the action ends too early');
    return this.#failure(token.at, `unexpected ${JSON.stringify(token.text)}`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #skipSpace(): void {
    while (this.#peek()?.kind === 'space') this.#at++;
  }
}

/** As Go takes a constant: a float where it has a point or an exponent, else an integer. */
function numberOf(text: string): number | bigint {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const isHex = /^0[xX]/.test(digits);
  if (!isHex && /[.eE]/.test(digits)) return Number(text);
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -size : size;
}

function isSymbol(token: Token, text: string): boolean {
  return token.kind === 'symbol' && token.text === text;
}
