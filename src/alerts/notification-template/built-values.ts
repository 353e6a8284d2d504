import { textOf, listOf } from '../../template/arguments.ts';
import type { TemplateFunctions } from '../../template/functions.ts';
import type { TemplateValue } from '../../template/value.ts';

const MAX_ITEMS = 50_000;
const MAX_DEPTH = 100;

interface Size {
  /** With those of lists and maps inside, each as often as it is there. */
  readonly items: number;
  readonly depth: number;
}

/** `list`, `append` and `dict`: what a template builds is bounded, for a list of itself twice doubles each time. */
export function buildingFunctions(): TemplateFunctions {
  const sizes = new WeakMap<object, Size>();

  function built<T extends object>(value: T, items: readonly TemplateValue[]): T {
    const inside = items.map(
      (item) => (typeof item === 'object' && item !== null && sizes.get(item)) || undefined,
    );
    const size = {
      items: inside.reduce((sum, each) => sum + (each?.items ?? 0), items.length),
      depth: 1 + Math.max(0, ...inside.map((each) => each?.depth ?? 0)),
    };
    if (size.items > MAX_ITEMS) throw new Error(`more than ${MAX_ITEMS} items`);
    if (size.depth > MAX_DEPTH) throw new Error(`nested more than ${MAX_DEPTH} deep`);
    sizes.set(value, size);
    return value;
  }

  return {
    list: (...items) => built([...items], items),
    append(list, ...items) {
      const all = [...listOf(list), ...items];
      return built(all, all);
    },
    dict(...values) {
      if (values.length % 2 !== 0) throw new Error('needs a value for each key');
      const entries = values.flatMap((key, index) =>
        index % 2 === 0 ? [[textOf(key), values[index + 1]] as const] : [],
      );
      return built(Object.fromEntries(entries), values);
    },
  };
}
