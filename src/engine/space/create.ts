import { checkComposite } from './checkComposite.ts';
import { checkNames } from './checkNames.ts';
import { checkParameter } from './checkParameter.ts';
import {
  assemblyOf,
  compositeByPart,
  compositesOf,
  countConstraint,
  draftOf,
  isComposite,
  partsOf,
  shownNames,
} from './composite.ts';
import type { DraftForbidden, DraftParameter, SpaceDraft } from './draft.ts';
import {
  type Expression,
  literalExpression,
  literalText,
  parseExpression,
  withComposites,
} from './expression.ts';
import { didYouMean } from './nearMiss.ts';
import { dependencyCircle, inDependencyOrder, type Node } from './order.ts';
import type { Composite, DerivedParameter, Parameter, SearchSpace } from './parameter.ts';
import type { SpaceProblem } from './problem.ts';
import { failure, type Result, success } from './result.ts';
import { checkTypes } from './types.ts';

/**
 * Makes a space from parts that a person or a file gave: parses expressions, checks ranges and names, and puts
 * parameters in dependency order (otherwise in the order given), those of a composite next to each other. Returns every
 * problem found, each with a sentence that says what to do.
 */
export const createSpace = (draft: SpaceDraft): Result<SearchSpace, readonly SpaceProblem[]> => {
  const problems: SpaceProblem[] = [
    ...checkNames(draft),
    ...draft.parameters.flatMap((each) => (isComposite(each) ? checkComposite(each) : checkParameter(each))),
  ];
  // What a composite with wrong numbers would be made of is anybody's guess.
  if (draft.parameters.some((each) => isComposite(each) && checkComposite(each).length > 0))
    return failure(problems);
  const space = parseExpressions(draft, problems);
  problems.push(...unknownNames(space));
  if (problems.length > 0) return failure(problems);

  const nodes = dependencies(space);
  const circle = dependencyCircle(nodes);
  if (circle !== undefined) return failure([circleProblem(circle)]);
  const ordered = withCounts(inOrder(space, nodes));
  const typeProblems = checkTypes(ordered);
  return typeProblems.length > 0 ? failure(typeProblems) : success(ordered);
};

const parseExpressions = (draft: SpaceDraft, problems: SpaceProblem[]): SearchSpace => {
  const drafts = draft.parameters.filter(isComposite);
  const assemblies = new Map(drafts.map((each) => [each.name, assemblyOf(each)]));
  const parse = (
    text: string,
    where: Pick<SpaceProblem, 'parameter' | 'constraint'>,
  ): Expression | undefined => {
    const parsed = parseExpression(text);
    if (parsed.ok) return withComposites(parsed.value, assemblies);
    problems.push({ code: 'syntax', ...where, message: parsed.error.message, at: parsed.error.at, text });
    return undefined;
  };
  const conditionOf = ({
    name,
    condition,
  }: {
    readonly name: string;
    readonly condition?: string;
  }): { readonly condition?: Expression } => {
    const parsed = condition === undefined ? undefined : parse(condition, { parameter: name });
    return parsed === undefined ? {} : { condition: parsed };
  };
  const composites = drafts.map((each): Composite => {
    const { name, condition: _, ...shape } = each;
    return { name, shape, assembly: assemblyOf(each), ...conditionOf(each) };
  });
  const parameters = draft.parameters
    .flatMap((each): readonly DraftParameter[] => (isComposite(each) ? partsOf(each) : [each]))
    .map((parameter): Parameter => {
      const { condition: _, ...rest } = parameter;
      return { ...rest, ...conditionOf(parameter) };
    });
  const derived = draft.derived.flatMap((item): DerivedParameter[] => {
    const { name } = item;
    const expression =
      'value' in item ? literalExpression(item.value) : parse(item.expression, { parameter: name });
    const condition = conditionOf(item);
    return expression === undefined ? [] : [{ name, expression, ...condition }];
  });
  const restrictions = [...draft.constraints, ...(draft.forbidden ?? []).map(forbiddenText)];
  const constraints = restrictions.flatMap((text, constraint) => parse(text, { constraint }) ?? []);
  return {
    parameters,
    derived,
    constraints,
    ...(composites.length > 0 ? { composites } : {}),
  };
};

/** `not (optimizer == "sgd" and nesterov == True)` */
const forbiddenText = (forbidden: DraftForbidden): string => {
  if (typeof forbidden === 'string') return `not (${forbidden})`;
  const values = Object.entries(forbidden).map(([name, value]) => `${name} == ${literalText(value)}`);
  return `not (${values.join(' and ')})`;
};

/** The space with what its subsets' numbers of choices ask for behind its own constraints. */
const withCounts = (space: SearchSpace): SearchSpace => {
  const counts = compositesOf(space).flatMap((composite) => {
    const text = countConstraint(draftOf(composite));
    const parsed = text === undefined ? undefined : parseExpression(text);
    return parsed?.ok ? [withComposites(parsed.value, new Map([[composite.name, composite.assembly]]))] : [];
  });
  return counts.length === 0 ? space : { ...space, constraints: [...space.constraints, ...counts] };
};

const unknownNames = (space: SearchSpace): readonly SpaceProblem[] => {
  const known = new Set([...space.parameters, ...space.derived].map((item) => item.name));
  const shown = shownNames(space);
  const check = (
    expression: Expression | undefined,
    where: Pick<SpaceProblem, 'parameter' | 'constraint'>,
  ): readonly SpaceProblem[] =>
    (expression?.names ?? [])
      .filter((name) => !known.has(name))
      .map((name) => {
        const hint = didYouMean(name, [...shown, ...known]) || ` There are ${listed(shown)}.`;
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

/** What each name depends on directly. A composite is one with its parts, so that they stay together. */
const dependencies = (space: SearchSpace): readonly Node[] => {
  const owners = compositeByPart(space);
  const needs = (names: readonly string[] = []): readonly string[] =>
    names.map((name) => owners.get(name)?.name ?? name);
  const searched = new Map<string, Node>();
  for (const parameter of space.parameters) {
    const { name, condition } = owners.get(parameter.name) ?? parameter;
    if (!searched.has(name)) searched.set(name, { name, needs: needs(condition?.names) });
  }
  return [
    ...searched.values(),
    ...space.derived.map(({ name, expression, condition }) => ({
      name,
      needs: needs([...expression.names, ...(condition?.names ?? [])]),
    })),
  ];
};

const circleProblem = (circle: readonly string[]): SpaceProblem => {
  const [first = ''] = circle;
  const message =
    circle.length === 1
      ? `${first} depends on itself. Take ${first} out of its own condition or expression.`
      : `${circle.join(' depends on ')} depends on ${first}. Take one of these names out of a condition or expression.`;
  return { code: 'circular', parameter: first, message };
};

const inOrder = (space: SearchSpace, nodes: readonly Node[]): SearchSpace => {
  const owners = compositeByPart(space);
  const searched = new Set(space.parameters.map(({ name }) => owners.get(name)?.name ?? name));
  const order = new Map(inDependencyOrder(nodes, searched).map((name, i) => [name, i]));
  const placeOf = ({ name }: { readonly name: string }): number =>
    order.get(owners.get(name)?.name ?? name) ?? 0;
  const byOrder = (a: { readonly name: string }, b: { readonly name: string }): number =>
    placeOf(a) - placeOf(b);
  return {
    parameters: space.parameters.toSorted(byOrder),
    derived: space.derived.toSorted(byOrder),
    constraints: space.constraints,
    ...(space.composites && { composites: space.composites.toSorted(byOrder) }),
  };
};
