/** Prometheus's mean of floats: a Kahan-Neumaier sum, and once that overflows a mean that is kept up to date. */
export class RunningMean {
  #count = 0;
  #sum = 0;
  #compensation = 0;
  #isMean = false;

  add(x: number): void {
    this.#count++;
    if (this.#count > 1 && !this.#isMean && Math.abs(this.#sum + x) === Number.POSITIVE_INFINITY) {
      this.#isMean = true;
      this.#sum /= this.#count - 1;
      this.#compensation /= this.#count - 1;
    }
    if (!this.#isMean) {
      this.#increase(x);
      return;
    }
    const weight = (this.#count - 1) / this.#count;
    this.#sum *= weight;
    this.#compensation *= weight;
    this.#increase(x / this.#count);
  }

  get value(): number {
    if (this.#isMean) return this.#sum + this.#compensation;
    return this.#sum / this.#count + this.#compensation / this.#count;
  }

  #increase(x: number): void {
    const next = this.#sum + x;
    const shadow = next - this.#sum;
    if (Math.abs(next) === Number.POSITIVE_INFINITY) this.#compensation = 0;
    else if (this.#count > 1) this.#compensation += this.#sum - (next - shadow) + (x - shadow);
    this.#sum = next;
  }
}
