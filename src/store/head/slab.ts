/** A page has 2^17 slots: 1 MiB. A slot's number is that of its page and its place in it. */
export const PAGE_BITS = 17;
export const PAGE_MASK = (1 << PAGE_BITS) - 1;
export const MIN_RING = 8;
export const MAX_RING = 1 << PAGE_BITS;

/** How many MiB are kept of pages that were given back. */
const MAX_SPARE = 8;

const NONE = -1;
const NO_PAGE = new Float64Array();
const NO_WORDS = new Uint32Array();

interface Page {
  readonly number: number;
  readonly ringBits: number;
  /** Rings that are in use. */
  used: number;
  /** Slots that were given out at least once. */
  touched: number;
  /** The first free ring; its first word says which is next. */
  free: number;
}

/** Memory for rings of 2^n numbers, in pages of rings of one size. Pages without rings are given back. */
export class Slab {
  /** Read a slot as `pages[slot >>> PAGE_BITS][slot & PAGE_MASK]`; nothing but the values of slots is to be changed. */
  readonly pages: Float64Array<ArrayBuffer>[] = [];
  /** The same memory by words, the low one first: a NaN keeps its payload there. */
  readonly words: Uint32Array<ArrayBuffer>[] = [];
  readonly #states: (Page | undefined)[] = [];
  readonly #open = Array.from({ length: PAGE_BITS + 1 }, (): Page[] => []);
  readonly #unused: number[] = [];
  /** While rings grow, pages of one size become free as those of the next are needed. */
  readonly #spare: Float64Array<ArrayBuffer>[] = [];

  /** The first slot of a ring of `capacity` slots, a power of 2 up to `MAX_RING`; what is in it means nothing. */
  allocate(capacity: number): number {
    const ringBits = 31 - Math.clz32(capacity);
    const open = this.#open[ringBits] ?? [];
    const page = open.at(-1) ?? this.#addPage(ringBits, open);
    page.used++;
    let offset = page.free;
    if (offset === NONE) {
      offset = page.touched;
      page.touched += capacity;
    } else {
      page.free = (this.words[page.number]?.[offset * 2] ?? 0) | 0;
    }
    if (page.free === NONE && page.touched > PAGE_MASK) open.pop();
    return (page.number << PAGE_BITS) + offset;
  }

  /** Takes a ring back. */
  free(slot: number): void {
    const page = this.#states[slot >>> PAGE_BITS];
    const words = this.words[slot >>> PAGE_BITS];
    if (page === undefined || words === undefined) return;
    const wasFull = page.free === NONE && page.touched > PAGE_MASK;
    words[(slot & PAGE_MASK) * 2] = page.free;
    page.free = slot & PAGE_MASK;
    page.used--;
    const open = this.#open[page.ringBits] ?? [];
    if (wasFull) open.push(page);
    // One page is kept, or a series that comes and goes would cost a page each time.
    if (page.used === 0 && open.length > 1) this.#dropPage(page, open);
  }

  #addPage(ringBits: number, open: Page[]): Page {
    const number = this.#unused.pop() ?? this.pages.length;
    const page = { number, ringBits, used: 0, touched: 0, free: NONE };
    const slots = this.#spare.pop() ?? new Float64Array(1 << PAGE_BITS);
    this.pages[number] = slots;
    this.words[number] = new Uint32Array(slots.buffer);
    this.#states[number] = page;
    open.push(page);
    return page;
  }

  #dropPage(page: Page, open: Page[]): void {
    open.splice(open.indexOf(page), 1);
    const slots = this.pages[page.number];
    if (slots !== undefined && this.#spare.length < MAX_SPARE) this.#spare.push(slots);
    this.pages[page.number] = NO_PAGE;
    this.words[page.number] = NO_WORDS;
    this.#states[page.number] = undefined;
    this.#unused.push(page.number);
  }
}
