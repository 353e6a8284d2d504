import { LETTERS_DIRECTORY } from './agent.ts';
import type { World } from './world.ts';

/** The lines in the dead letters; one that was torn by a crash is none. */
export function deadLetteredTexts({ disk }: Pick<World, 'disk'>): Set<string> {
  const texts = new Set<string>();
  for (const name of disk.tree.names(LETTERS_DIRECTORY)) {
    const content = disk.tree.find(`${LETTERS_DIRECTORY}/${name}`)?.content.toString() ?? '';
    for (const line of content.split('\n')) {
      const text = textOfLetter(line);
      if (text !== undefined) texts.add(text);
    }
  }
  return texts;
}

function textOfLetter(line: string): string | undefined {
  try {
    const { document }: { document: { text: string } } = JSON.parse(line);
    return document.text;
  } catch {
    return undefined;
  }
}
