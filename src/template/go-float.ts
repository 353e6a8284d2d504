/** A float as Go prints it with `%v`: the shortest digits, an exponent below 1e-4 and from 1e6 (strconv 'g'). */
export function formatGoFloat(value: number): string {
  const special = specialFloat(value);
  if (special !== undefined) return special;
  if (Object.is(value, -0)) return '-0';
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6)) return String(value);
  return exponent(value.toExponential());
}

/** A float as Go prints it with `%.<precision>g`: that many significant digits, trailing zeros dropped. */
export function formatGoPrecision(value: number, precision: number): string {
  const special = specialFloat(value);
  if (special !== undefined) return special;
  const digits = Math.max(1, precision);
  const scientific = goExponential(value, digits - 1);
  const power = Number(scientific.slice(scientific.indexOf('e') + 1));
  if (power < -4 || power >= digits) return trimZeros(scientific);
  return trimZeros(goFixed(value, Math.max(0, digits - 1 - power)));
}

/** A finite float with that many decimals, as Go's `%.<decimals>f`: a tie goes to the even digit. */
export function goFixed(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e21)
    return BigInt(value).toString() + (decimals > 0 ? `.${'0'.repeat(decimals)}` : '');
  const sign = Object.is(value, -0) ? '-' : '';
  return sign + tieToEven(value.toFixed(decimals), value.toFixed(MAX_DECIMALS), decimals);
}

/** A finite float as Go's `%.<decimals>e`: a tie goes to the even digit, the exponent has two digits at least. */
export function goExponential(value: number, decimals: number): string {
  const [mantissa = '', power = ''] = value.toExponential(decimals).split('e');
  const [exact = '', before] = value.toExponential(MAX_DECIMALS).split('e');
  // 9.5 became 10, which is even.
  const isCarried = power !== before;
  return exponent(`${isCarried ? mantissa : tieToEven(mantissa, exact, decimals)}e${power}`);
}

/** What JavaScript can write out; the digits of a tie end long before. */
export const MAX_DECIMALS = 100;

/** JavaScript rounds a tie up: takes one off the last digit where that made it odd. */
function tieToEven(rounded: string, exact: string, decimals: number): string {
  const rest = exact.slice(exact.indexOf('.') + 1 + decimals);
  const last = Number(rounded.at(-1));
  return /^50*$/.test(rest) && last % 2 === 1 ? rounded.slice(0, -1) + String(last - 1) : rounded;
}

/** A float in exponent form, at least two digits of exponent: `1.5e+06`. */
function exponent(text: string): string {
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
