/** A form that a secret is known by. */
export interface Shape {
  /** Value of the metric's label. */
  readonly name: string;
  readonly pattern: RegExp;
  readonly replacement: string;
  /**
   * Four bytes each (lower case; `?` is any letter, digit, `-` or `_`): every match holds at least one of them, so that
   * a text without them need not be looked at.
   */
  readonly triggers: readonly string[];
}

/** What stands for a secret. */
export const REDACTED = '***';

const LABELS = [
  String.raw`pass(?:word|phrase|wd)`,
  'pwd',
  String.raw`(?:client[-_]?)?secret(?:[-_]?(?:access[-_]?)?key)?`,
  String.raw`(?:access[-_]?|refresh[-_]?)?token`,
  String.raw`api[-_]?key`,
  String.raw`(?:account|routing|integration)[-_]?key`,
  String.raw`shared[-_]?access[-_]?key`,
].join('|');

/** ODBC quotes a value with braces: `PWD={a;b}`. */
const BRACED = String.raw`\{(?![\s"\\{[\]}])[^}\n]{1,256}\}`;
/** What JSON has in the place of a text. */
const NO_VALUE = String.raw`[{[](?:[\s"\\{[\]}]|$)|(?:null|true|false)(?![^\s,;&"'\\\]}])`;

/** In their order: what is whole comes before what is only labelled. */
export const SHAPES: readonly Shape[] = [
  {
    // To its end, or to the end of a text that was cut off.
    name: 'private_key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\w+/=:,.()\s\\]|-(?!----))*(?:-----END [A-Z0-9 ]{0,60}-----)?/g,
    replacement: REDACTED,
    triggers: ['-beg'],
  },
  {
    name: 'octopus_api_key',
    pattern: /(?<![A-Za-z0-9])API-[A-Za-z0-9]{4,}/g,
    replacement: `API-${REDACTED}`,
    triggers: ['api-'],
  },
  {
    // RFC 7519; a signature that was cut off does not matter.
    name: 'jwt',
    pattern: /(?<![A-Za-z0-9])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g,
    replacement: REDACTED,
    triggers: ['eyj?'],
  },
  {
    name: 'authorization',
    pattern: /\b(bearer|basic)(\s+)(?:[\w\-.~+/=]{16,}|(?=[a-z\-.~+/=_]*\d)[\w\-.~+/=]+)/gi,
    replacement: `$1$2${REDACTED}`,
    triggers: ['bear', 'basi'],
  },
  {
    name: 'authorization',
    pattern: /\b(authorization["'\\]*\s*[=:]\s*["'\\]*(?:(?:bearer|basic|token|apikey)\s+)?)[^\s"'\\,;]+/gi,
    replacement: `$1${REDACTED}`,
    triggers: ['oriz'],
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    name: 'aws_key',
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
    replacement: REDACTED,
    triggers: ['akia', 'asia'],
  },
  {
    name: 'github_token',
    pattern: /(?<![A-Za-z0-9])(?:gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g,
    replacement: REDACTED,
    triggers: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', '_pat'],
  },
  {
    name: 'slack_token',
    pattern: /(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}/g,
    replacement: REDACTED,
    triggers: ['xox?', 'xapp'],
  },
  {
    name: 'slack_webhook',
    pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/gi,
    replacement: `$1${REDACTED}`,
    triggers: ['slac'],
  },
  {
    name: 'url_credentials',
    pattern: /(?<=[\w-])(:\/\/[^\s:/@?#"']{0,256}:)[^\s@/"']{1,1024}@/g,
    replacement: `$1${REDACTED}@`,
    triggers: ['?://'],
  },
  {
    // The signature of an Azure shared access signature.
    name: 'azure_sas',
    pattern: /([?&;]sig=)[^\s&;"'\\<>]+/gi,
    replacement: `$1${REDACTED}`,
    triggers: ['sig='],
  },
  {
    // Connection strings, query strings, JSON (also JSON within JSON: only the quote that opened a value ends it), YAML.
    name: 'labelled',
    pattern: new RegExp(
      String.raw`(${LABELS})(\\{0,8}["']?[ \t\r\n]{0,8}[=:][ \t\r\n]{0,8})(?:(\\{1,8}")(?:[^"\\\n]|\\+(?=[^"\\])|\\+\3)+|(")(?:[^"\\]|\\.)+|(')[^']+|${BRACED}|(?!${NO_VALUE})(?:[^\s;,&"'\\]|\\\\|\\(?!["'\\]))+)`,
      'gi',
    ),
    replacement: `$1$2$3$4$5${REDACTED}`,
    triggers: [
      'pass',
      'pwd=',
      'pwd:',
      'pwd"',
      "pwd'",
      'pwd ',
      'pwd\\',
      'pwd\t',
      'pwd\r',
      'pwd\n',
      'secr',
      'toke',
      'apik',
      'api_',
      'api-',
      'ntke',
      'nt_k',
      'nt-k',
      'ngke',
      'ng_k',
      'ng-k',
      'onke',
      'on_k',
      'on-k',
      'sske',
      'ss_k',
      'ss-k',
    ],
  },
];
