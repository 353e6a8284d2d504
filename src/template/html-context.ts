/** Where in a page the next character stands. */
type Place =
  | 'text'
  | 'raw text'
  | 'comment'
  | 'tag'
  | 'attribute name'
  | 'after a name'
  | 'before a value'
  | 'value in "'
  | "value in '"
  | 'bare value';

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

/** Elements in which nothing is a tag but their own end; in the first two, values can stand. */
const RAW = new Set(['title', 'textarea', 'script', 'style']);
const CODE = new Set(['script', 'style']);

/** What is read at once, by place; white space is that of pages. */
const PARTS: Readonly<Record<Exclude<Place, 'raw text'>, RegExp>> = {
  text: /[^<]+|<!--|<!doctype|<\/?[a-z][^\t\n\f\r />]*|</iy,
  comment: /[^-]+|-->|-/y,
  tag: /[\t\n\f\r /]+|>|[^\t\n\f\r />][^\t\n\f\r />=]*/y,
  'attribute name': /[^\t\n\f\r />=]+|[\t\n\f\r />=]/y,
  'after a name': /[\t\n\f\r ]+|=|>|[^\t\n\f\r =>]/y,
  'before a value': /[\t\n\f\r ]+|["'>]|[^\t\n\f\r "'>]+/y,
  'value in "': /[^"]+|"/y,
  "value in '": /[^']+|'/y,
  'bare value': /[^\t\n\f\r >]+|[\t\n\f\r >]/y,
};

/** Follows the text of a page as it is written, to know what an inserted value would be part of. */
export class HtmlContextReader {
  #place: Place = 'text';
  /** The name of the tag that is read, or of the element whose raw text is. */
  #tag = '';
  #attribute = '';
  /** The attribute's value as far as it was written. */
  #value = '';

  get context(): HtmlContext {
    switch (this.#place) {
      case 'text':
        return { kind: 'text' };
      case 'raw text':
        return CODE.has(this.#tag) ? { kind: 'nowhere', what: `<${this.#tag}>` } : { kind: 'text' };
      case 'comment':
        return { kind: 'comment' };
      case 'before a value':
      case 'bare value':
        return this.#valueContext(true);
      case 'value in "':
      case "value in '":
        return this.#valueContext(false);
      case 'tag':
      case 'attribute name':
      case 'after a name':
      default:
        return { kind: 'nowhere', what: 'a tag outside its values' };
    }
  }

  /** Whether a page may end here. */
  get isAtRest(): boolean {
    return this.#place === 'text';
  }

  /** Takes in text of the page; returns it as Go does: without comments, and with what is no tag escaped. */
  write(text: string): string {
    let kept = '';
    for (let at = 0; at < text.length;) {
      const part = this.#partAt(text, at);
      kept += this.#take(part);
      at += part.length;
    }
    return kept;
  }

  /** Takes in an inserted value, which is escaped: it changes no place but that of a value without quotes. */
  insert(text: string): void {
    if (this.#place === 'before a value') this.#place = 'bare value';
    this.#value += text;
  }

  #valueContext(isBare: boolean): HtmlContext {
    const name = this.#attribute.toLowerCase();
    if (name.startsWith('on') || name === 'style') return { kind: 'nowhere', what: `the attribute ${name}` };
    if (!URL_ATTRIBUTES.has(name)) return { kind: 'value', isBare };
    if (this.#value === '') return { kind: 'value', isBare, url: 'begin' };
    return { kind: 'value', isBare, url: /[?#]/.test(this.#value) ? 'query' : 'path' };
  }

  #partAt(text: string, at: number): string {
    if (this.#place === 'raw text') return this.#rawPartAt(text, at);
    const pattern = PARTS[this.#place];
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? text.slice(at, at + 1);
  }

  /** The raw text up to the end of its element, or that end. */
  #rawPartAt(text: string, at: number): string {
    const end = new RegExp(`</${this.#tag}(?=[\\t\\n\\f\\r />]|$)`, 'gi');
    end.lastIndex = at;
    const found = end.exec(text);
    if (found === null) return text.slice(at);
    return found.index === at ? found[0] : text.slice(at, found.index);
  }

  #isEnd(part: string): boolean {
    return part.toLowerCase() === `</${this.#tag}`;
  }

  /** Moves on by a part; returns what is written of it. */
  #take(part: string): string {
    switch (this.#place) {
      case 'text':
        return this.#takeText(part);
      case 'raw text':
        if (!this.#isEnd(part)) return CODE.has(this.#tag) ? part : part.replaceAll('<', '&lt;');
        this.#beginTag(part);
        return part;
      case 'comment':
        if (part === '-->') this.#place = 'text';
        return '';
      case 'value in "':
      case "value in '":
        if (part === this.#place.at(-1)) this.#place = 'tag';
        else this.#value += part;
        return part;
      case 'tag':
      case 'attribute name':
      case 'after a name':
      case 'before a value':
      case 'bare value':
      default:
        this.#takeInTag(this.#place, part);
        return part;
    }
  }

  #takeText(part: string): string {
    if (part === '<!--') {
      this.#place = 'comment';
      return '';
    }
    if (part === '<') return '&lt;';
    if (part.startsWith('<') && !part.startsWith('<!')) this.#beginTag(part);
    return part;
  }

  #beginTag(part: string): void {
    this.#place = 'tag';
    this.#tag = part.slice(1).toLowerCase();
    this.#attribute = '';
  }

  #takeInTag(place: Place, part: string): void {
    const isSpace = /^[\t\n\f\r /]/.test(part);
    if (part === '>') this.#endTag();
    else if (place === 'bare value') {
      if (isSpace && part !== '/') this.#place = 'tag';
      else this.#value += part;
    } else if (place === 'before a value') {
      if (!isSpace || part.startsWith('/')) this.#beginValue(part);
    } else if (isSpace) {
      if (place === 'attribute name') this.#place = 'after a name';
    } else if (part === '=' && place !== 'tag') {
      this.#place = 'before a value';
      this.#value = '';
    } else {
      this.#attribute = place === 'attribute name' ? this.#attribute + part : part;
      this.#place = 'attribute name';
    }
  }

  #beginValue(part: string): void {
    this.#value = '';
    if (part === '"') this.#place = 'value in "';
    else if (part === "'") this.#place = "value in '";
    else {
      this.#place = 'bare value';
      this.#value = part;
    }
  }

  #endTag(): void {
    this.#place = RAW.has(this.#tag) ? 'raw text' : 'text';
  }
}
