import { expect, test } from 'vitest';
import { erfc } from '../../../src/engine/numeric/errorFunction.ts';
import {
  logNormalCdf,
  normalCdf,
  normalDensity,
  normalMass,
  normalQuantile,
} from '../../../src/engine/numeric/normal.ts';

// Reference values: mpmath with 40 to 60 digits. [z, Φ(z), log Φ(z)]
const cdfReference: readonly (readonly [number, number, number])[] = [
  [-36, 4.182624065797283e-284, -652.5032275937984],
  [-20, 2.7536241186062337e-89, -203.91715537109727],
  [-9, 1.1285884059538405e-19, -43.628149113332114],
  [-5.7, 5.9903714010635345e-9, -18.933112423224742],
  [-4, 0.000031671241833119924, -10.360101486527292],
  [-2.5, 0.006209665325776135, -5.08164827727869],
  [-1, 0.15865525393145705, -1.8410216450092636],
  [-0.6, 0.2742531177500736, -1.293703811614028],
  [-0.3, 0.3820885778110474, -0.9621028181688507],
  [0, 0.5, -Math.LN2],
  [0.2, 0.579259709439103, -0.5460043537227741],
  [0.7, 0.758036347776927, -0.27702394227713123],
  [1.5, 0.9331927987311419, -0.06914345561223398],
  [3, 0.9986501019683699, -0.0013508099647481938],
  [5, 0.9999997133484281, -2.866516129637636e-7],
  [6.5, 0.99999999995984, -4.016000583939759e-11],
  [8, 0.9999999999999993, -6.220960574271786e-16],
];
const farLogReference: readonly (readonly [number, number])[] = [
  [-30, -454.3212439563432],
  [-31, -484.85396362717927],
  [-50, -1254.8313611394199],
  [-200, -20006.21728089819],
  [-1e4, -50000010.12927891],
];
const quantileReference: readonly (readonly [number, number])[] = [
  [1e-300, -37.0470962993612],
  [1e-30, -11.464024688443615],
  [1e-12, -7.034483825301132],
  [1e-5, -4.264890793922825],
  [0.001, -3.0902323061678136],
  [0.02, -2.053748910631823],
  [0.075, -1.439531470938456],
  [0.2, -0.8416212335729142],
  [0.61, 0.27931903444745415],
  [0.93, 1.4757910281791708],
  [0.99, 2.326347874040841],
  [0.9999, 3.7190164854556804],
];

const expectClose = (actual: number, expected: number, tolerance: number): void => {
  expect(Math.abs(actual - expected) / Math.abs(expected)).toBeLessThan(tolerance);
};

test('the distribution function agrees with 40-digit references as far as z itself is exact', () => {
  for (const [z, cdf] of cdfReference) expectClose(normalCdf(z), cdf, 4e-16 * (4 + z * z));
});

test('the log of the distribution function agrees with references where the function itself is 0 or 1', () => {
  for (const [z, , log] of cdfReference)
    expectClose(logNormalCdf(z), log, z > 0 ? 4e-16 * (4 + z * z) : 2e-15);
  for (const [z, log] of farLogReference) expectClose(logNormalCdf(z), log, 1e-13);
});

test('the quantile agrees with references and inverts the distribution function', () => {
  for (const [p, z] of quantileReference) expectClose(normalQuantile(p), z, 1e-14);
  for (let z = -8; z < 5; z += 0.37) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, z < 3 ? 12 : 8);
  expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]);
  expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(Number.NaN)]).toEqual([NaN, NaN, NaN]);
});

test('a mass in the upper tail keeps its precision', () => {
  expectClose(normalMass(20, 21), normalMass(-21, -20), 1e-15);
  expectClose(normalMass(20, 30), 2.7536241186062337e-89, 1e-13);
});

test('the mass of a thin slice is its density times its width', () => {
  for (const z of [-3, -0.5, 0, 1, 4])
    expectClose(normalMass(z - 1e-4, z + 1e-4) / 2e-4, normalDensity(z), 1e-7);
});

test('erfc is 2 and 0 at the ends and symmetric about 1', () => {
  expect([erfc(-40), erfc(40), erfc(0)]).toEqual([2, 0, 1]);
  for (const x of [0.1, 0.47, 1, 3.9, 4.1]) expect(erfc(x) + erfc(-x)).toBeCloseTo(2, 14);
});
