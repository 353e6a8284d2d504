const DOUBT = 0.05;
/** Halvings: to a millionth. */
const STEPS = 20;

/**
 * The share of failures that is exceeded with a probability of 5 % at most, given what was seen: the upper bound of Clopper
 * and Pearson. Without failures about 3/n, the rule of three: 300 good ones prove less than 1 %. Undefined of no attempt.
 */
export function failureBound(attempts: number, failures: number): number | undefined {
  if (attempts <= 0) return undefined;
  if (failures >= attempts) return 1;
  let low = failures / attempts;
  let high = 1;
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (atMost(failures, attempts, middle) > DOUBT) low = middle;
    else high = middle;
  }
  return high;
}

/** The probability of at most so many failures, each attempt failing with probability `p`. */
function atMost(failures: number, attempts: number, p: number): number {
  let logTerm = attempts * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= failures; k++) {
    logTerm += Math.log(((attempts - k + 1) / k) * (p / (1 - p)));
    sum += Math.exp(logTerm);
  }
  return sum;
}
