import type { Labels } from '../../../model/labels.ts';
import { duplicateLabels } from '../../duplicate-labels.ts';
import { bucketFraction, bucketQuantile, type Buckets } from '../../kernels/bucket-math.ts';
import { withoutName } from '../../label-sets.ts';
import { UniqueLabels } from '../labels/unique-labels.ts';
import type { ScalarNode, VectorNode } from '../node.ts';
import type { PlanOptions } from '../plan.ts';
import { Row } from '../row.ts';
import { HistogramLayout } from './histogram-layout.ts';
import { Histograms } from './histograms.ts';
import { QuantileFrame } from './quantile-frame.ts';

/** `histogram_quantile`, of classic histograms. Series without a number in `le` are left out. */
export function histogramQuantileNode(
  phi: ScalarNode,
  buckets: VectorNode,
  options: PlanOptions,
): VectorNode {
  return histogramNode(buckets, options, (time) => {
    const wanted = phi.at(time);
    return (histogram) => bucketQuantile(wanted, histogram);
  });
}

/** `histogram_quantiles`: each φ as an element of its own. @param label that tells them apart */
export function histogramQuantilesNode(
  buckets: VectorNode,
  label: string,
  phis: readonly ScalarNode[],
  options: PlanOptions,
): VectorNode {
  const layout = layoutOf(buckets, options);
  const histograms = new Histograms(layout);
  const results = new QuantileFrame(layout.frame, label);
  const row = new Row(results.frame);
  const labels = new UniqueLabels(results.frame);
  return {
    type: 'vector',
    frame: results.frame,
    at(time) {
      const vector = buckets.at(time);
      layout.update();
      results.begin();
      const columns = phis.map((phi) => results.columnOf(phi.at(time)));
      row.begin();
      for (let group = 0; group < layout.frame.length; group++) {
        if (!histograms.read(group, vector)) continue;
        for (const { phi, positions } of columns)
          place(row, positions.values[group] ?? 0, bucketQuantile(phi, histograms));
      }
      labels.verify(row.present);
      return row;
    },
  };
}

function place(row: Row, position: number, value: number): void {
  if (row.present[position] === 1) throw duplicateLabels();
  row.set(position, value);
}

/** `histogram_fraction`, of classic histograms. */
export function histogramFractionNode(
  lower: ScalarNode,
  upper: ScalarNode,
  buckets: VectorNode,
  options: PlanOptions,
): VectorNode {
  return histogramNode(buckets, options, (time) => {
    const [from, to] = [lower.at(time), upper.at(time)];
    return (histogram) => bucketFraction(from, to, histogram);
  });
}

function layoutOf(buckets: VectorNode, { delayedNameRemoval }: PlanOptions): HistogramLayout {
  const labelsOf = delayedNameRemoval ? (labels: Labels): Labels => labels : withoutName;
  return new HistogramLayout(buckets.frame, labelsOf, delayedNameRemoval);
}

function histogramNode(
  buckets: VectorNode,
  options: PlanOptions,
  functionAt: (time: number) => (histogram: Buckets) => number,
): VectorNode {
  const layout = layoutOf(buckets, options);
  const histograms = new Histograms(layout);
  const row = new Row(layout.frame);
  const labels = new UniqueLabels(layout.frame);
  return {
    type: 'vector',
    frame: layout.frame,
    at(time) {
      const vector = buckets.at(time);
      const compute = functionAt(time);
      layout.update();
      row.begin();
      for (let group = 0; group < layout.frame.length; group++) {
        if (histograms.read(group, vector)) row.set(group, compute(histograms));
      }
      labels.verify(row.present);
      return row;
    },
  };
}
