import type { RandomStream } from '../numeric/random.ts';
import { completeAssignment, type Draft, isActive } from './assignment.ts';
import { fromUnit, gridValues, snap, toUnit, valueCount } from './encode.ts';
import { isKept } from './expression.ts';
import type { Assignment, Parameter, ParamValue, SearchSpace } from './parameter.ts';
import { planOf } from './plan.ts';
import { violationOf } from './violation.ts';

/** Coordinates tried before giving up; with the candidates below, about ten milliseconds at worst. */
const rounds = 200;
const candidatesPerRound = 16;
/** Share of rounds in which any parameter may change, not just one that a broken constraint depends on. */
const anywhere = 0.1;

/**
 * A legal assignment near the one given that keeps the constraints, or the least violating one found: local search
 * that changes one parameter at a time, mostly one in conflict, to its best candidate (Minton et al.: Minimizing Conflicts, 1992).
 * Always ends. The result has its derived values.
 */
export const repair = (space: SearchSpace, start: Assignment, random: RandomStream): Assignment => {
  let best = completeAssignment(space, start);
  if (space.parameters.length === 0) return best;
  let bestViolation = violationOf(space, best);
  let current = best;
  let violation = bestViolation;
  for (let round = 0; round < rounds && bestViolation > 0; round++) {
    const all = random.uniform() < anywhere ? space.parameters : conflicting(space, current);
    const parameter = all[random.integer(Math.max(1, all.length))];
    if (parameter === undefined || !Object.hasOwn(current, parameter.name)) continue;
    const next = bestNeighbour(space, current, parameter, random);
    // A small chance of a worse step leads out of corners where no single change helps.
    if (next.violation > violation && random.uniform() > 0.05) continue;
    ({ assignment: current, violation } = next);
    if (violation < bestViolation) {
      best = current;
      bestViolation = violation;
    }
  }
  return best;
};

/** The parameters that the constraints broken now depend on; all of them where a derived value is at fault. */
const conflicting = (space: SearchSpace, complete: Assignment): readonly Parameter[] => {
  const needed = space.constraints.flatMap((constraint, i) =>
    isKept(constraint, complete) ? [] : (neededBy(space)[i] ?? []),
  );
  return needed.length === 0 ? space.parameters : [...new Set(needed)];
};

const needs = new WeakMap<SearchSpace, readonly (readonly Parameter[])[]>();

/** For each constraint, the parameters it depends on, also through derived values and conditions. */
const neededBy = (space: SearchSpace): readonly (readonly Parameter[])[] => {
  let found = needs.get(space);
  if (found === undefined) {
    found = space.constraints.map(({ names }) => parametersBehind(space, names));
    needs.set(space, found);
  }
  return found;
};

const parametersBehind = (space: SearchSpace, names: readonly string[]): readonly Parameter[] => {
  const { byName } = planOf(space);
  const seen = new Set<string>();
  const left = [...names];
  const found: Parameter[] = [];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const item = byName.get(name);
    if (item === undefined || seen.has(name)) continue;
    seen.add(name);
    if (item.kind === 'searched') found.push(item.parameter);
    else left.push(...item.derived.expression.names);
    left.push(...((item.kind === 'searched' ? item.parameter : item.derived).condition?.names ?? []));
  }
  return found;
};

const bestNeighbour = (
  space: SearchSpace,
  current: Assignment,
  parameter: Parameter,
  random: RandomStream,
): { readonly assignment: Assignment; readonly violation: number } => {
  let best: { readonly assignment: Assignment; readonly violation: number } | undefined;
  for (const value of candidates(parameter, current[parameter.name] ?? null, current, random)) {
    if (value === current[parameter.name]) continue;
    const assignment = withActive(space, { ...current, [parameter.name]: value }, random);
    const violation = violationOf(space, assignment);
    if (best === undefined || violation < best.violation) best = { assignment, violation };
    if (violation === 0) break;
  }
  return best ?? { assignment: current, violation: violationOf(space, current) };
};

/** All values of a small grid; else near ones, far ones, and those of other parameters (for `a == b`). */
const candidates = (
  parameter: Parameter,
  now: ParamValue,
  current: Assignment,
  random: RandomStream,
): readonly ParamValue[] => {
  if (valueCount(parameter) <= candidatesPerRound) return gridValues(parameter) ?? [];
  const unit = toUnit(parameter, now);
  const found: ParamValue[] = Object.values(current)
    .filter((value) => typeof value === 'number')
    .slice(0, candidatesPerRound)
    .map((value) => snap(parameter, value));
  if (typeof now === 'number')
    found.push(snap(parameter, now - stepOf(parameter)), snap(parameter, now + stepOf(parameter)));
  for (let k = 0; k < candidatesPerRound; k++) {
    // Log-uniform distances, from across the range to a 10^7th of it.
    const distance = 10 ** (-7 * random.uniform());
    found.push(fromUnit(parameter, Math.min(1, Math.max(0, unit + (k % 2 === 0 ? distance : -distance)))));
  }
  return found;
};

/** To the next value of an even grid; 0 where there is none. */
const stepOf = (parameter: Parameter): number =>
  parameter.kind === 'int' || parameter.kind === 'float'
    ? (parameter.step ?? (parameter.kind === 'int' ? 1 : 0))
    : 0;

/** Drops what a change made inactive and draws what it made active. */
const withActive = (space: SearchSpace, values: Assignment, random: RandomStream): Assignment => {
  const filled: Draft = { ...completeAssignment(space, values) };
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') continue;
    const { parameter } = item;
    if (Object.hasOwn(filled, parameter.name) || !isActive(parameter, filled)) continue;
    filled[parameter.name] = fromUnit(parameter, random.uniform());
    Object.assign(filled, completeAssignment(space, filled));
  }
  return completeAssignment(space, filled);
};
