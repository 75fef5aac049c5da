/** A value an expression can hold as a literal or read by name; the same type as `ParamValue`. */
export type Scalar = number | string | boolean | null;

export type ArithmeticSign = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type ComparisonSign = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'in' | 'not in';

export const functionNames = [
  'min',
  'max',
  'log',
  'exp',
  'sqrt',
  'abs',
  'round',
  'floor',
  'ceil',
  'int',
  'float',
  'len',
  'sum',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** How the value of a composite comes of its parts, by their names. */
export type Assembly =
  /** Items `name[0]`, `name[1]`, …: as many as the part `name.length` says, or `size` where that is no part. */
  | { readonly kind: 'list'; readonly name: string; readonly size: number; readonly length?: string }
  /** Part k says where choice k + 1 stands among the choices up to it, counted from the front. */
  | { readonly kind: 'permutation'; readonly parts: readonly string[]; readonly choices: readonly Scalar[] }
  /** Part k says whether choice k is in. */
  | { readonly kind: 'subset'; readonly parts: readonly string[]; readonly choices: readonly Scalar[] }
  /** Part k says how much of what is left stays for the shares behind share k. */
  | { readonly kind: 'simplex'; readonly parts: readonly string[]; readonly total: number };

/** Syntax tree of an expression: plain data, so that a space can be sent between threads. */
export type ExpressionNode =
  | { readonly kind: 'literal'; readonly value: Scalar }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly ExpressionNode[] }
  /** A composite's name, once its space is known. */
  | { readonly kind: 'assembled'; readonly name: string; readonly assembly: Assembly }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly items: readonly ExpressionNode[] }
  | { readonly kind: 'negate' | 'plus' | 'not'; readonly operand: ExpressionNode }
  | { readonly kind: 'and' | 'or'; readonly left: ExpressionNode; readonly right: ExpressionNode }
  | {
      readonly kind: 'arithmetic';
      readonly sign: ArithmeticSign;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    }
  /** `first s0 r0 s1 r1 …`: each operand is compared with the one before it, and all must hold. */
  | {
      readonly kind: 'comparison';
      readonly first: ExpressionNode;
      readonly rest: readonly { readonly sign: ComparisonSign; readonly operand: ExpressionNode }[];
    };
