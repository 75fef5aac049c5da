// A module of kernels.ts with a memory of its own.
import { fromBase64 } from '../base64.ts';
import { kernelsBase64 } from './kernels.ts';

/** What kernels.as exports; addresses are bytes, strides and counts doubles. */
export interface Kernels {
  readonly memory: KernelMemory;
  dot(a: number, b: number, length: number): number;
  solveLower(l: number, n: number, lStride: number, b: number, count: number, bStride: number): void;
  solveUpper(l: number, n: number, lStride: number, b: number, count: number, bStride: number): void;
  cholesky(a: number, n: number, stride: number): number;
  appendRow(l: number, n: number, stride: number): number;
  inverse(l: number, n: number, lStride: number, out: number, stride: number, scratch: number): void;
  multiply(a: number, rows: number, columns: number, stride: number, x: number, out: number): void;
  rowSquares(a: number, rows: number, columns: number, stride: number, out: number): void;
  exponentials(x: number, count: number, out: number): void;
  kernelValues(kind: number, r2: number, count: number, variance: number, out: number): void;
  kernelSlopes(kind: number, r2: number, count: number, variance: number, out: number): void;
  spreadPairs(pairs: number, n: number, diagonal: number, out: number, stride: number): void;
  weightedSum(
    ...args: [parts: number, stride: number, weights: number, dimensions: number, count: number, out: number]
  ): void;
  squaredPairs(
    ...args: [
      x: number,
      from: number,
      to: number,
      dimensions: number,
      xStride: number,
      parts: number,
      stride: number,
    ]
  ): void;
  likelihoodGradient(
    ...args: [
      inverted: number,
      stride: number,
      alpha: number,
      n: number,
      slopes: number,
      parts: number,
      partStride: number,
      dimensions: number,
      gradient: number,
    ]
  ): void;
  squaredDistances(
    ...args: [
      xT: number,
      n: number,
      xStride: number,
      y: number,
      count: number,
      yStride: number,
      dimensions: number,
      weights: number,
      out: number,
      stride: number,
      adds: number,
    ]
  ): void;
  pointGradient(
    ...args: [
      xT: number,
      n: number,
      xStride: number,
      point: number,
      dimensions: number,
      weights: number,
      slopes: number,
      gradient: number,
    ]
  ): void;
  transpose(
    ...args: [a: number, rows: number, columns: number, stride: number, out: number, outStride: number]
  ): void;
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

// The rooms of the engine are checked without the types of browsers and of Node, in which WebAssembly's would be.
interface Platform {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
}

let compiled: object | undefined;

/** A fresh instance: nothing is shared with others but the code, which is compiled at the first call. */
export const instantiateKernels = (): Kernels => {
  const { WebAssembly } = globalThis as unknown as Platform;
  compiled ??= new WebAssembly.Module(fromBase64(kernelsBase64));
  // A test compares the names exported with the interface's.
  return new WebAssembly.Instance(compiled).exports as Kernels;
};
