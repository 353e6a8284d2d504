const PLACEHOLDER = /\{([^{}]*)\}/g;

/** The names in braces of a template such as `https://{name}.example.com`, in their order. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** The template with each placeholder replaced by what `find` knows; undefined when it does not know one of them. */
export function fillPlaceholders(
  template: string,
  find: (name: string) => string | undefined,
): string | undefined {
  let isWhole = true;
  const filled = template.replace(PLACEHOLDER, (_, name: string) => {
    const value = find(name);
    if (value === undefined) isWhole = false;
    return value ?? '';
  });
  return isWhole ? filled : undefined;
}
