// Draws of the function from a Gaussian process, to be minimised in place of an acquisition (Thompson sampling).
import { at } from '../numeric/at.ts';
import { createGp, type GaussianProcess } from '../numeric/gaussianProcess.ts';
import type { KernelName } from '../numeric/linear.ts';
import type { RandomStream } from '../numeric/random.ts';
import type { Worthiness } from './pointSearch.ts';

/** Waves a draw of the prior is made of. */
const usualWaves = 512;

/**
 * One function drawn from the posterior, its negative as what is maximised. By pathwise conditioning (Wilson et al.,
 * "Efficiently Sampling Functions from Gaussian Process Posteriors", ICML 2020, equation 13): a draw f of the prior as
 * a sum of random waves, corrected by the process of what it leaves, y - f(X) - ε. Taken rather than a joint draw over
 * the search's pool, since it is a smooth function that can be climbed and costs the same at every further point.
 */
export const thompsonWorth = (gp: GaussianProcess, random: RandomStream, waves = usualWaves): Worthiness => {
  const { inputs, hyperparameters, values } = gp;
  const { width, count } = inputs;
  const prior = drawPrior(gp, random, waves);
  const deviation = Math.sqrt(hyperparameters.noise);
  const left = new Float64Array(count);
  for (let i = 0; i < count; i++)
    left[i] = at(values, i) - prior.at(inputs.x, i * width) - deviation * random.normal();
  const correction = createGp(inputs, left, hyperparameters);
  const pair = new Float64Array(2);
  const [ofMean, unused] = [new Float64Array(width), new Float64Array(width)];
  return {
    many: (columns, rows, worths) => {
      const [mean, variance] = [new Float64Array(rows), new Float64Array(rows)];
      correction.predict(columns, rows, mean, variance);
      for (let i = 0; i < rows; i++) worths[i] = -(prior.at(columns, i * width) + at(mean, i));
    },
    withGradient: (columns, gradient) => {
      const value = prior.withGradient(columns, gradient);
      correction.predictWithGradient(columns, pair, ofMean, unused);
      for (let c = 0; c < width; c++) gradient[c] = -(at(gradient, c) + at(ofMean, c));
      return -(value + at(pair, 0));
    },
  };
};

interface PriorDraw {
  /** At the columns from `from` on. */
  at(columns: Float64Array, from: number): number;
  withGradient(columns: Float64Array, gradient: Float64Array): number;
}

/**
 * f(x) = √(2σ²/m) Σ aₖ cos(θₖ·x + τₖ) with normal aₖ, uniform τₖ and θₖ from the kernel's spectral density (Rahimi and
 * Recht, "Random Features for Large-Scale Kernel Machines", NeurIPS 2007).
 */
const drawPrior = (
  { inputs, hyperparameters }: GaussianProcess,
  random: RandomStream,
  waves: number,
): PriorDraw => {
  const { width, groups } = inputs;
  const { kernel, weights, signal } = hyperparameters;
  const scales = Float64Array.from(groups, (group) => Math.sqrt(at(weights, group)));
  const theta = new Float64Array(waves * width);
  const [phases, heights] = [new Float64Array(waves), new Float64Array(waves)];
  const height = Math.sqrt((2 * signal) / waves);
  for (let k = 0; k < waves; k++) {
    const stretch = drawStretch(kernel, random);
    for (let c = 0; c < width; c++) theta[k * width + c] = at(scales, c) * stretch * random.normal();
    phases[k] = 2 * Math.PI * random.uniform();
    heights[k] = height * random.normal();
  }
  const phaseAt = (k: number, columns: Float64Array, from: number): number => {
    let phase = at(phases, k);
    for (let c = 0; c < width; c++) phase += at(theta, k * width + c) * at(columns, from + c);
    return phase;
  };
  return {
    at: (columns, from) => {
      let sum = 0;
      for (let k = 0; k < waves; k++) sum += at(heights, k) * Math.cos(phaseAt(k, columns, from));
      return sum;
    },
    withGradient: (columns, gradient) => {
      gradient.fill(0, 0, width);
      let sum = 0;
      for (let k = 0; k < waves; k++) {
        const phase = phaseAt(k, columns, 0);
        sum += at(heights, k) * Math.cos(phase);
        const slope = -at(heights, k) * Math.sin(phase);
        for (let c = 0; c < width; c++) gradient[c] = at(gradient, c) + slope * at(theta, k * width + c);
      }
      return sum;
    },
  };
};

/** Twice ν for each kernel; frequencies of a Matérn kernel are Student-t with as many degrees of freedom. */
const degreesOf: Readonly<Record<KernelName, number>> = { matern52: 5, matern32: 3, rbf: Infinity };

/** √(2ν / χ²), which makes normal frequencies those of the kernel. */
const drawStretch = (kernel: KernelName, random: RandomStream): number => {
  const degrees = degreesOf[kernel];
  if (degrees === Infinity) return 1;
  let square = 0;
  for (let i = 0; i < degrees; i++) square += random.normal() ** 2;
  return Math.sqrt(degrees / square);
};
