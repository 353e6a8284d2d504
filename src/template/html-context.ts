/** Where in a page the next character stands. */
type Place =
  | 'text'
  | 'tag'
  | 'attribute name'
  | 'after a name'
  | 'before a value'
  | 'a value in "'
  | "a value in '"
  | 'a bare value'
  | 'a comment';

/** White space as a page has it. */
const SPACE = /[\t\n\f\r ]/;

const URL_ATTRIBUTES = new Set([
  'action',
  'background',
  'cite',
  'data',
  'formaction',
  'href',
  'longdesc',
  'manifest',
  'poster',
  'profile',
  'src',
  'usemap',
  'xlink:href',
]);

/** What an inserted value is part of. */
export type HtmlContext =
  | { readonly kind: 'text' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'value'; readonly isBare: boolean; readonly url?: 'begin' | 'path' | 'query' }
  | { readonly kind: 'nowhere'; readonly what: string };

/** Follows the text of a page as it is written, to know what an inserted value would be part of. */
export class HtmlContextReader {
  #place: Place = 'text';
  /** The last characters, for what takes several: `<!--`, `-->`. */
  #recent = '';
  #tag = '';
  #attribute = '';
  /** The attribute's value as far as it was written. */
  #value = '';
  /** `script` or `style`, while their content is read. */
  #raw: string | undefined;

  get context(): HtmlContext {
    if (this.#raw !== undefined) return { kind: 'nowhere', what: `<${this.#raw}>` };
    switch (this.#place) {
      case 'text':
        return { kind: 'text' };
      case 'a comment':
        return { kind: 'comment' };
      case 'before a value':
      case 'a bare value':
        return this.#valueContext(true);
      case 'a value in "':
      case "a value in '":
        return this.#valueContext(false);
      case 'tag':
      case 'attribute name':
      case 'after a name':
      default:
        return { kind: 'nowhere', what: 'a tag outside its values' };
    }
  }

  /** Takes in text of the page; returns it without comments, which Go leaves out. */
  write(text: string): string {
    let kept = '';
    for (const character of text) {
      const wasComment = this.#place === 'a comment';
      this.#take(character);
      this.#recent = (this.#recent + character).slice(-9).toLowerCase();
      if (wasComment) continue;
      kept = this.#place === 'a comment' ? kept.slice(0, -3) : kept + character;
    }
    return kept;
  }

  /** Takes in an inserted value, which is escaped: it changes no place but that of an attribute without quotes. */
  insert(text: string): void {
    if (this.#place === 'before a value') this.#place = 'a bare value';
    this.#value += text;
  }

  #valueContext(isBare: boolean): HtmlContext {
    const name = this.#attribute.toLowerCase();
    if (name.startsWith('on') || name === 'style') return { kind: 'nowhere', what: `the attribute ${name}` };
    if (!URL_ATTRIBUTES.has(name)) return { kind: 'value', isBare };
    if (this.#value === '') return { kind: 'value', isBare, url: 'begin' };
    return { kind: 'value', isBare, url: /[?#]/.test(this.#value) ? 'query' : 'path' };
  }

  #take(character: string): void {
    switch (this.#place) {
      case 'text':
        return this.#takeText(character);
      case 'a comment':
        if (character === '>' && this.#recent.endsWith('--')) this.#place = 'text';
        return;
      case 'a value in "':
      case "a value in '":
        if (character === this.#place.at(-1)) this.#place = 'tag';
        else this.#value += character;
        return;
      case 'a bare value':
        if (character === '>') this.#endTag();
        else if (SPACE.test(character)) this.#place = 'tag';
        else this.#value += character;
        return;
      case 'tag':
      case 'attribute name':
      case 'after a name':
      case 'before a value':
      default:
        return this.#takeTag(character);
    }
  }

  #takeText(character: string): void {
    if (this.#raw !== undefined) {
      if (character === '>' && this.#recent.endsWith(`</${this.#raw}`)) this.#raw = undefined;
      return;
    }
    if (character === '-' && this.#recent.endsWith('<!-')) this.#place = 'a comment';
    else if (/[a-z/]/i.test(character) && this.#recent.endsWith('<')) {
      this.#place = 'tag';
      this.#tag = character;
      this.#attribute = '';
    }
  }

  /** In a tag, but in no value. */
  #takeTag(character: string): void {
    if (character === '>') return this.#endTag();
    if (SPACE.test(character) || character === '/') {
      if (this.#place === 'attribute name') this.#place = 'after a name';
      else if (this.#place === 'tag' && !this.#tag.endsWith(' ')) this.#tag += ' ';
      return;
    }
    if (this.#place === 'before a value') return this.#beginValue(character);
    if (character === '=' && this.#attribute !== '') {
      this.#place = 'before a value';
      this.#value = '';
    } else if (this.#place === 'attribute name') this.#attribute += character;
    else if (this.#place === 'tag' && !this.#tag.endsWith(' ')) this.#tag += character;
    else {
      this.#place = 'attribute name';
      this.#attribute = character;
    }
  }

  #beginValue(character: string): void {
    if (character === '"') this.#place = 'a value in "';
    else if (character === "'") this.#place = "a value in '";
    else {
      this.#place = 'a bare value';
      this.#value = character;
    }
  }

  #endTag(): void {
    this.#place = 'text';
    const name = this.#tag.trim().toLowerCase();
    if (name === 'script' || name === 'style') this.#raw = name;
  }
}
