export const generatedFile: string;
export function compileKernels(): Promise<Uint8Array>;
export function toSource(binary: Uint8Array): string;
