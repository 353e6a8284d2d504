/** A float as Go prints it with `%v`: the shortest digits, an exponent below 1e-4 and from 1e21 (strconv 'g'). */
export function formatGoFloat(value: number): string {
  const special = specialFloat(value);
  if (special !== undefined) return special;
  if (Object.is(value, -0)) return '-0';
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e21)) return String(value);
  return exponent(value.toExponential());
}

/** A float as Go prints it with `%.<precision>g`: that many significant digits, trailing zeros dropped. */
export function formatGoPrecision(value: number, precision: number): string {
  const special = specialFloat(value);
  if (special !== undefined) return special;
  const digits = Math.max(1, precision);
  const scientific = value.toExponential(digits - 1);
  const power = Number(scientific.slice(scientific.indexOf('e') + 1));
  if (power < -4 || power >= digits) return exponent(trimZeros(scientific));
  return trimZeros(value.toFixed(Math.max(0, digits - 1 - power)));
}

/** A float in exponent form, at least two digits of exponent: `1.5e+06`. */
export function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `NaN`, `+Inf` or `-Inf`; undefined for a finite number. */
export function specialFloat(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : undefined;
}

function trimZeros(text: string): string {
  const [mantissa = '', power] = text.split('e');
  const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return power === undefined ? trimmed : `${trimmed}e${power}`;
}
