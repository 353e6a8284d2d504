import type { Labels } from '../../model/labels.ts';
import { textOf } from '../../template/arguments.ts';
import { MethodMap, type TemplateValue } from '../../template/value.ts';

/** Texts in order, with Go's method of Alertmanager's `Strings`. */
export class Texts extends Array<string> {
  Join(separator: TemplateValue): string {
    return this.join(textOf(separator));
  }
}

/** A label as a pair. */
export class Pair {
  readonly Name: string;
  readonly Value: string;

  constructor(name: string, value: string) {
    this.Name = name;
    this.Value = value;
  }

  readonly [field: string]: TemplateValue;
}

/** Labels in order: the alert's name first, the others by name. */
export class Pairs extends Array<Pair> {
  Names(): Texts {
    return textsOf(this, ({ Name }) => Name);
  }

  Values(): Texts {
    return textsOf(this, ({ Value }) => Value);
  }

  String(): string {
    return Array.from(this, ({ Name, Value }) => `${Name}=${Value}`).join(', ');
  }
}

function textsOf(pairs: Pairs, text: (pair: Pair) => string): Texts {
  const texts = new Texts();
  for (const pair of pairs) texts.push(text(pair));
  return texts;
}

/** Labels or annotations with the methods of Alertmanager's `KV` (prometheus/alertmanager, template/template.go). */
export class LabelValues extends MethodMap {
  static of(labels: Labels): LabelValues {
    const values = new LabelValues();
    // Defined one by one: a label may be called __proto__.
    for (const [name, value] of Object.entries(labels))
      Object.defineProperty(values, name, { value, enumerable: true });
    return values;
  }

  SortedPairs(): Pairs {
    return sortedPairs(this);
  }

  Remove(names: TemplateValue): LabelValues {
    if (!Array.isArray(names)) throw new Error('needs a list of names: use stringSlice');
    const removed = new Set(names.map(textOf));
    return LabelValues.of(
      Object.fromEntries(Object.entries(labelsOf(this)).filter(([name]) => !removed.has(name))),
    );
  }

  Names(): Texts {
    return sortedPairs(this).Names();
  }

  Values(): Texts {
    return sortedPairs(this).Values();
  }

  String(): string {
    return sortedPairs(this).String();
  }
}

/** A label may have the name of a method: methods call none of each other. */
function sortedPairs(values: LabelValues): Pairs {
  const first = (name: string): number => (name === 'alertname' ? 0 : 1);
  const entries = Object.entries(labelsOf(values)).toSorted(
    ([a], [b]) => first(a) - first(b) || (a < b ? -1 : 1),
  );
  const pairs = new Pairs();
  for (const [name, value] of entries) pairs.push(new Pair(name, value));
  return pairs;
}

function labelsOf(values: LabelValues): Labels {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));
}
