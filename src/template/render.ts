import { messageOf } from '../model/failure.ts';
import { templateFailure } from './error.ts';
import type { Escaper } from './escaper.ts';
import { fieldOf } from './fields.ts';
import type { TemplateFunctions } from './functions.ts';
import { SafeText } from './safe-text.ts';
import { Scope } from './scope.ts';
import type { Access, Command, Node, Operand, Pipeline, Template } from './tree.ts';
import { isMap, isTruthy, kindOf, printValue, type TemplateMethod, type TemplateValue } from './value.ts';

const MAX_STEPS = 1_000_000;
const MAX_CALLS = 50;
const STEPS_BETWEEN_LOOKS = 256;

export interface RenderOptions {
  readonly functions: TemplateFunctions;
  /** Declared before the template: `{ labels: … }` is `$labels`. */
  readonly variables?: Readonly<Record<string, TemplateValue>>;
  /** Templates that `{{template "name" .}}` may call besides its own. */
  readonly templates?: ReadonlyMap<string, Template>;
  /** Longest result, and longest text of any function, in characters. Default 1 Mi. */
  readonly maxLength?: number;
  /** Asked now and then: whether it has taken too long. */
  readonly isLate?: () => boolean;
  /** The result is markup, and what is inserted is none. */
  readonly escaper?: Escaper;
}

/**
 * The text of a parsed template over `data`. A map's missing key is empty; an unknown field of `data` itself is an error.
 * @throws Failure `invalid` with the position: a function that failed, a field that is not there, too long a result
 */
export function renderParsed(template: Template, data: TemplateValue, options: RenderOptions): string {
  return new Renderer(template, data, options).render();
}

type Flow = 'next' | 'break' | 'continue';

class Renderer {
  readonly #options: RenderOptions;
  readonly #main: Template;
  readonly #scope: Scope;
  readonly #maxLength: number;
  #template: Template;
  #root: TemplateValue;
  #output = '';
  #steps = 0;
  #calls = 0;

  constructor(template: Template, data: TemplateValue, options: RenderOptions) {
    this.#main = template;
    this.#template = template;
    this.#root = data;
    this.#options = options;
    this.#scope = new Scope({ ...options.variables, '': data });
    this.#maxLength = options.maxLength ?? 1_048_576;
  }

  render(): string {
    this.#list(this.#main.nodes, this.#root);
    this.#end();
    return this.#output;
  }

  #end(): void {
    try {
      this.#options.escaper?.end();
    } catch (error) {
      throw this.#failure(this.#template.text.length, messageOf(error));
    }
  }

  #list(nodes: readonly Node[], dot: TemplateValue): Flow {
    for (const node of nodes) {
      const flow = this.#node(node, dot);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #node(node: Node, dot: TemplateValue): Flow {
    switch (node.kind) {
      case 'text':
        this.#write(this.#options.escaper?.literal(node.text) ?? node.text, 0);
        return 'next';
      case 'output':
        this.#print(node.pipeline, dot);
        return 'next';
      case 'if':
      case 'with':
        return this.#scope.within(() => {
          const value = this.#pipeline(node.pipeline, dot);
          const inner = node.kind === 'with' ? value : dot;
          return isTruthy(value) ? this.#list(node.body, inner) : this.#list(node.otherwise, dot);
        });
      case 'range':
        return this.#range(node, dot);
      case 'template':
        this.#call(node, dot);
        return 'next';
      case 'break':
      case 'continue':
      default:
        return node.kind;
    }
  }

  #print(pipeline: Pipeline, dot: TemplateValue): void {
    const value = this.#pipeline(pipeline, dot);
    if (pipeline.target === undefined) this.#write(this.#shown(value, pipeline.at), pipeline.at);
  }

  #shown(value: TemplateValue, at: number): string {
    const { escaper } = this.#options;
    const text = printValue(value);
    if (escaper === undefined) return text;
    try {
      return escaper.value(text, value instanceof SafeText ? value : undefined);
    } catch (error) {
      throw this.#failure(at, messageOf(error));
    }
  }

  #range(node: Node & { kind: 'range' }, dot: TemplateValue): Flow {
    return this.#scope.within(() => {
      const value = this.#pipeline(node.pipeline, dot);
      const entries = this.#entries(value, node.pipeline.at);
      if (entries.length === 0) return this.#list(node.otherwise, dot);
      for (const [key, item] of entries) {
        this.#step(node.pipeline.at);
        const flow = this.#scope.within(() => {
          const names = node.names.length === 1 ? [undefined, ...node.names] : node.names;
          if (names[0] !== undefined) this.#scope.declare(names[0], key);
          if (names[1] !== undefined) this.#scope.declare(names[1], item);
          return this.#list(node.body, item);
        });
        if (flow === 'break') break;
      }
      return 'next';
    });
  }

  #entries(value: TemplateValue, at: number): [TemplateValue, TemplateValue][] {
    if (value === null || value === undefined || value === '') return [];
    if (Array.isArray(value)) return value.map((item: TemplateValue, index) => [BigInt(index), item]);
    if (typeof value === 'bigint')
      return Array.from({ length: this.#bounded(value, at) }, (_, index) => [BigInt(index), BigInt(index)]);
    if (isMap(value)) return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    throw this.#failure(at, `cannot range over ${kindOf(value)}`);
  }

  #bounded(count: bigint, at: number): number {
    if (count > MAX_STEPS) throw this.#failure(at, `more than ${MAX_STEPS} steps`);
    return Math.max(0, Number(count));
  }

  #call(node: Node & { kind: 'template' }, dot: TemplateValue): void {
    const template = this.#main.defined.get(node.name) ?? this.#options.templates?.get(node.name);
    if (template === undefined) throw this.#failure(node.at, `no template ${JSON.stringify(node.name)}`);
    if (++this.#calls > MAX_CALLS)
      throw this.#failure(node.at, `templates call each other more than ${MAX_CALLS} deep`);
    const data = node.pipeline === undefined ? null : this.#pipeline(node.pipeline, dot);
    const [outer, root] = [this.#template, this.#root];
    [this.#template, this.#root] = [template, data];
    this.#scope.isolated(data, () => this.#list(template.nodes, data));
    [this.#template, this.#root] = [outer, root];
    this.#calls--;
  }

  #pipeline(pipeline: Pipeline, dot: TemplateValue): TemplateValue {
    let piped: TemplateValue[] = [];
    for (const command of pipeline.commands) piped = [this.#command(command, dot, piped)];
    const value = piped[0];
    const { target } = pipeline;
    if (target?.declare === true) this.#scope.declare(target.name, value);
    else if (target !== undefined) this.#scope.assign(target.name, value);
    return value;
  }

  #command({ head, args }: Command, dot: TemplateValue, piped: readonly TemplateValue[]): TemplateValue {
    this.#step(head.at);
    if (head.kind === 'constant') {
      if (args.length > 0) throw this.#failure(head.at, 'a constant cannot be called with arguments');
      return head.value;
    }
    if (head.kind === 'call') return this.#function(head.name, head.at, args, dot, piped);
    const values = [...args.map((arg) => this.#operand(arg, dot)), ...piped];
    return this.#access(head, dot, values);
  }

  #function(
    name: string,
    at: number,
    args: readonly Operand[],
    dot: TemplateValue,
    piped: readonly TemplateValue[],
  ): TemplateValue {
    if (name === 'and' || name === 'or') return this.#shortCut(name, at, args, dot, piped);
    const method = this.#options.functions[name];
    if (method === undefined) throw this.#failure(at, `function ${JSON.stringify(name)} is not known`);
    return this.#invoke(name, at, method, [...args.map((arg) => this.#operand(arg, dot)), ...piped]);
  }

  /** `and` and `or` evaluate their arguments only until the answer is known, as Go does since 1.18. */
  #shortCut(
    name: 'and' | 'or',
    at: number,
    args: readonly Operand[],
    dot: TemplateValue,
    piped: readonly TemplateValue[],
  ): TemplateValue {
    if (args.length + piped.length === 0) throw this.#failure(at, `${name} needs an argument`);
    let value: TemplateValue;
    for (const arg of args) {
      value = this.#operand(arg, dot);
      if (isTruthy(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #operand(operand: Operand, dot: TemplateValue): TemplateValue {
    return this.#command({ head: operand, args: [] }, dot, []);
  }

  #access(access: Access, dot: TemplateValue, args: readonly TemplateValue[]): TemplateValue {
    let value = this.#start(access, dot);
    const last = access.fields.length - 1;
    access.fields.forEach((field, index) => {
      const found = this.#field(value, field, access.at);
      const own = index === last ? args : [];
      if (typeof found === 'function') value = this.#invoke(`.${field}`, access.at, found, own);
      else if (own.length > 0)
        throw this.#failure(access.at, `.${field} is no method and takes no arguments`);
      else value = found;
    });
    if (last < 0 && args.length > 0) throw this.#failure(access.at, `${kindOf(value)} takes no arguments`);
    return value;
  }

  #start({ of }: Access, dot: TemplateValue): TemplateValue {
    if (of === 'dot') return dot;
    return 'variable' in of ? this.#scope.get(of.variable) : this.#pipeline(of.pipeline, dot);
  }

  #field(value: TemplateValue, field: string, at: number): TemplateValue {
    const found = fieldOf(value, field, value === this.#root);
    if ('problem' in found) throw this.#failure(at, found.problem);
    return found.value;
  }

  #invoke(name: string, at: number, method: TemplateMethod, args: readonly TemplateValue[]): TemplateValue {
    let value: TemplateValue;
    try {
      value = method(...args);
    } catch (error) {
      throw this.#failure(at, `${name}: ${messageOf(error)}`);
    }
    if (typeof value === 'string' && value.length > this.#maxLength)
      throw this.#failure(at, `${name}: the text is longer than ${this.#maxLength} characters`);
    return value;
  }

  #write(text: string, at: number): void {
    if (this.#output.length + text.length > this.#maxLength)
      throw this.#failure(at, `the result is longer than ${this.#maxLength} characters`);
    this.#output += text;
  }

  #step(at: number): void {
    if (++this.#steps > MAX_STEPS) throw this.#failure(at, `more than ${MAX_STEPS} steps`);
    if (this.#steps % STEPS_BETWEEN_LOOKS === 0 && this.#options.isLate?.() === true)
      throw this.#failure(at, 'it takes too long');
  }

  #failure(at: number, problem: string): Error {
    return templateFailure(this.#template.name, this.#template.text, at, problem);
  }
}
