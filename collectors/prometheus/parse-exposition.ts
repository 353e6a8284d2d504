import type { ExposedSample, ExpositionFormat, ParseOptions } from './exposed-sample.ts';
import { normalFloat } from './normal-float.ts';
import { HASH, NEWLINE, Scanner, SPACE, TAB } from './scanner.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const EQUAL = 0x3d;

const TYPES: Readonly<Record<ExpositionFormat, ReadonlySet<string>>> = {
  text: new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']),
  openmetrics: new Set([
    'counter',
    'gauge',
    'histogram',
    'gaugehistogram',
    'stateset',
    'info',
    'summary',
    'unknown',
  ]),
};
/** Types whose `_created` series say when they began, and nothing else. */
const CREATED: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary']);

/**
 * Reads a page of samples in one pass. Exemplars, help, units and OpenMetrics's `_created` series are left out.
 * Source: prometheus.io/docs/instrumenting/exposition_formats; the OpenMetrics 1.0 specification, section "ABNF"; where
 * they leave a choice, as Prometheus 3 reads it.
 * @throws Failure `malformed` with line and column
 */
export function parseExposition(
  text: string,
  options: ParseOptions,
  onSample: (sample: ExposedSample) => void,
): void {
  new ExpositionParser(text, options).read(Number.POSITIVE_INFINITY, onSample);
}

/** The same a part at a time, as a large page takes long. */
export class ExpositionParser {
  readonly #sample: ExposedSample = { name: '', labels: [], value: 0, time: undefined };
  readonly #scanner: Scanner;
  readonly #format: ExpositionFormat;
  readonly #normalise: boolean;
  readonly #labels: string[] = [];
  #family = '';
  #type = '';

  constructor(text: string, { format, normalise = true }: ParseOptions) {
    this.#scanner = new Scanner(text);
    this.#format = format;
    this.#normalise = normalise;
    this.#sample.labels = this.#labels;
  }

  /** Reads up to `count` lines; false when the page is over. @throws Failure `malformed` with line and column */
  read(count: number, onSample: (sample: ExposedSample) => void): boolean {
    for (let i = 0; i < count; i++) {
      if (!this.#toLine()) return false;
      if (this.#isSample()) onSample(this.#sample);
    }
    return true;
  }

  get #isStrict(): boolean {
    return this.#format === 'openmetrics';
  }

  /** Stands before a line to read; false at the end. */
  #toLine(): boolean {
    const scanner = this.#scanner;
    if (this.#isStrict) {
      if (scanner.isAtEnd) scanner.fail('# EOF');
      return !this.#isOver();
    }
    scanner.skipBlanks();
    while (scanner.take(NEWLINE)) scanner.skipBlanks();
    return !scanner.isAtEnd;
  }

  /** Reads a line; whether it was a sample. */
  #isSample(): boolean {
    const scanner = this.#scanner;
    if (scanner.next === HASH) {
      this.#comment();
      this.#endLine('the end of the line');
      return false;
    }
    this.#series();
    this.#value();
    return !this.#isCreated();
  }

  #isOver(): boolean {
    const scanner = this.#scanner;
    if (!scanner.text.startsWith('# EOF', scanner.at)) return false;
    scanner.at += '# EOF'.length;
    scanner.take(NEWLINE);
    if (!scanner.isAtEnd) scanner.fail('nothing after # EOF');
    return true;
  }

  /** `# HELP`, `# TYPE` and `# UNIT`; other comments are only the text format's. */
  #comment(): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    scanner.at++;
    const isWord = this.#isBlank();
    this.#blank();
    const keyword = isWord ? scanner.name(false) : '';
    const isKnown = keyword === 'HELP' || keyword === 'TYPE' || (this.#isStrict && keyword === 'UNIT');
    if (!isKnown || !this.#isBlank()) {
      if (this.#isStrict) scanner.fail('# HELP, # TYPE, # UNIT or # EOF', start);
      scanner.skipLine();
      return;
    }
    this.#blank();
    const family = scanner.isAtQuote ? scanner.quoted('metric name') : scanner.name(true);
    if (family === '') scanner.fail(`a metric name after ${keyword}`);
    if (this.#isStrict && !scanner.take(SPACE)) scanner.fail(`a space and text after ${keyword}`);
    if (!this.#isStrict) scanner.skipBlanks();
    if (keyword === 'TYPE') this.#typeOf(family);
    else if (keyword === 'UNIT') this.#unitOf(family);
    else scanner.skipLine();
  }

  #typeOf(family: string): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    const type = this.#isStrict ? scanner.restOfLine() : scanner.restOfLine().trim();
    if (!TYPES[this.#format].has(type)) scanner.fail('a metric type', start);
    this.#family = family;
    this.#type = type;
  }

  #unitOf(family: string): void {
    const start = this.#scanner.at;
    const unit = this.#scanner.restOfLine();
    if (unit !== '' && !family.endsWith(`_${unit}`))
      this.#scanner.fail(`a unit that ${family} ends in`, start);
  }

  /** Name and labels, in either order of the two forms `name{…}` and `{"name", …}`. */
  #series(): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    this.#sample.name = scanner.name(true);
    if (this.#sample.name === '' && scanner.next !== OPEN) scanner.fail('a metric name, { or #');
    this.#labels.length = 0;
    if (!this.#isStrict) scanner.skipBlanks();
    if (scanner.take(OPEN)) this.#braces(this.#labels, true);
    if (this.#sample.name === '') scanner.fail('a metric name in it', start);
  }

  #braces(labels: string[], named: boolean): void {
    const scanner = this.#scanner;
    this.#space();
    while (!scanner.take(CLOSE)) {
      this.#label(labels, named);
      this.#space();
      if (scanner.take(COMMA)) this.#space();
      else if (this.#isStrict && scanner.next !== CLOSE) scanner.fail('a comma or }');
    }
  }

  /** A label; or a metric's name, which is quoted and has no value. */
  #label(labels: string[], named: boolean): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    const { isAtQuote } = scanner;
    const name = isAtQuote ? scanner.quoted('label name') : scanner.name(false);
    if (name === '') scanner.fail('a label name', start);
    this.#space();
    if (scanner.take(EQUAL)) {
      this.#space();
      labels.push(name, this.#normal(name, scanner.quoted('label value')));
    } else if (isAtQuote && named && this.#sample.name === '') this.#sample.name = name;
    else scanner.fail('=');
  }

  /** Prometheus 3 writes the bounds of classic histograms and summaries in one way. */
  #normal(label: string, value: string): string {
    if (!this.#normalise) return value;
    const isBound =
      (label === 'le' && this.#type === 'histogram') || (label === 'quantile' && this.#type === 'summary');
    return isBound && this.#sample.name.startsWith(this.#family) ? normalFloat(value) : value;
  }

  #value(): void {
    const scanner = this.#scanner;
    if (this.#isStrict && !scanner.take(SPACE)) scanner.fail('a space and the value');
    scanner.skipBlanks();
    this.#sample.value = scanner.number('a value');
    this.#sample.time = undefined;
    if (this.#isStrict) {
      if (scanner.next === SPACE && scanner.text.charCodeAt(scanner.at + 1) !== HASH) {
        scanner.at++;
        this.#sample.time = scanner.seconds();
      }
      if (scanner.take(SPACE)) this.#exemplar();
    } else {
      scanner.skipBlanks();
      if (!scanner.isAtEnd && scanner.next !== NEWLINE) this.#sample.time = scanner.milliseconds();
      scanner.skipBlanks();
    }
    this.#endLine('the end of the line');
  }

  /** `# {trace_id="…"} value timestamp`: read, and left out. */
  #exemplar(): void {
    const scanner = this.#scanner;
    if (!scanner.take(HASH) || !scanner.take(SPACE) || !scanner.take(OPEN))
      scanner.fail('the end of the line, or an exemplar');
    this.#braces([], false);
    if (!scanner.take(SPACE)) scanner.fail('a space and the value of the exemplar');
    scanner.number('the value of the exemplar');
    if (scanner.take(SPACE)) scanner.seconds();
  }

  #isCreated(): boolean {
    if (!this.#isStrict || !CREATED.has(this.#type)) return false;
    return this.#sample.name === `${this.#family}_created`;
  }

  /** The text format ends its last line as it likes. */
  #endLine(expected: string): void {
    const scanner = this.#scanner;
    if (scanner.take(NEWLINE)) return;
    if (this.#isStrict || !scanner.isAtEnd) scanner.fail(expected);
  }

  /** One space in OpenMetrics, any number of blanks in the text format. */
  #blank(): void {
    if (this.#isStrict) this.#scanner.take(SPACE);
    else this.#scanner.skipBlanks();
  }

  #isBlank(): boolean {
    const { next } = this.#scanner;
    return next === SPACE || (!this.#isStrict && next === TAB);
  }

  /** Between the parts of labels. */
  #space(): void {
    if (!this.#isStrict) this.#scanner.skipBlanks();
  }
}
