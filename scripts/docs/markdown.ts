/** The first line of every generated page. */
export const GENERATED = '<!-- Written by `npm run docs` from the code; edit that instead. -->';

/** A table whose cells may hold anything but a line break. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Names as code, one after the other; a dash where there are none. */
export function codeList(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.map(code).join(', ');
}

export function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** A page of blocks with an empty line between each two. */
export function page(title: string, blocks: readonly string[]): string {
  return `${[GENERATED, `# ${title}`, ...blocks].join('\n\n')}\n`;
}
