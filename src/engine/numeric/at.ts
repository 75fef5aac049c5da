// Unchecked reads for inner loops whose bounds the caller has established. The compiler cannot know an index to be
// in range; one cast here, for that reason, instead of one at every read. One function per element kind, so that
// each stays monomorphic for the optimiser.

export const at = (values: Float64Array, index: number): number => values[index] as number;

export const intAt = (values: Int32Array, index: number): number => values[index] as number;

export const itemAt = <T>(values: readonly T[], index: number): T => values[index] as T;
