/** A text that the author of a template says is safe on a page as it is: `safeHtml`, `safeUrl`, or escaped already. */
export class SafeText {
  readonly text: string;
  readonly kind: 'html' | 'url';

  constructor(text: string, kind: 'html' | 'url') {
    this.text = text;
    this.kind = kind;
  }
}
