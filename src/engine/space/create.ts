import { checkNames, checkParameter } from './checkParameter.ts';
import type { SpaceDraft } from './draft.ts';
import { type Expression, parseExpression } from './expression.ts';
import { didYouMean } from './nearMiss.ts';
import { dependencyCircle, inDependencyOrder, type Node } from './order.ts';
import type { DerivedParameter, Parameter, SearchSpace } from './parameter.ts';
import type { SpaceProblem } from './problem.ts';
import { failure, type Result, success } from './result.ts';
import { checkTypes } from './types.ts';

/**
 * Makes a space from parts that a person or a file gave: parses expressions, checks ranges and names, and puts
 * parameters in dependency order (otherwise in the order given). Returns every problem found, each with a sentence
 * that says what to do.
 */
export const createSpace = (draft: SpaceDraft): Result<SearchSpace, readonly SpaceProblem[]> => {
  const problems: SpaceProblem[] = [...checkNames(draft), ...draft.parameters.flatMap(checkParameter)];
  const space = parseExpressions(draft, problems);
  problems.push(...unknownNames(space));
  if (problems.length > 0) return failure(problems);

  const nodes = dependencies(space);
  const circle = dependencyCircle(nodes);
  if (circle !== undefined) return failure([circleProblem(circle)]);
  const ordered = inOrder(space, nodes);
  const typeProblems = checkTypes(ordered);
  return typeProblems.length > 0 ? failure(typeProblems) : success(ordered);
};

const parseExpressions = (draft: SpaceDraft, problems: SpaceProblem[]): SearchSpace => {
  const parse = (
    text: string,
    where: Pick<SpaceProblem, 'parameter' | 'constraint'>,
  ): Expression | undefined => {
    const parsed = parseExpression(text);
    if (parsed.ok) return parsed.value;
    problems.push({ code: 'syntax', ...where, message: parsed.error.message, at: parsed.error.at, text });
    return undefined;
  };
  const parameters = draft.parameters.map((parameter): Parameter => {
    const { condition: text, ...rest } = parameter;
    const condition = text === undefined ? undefined : parse(text, { parameter: parameter.name });
    return condition === undefined ? rest : { ...rest, condition };
  });
  const derived = draft.derived.flatMap((item): DerivedParameter[] => {
    const { name } = item;
    const expression = parse(item.expression, { parameter: name });
    const condition = item.condition === undefined ? undefined : parse(item.condition, { parameter: name });
    if (expression === undefined) return [];
    return [condition === undefined ? { name, expression } : { name, expression, condition }];
  });
  const constraints = draft.constraints.flatMap((text, constraint) => parse(text, { constraint }) ?? []);
  return { parameters, derived, constraints };
};

const unknownNames = (space: SearchSpace): readonly SpaceProblem[] => {
  const known = new Set([...space.parameters, ...space.derived].map((item) => item.name));
  const check = (
    expression: Expression | undefined,
    where: Pick<SpaceProblem, 'parameter' | 'constraint'>,
  ): readonly SpaceProblem[] =>
    (expression?.names ?? [])
      .filter((name) => !known.has(name))
      .map((name) => {
        const hint = didYouMean(name, known) || ` There are ${listed([...known])}.`;
        const message = `${name} in "${expression?.text ?? ''}" is not a parameter.${hint}`;
        return { code: 'unknown-name', ...where, message, text: name };
      });
  return [
    ...space.parameters.flatMap(({ name, condition }) => check(condition, { parameter: name })),
    ...space.derived.flatMap(({ name, expression, condition }) => [
      ...check(expression, { parameter: name }),
      ...check(condition, { parameter: name }),
    ]),
    ...space.constraints.flatMap((expression, constraint) => check(expression, { constraint })),
  ];
};

const mostListed = 8;

const listed = (names: readonly string[]): string =>
  names.length > mostListed
    ? `${names.slice(0, mostListed).join(', ')} and ${names.length - mostListed} more`
    : names.join(', ');

/** What each name depends on directly. */
const dependencies = (space: SearchSpace): readonly Node[] => [
  ...space.parameters.map(({ name, condition }) => ({ name, needs: condition?.names ?? [] })),
  ...space.derived.map(({ name, expression, condition }) => ({
    name,
    needs: [...expression.names, ...(condition?.names ?? [])],
  })),
];

const circleProblem = (circle: readonly string[]): SpaceProblem => {
  const [first = ''] = circle;
  const message =
    circle.length === 1
      ? `${first} depends on itself. Take ${first} out of its own condition or expression.`
      : `${circle.join(' depends on ')} depends on ${first}. Take one of these names out of a condition or expression.`;
  return { code: 'circular', parameter: first, message };
};

const inOrder = (space: SearchSpace, nodes: readonly Node[]): SearchSpace => {
  const order = new Map(
    inDependencyOrder(nodes, new Set(space.parameters.map((p) => p.name))).map((name, i) => [name, i]),
  );
  const byOrder = (a: { readonly name: string }, b: { readonly name: string }): number =>
    (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0);
  return {
    parameters: space.parameters.toSorted(byOrder),
    derived: space.derived.toSorted(byOrder),
    constraints: space.constraints,
  };
};
