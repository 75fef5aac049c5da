// Reference points for NSGA-III on the unit simplex.

/**
 * All points of the simplex whose coordinates are multiples of 1 / `divisions`, in lexicographic order (Das, Dennis:
 * Normal-Boundary Intersection, SIAM Journal on Optimization 8, 1998).
 */
export const dasDennis = (objectives: number, divisions: number): readonly (readonly number[])[] => {
  const points: (readonly number[])[] = [];
  const fill = (before: readonly number[], left: number): void => {
    if (before.length === objectives - 1) {
      points.push([...before, left].map((part) => part / divisions));
      return;
    }
    for (let part = 0; part <= left; part++) fill([...before, part], left - part);
  };
  if (objectives > 0) fill([], divisions);
  return points;
};

/** C(divisions + objectives - 1, objectives - 1): how many `dasDennis` gives. */
export const dasDennisCount = (objectives: number, divisions: number): number => {
  let count = 1;
  for (let k = 1; k < objectives; k++) count = (count * (divisions + k)) / k;
  return Math.round(count);
};

/**
 * As many points as fit `most`, at least the corners: one layer where it has points inside the simplex, else two, the
 * inner one half the size about the centre (Deb, Jain, NSGA-III part I, IEEE TEVC 18, 2014).
 */
export const referencePoints = (objectives: number, most: number): readonly (readonly number[])[] => {
  const divisions = largestDivisions(objectives, most);
  if (divisions >= objectives || objectives < 3) return dasDennis(objectives, divisions);
  const outer = Math.max(1, largestDivisions(objectives, Math.ceil((2 * most) / 3)));
  const inner = largestDivisions(objectives, most - dasDennisCount(objectives, outer));
  const shrunk = inner < 1 ? [] : dasDennis(objectives, inner);
  return [
    ...dasDennis(objectives, outer),
    ...shrunk.map((point) => point.map((part) => 0.5 * part + 0.5 / objectives)),
  ];
};

/** 0 when not even the corners fit. */
const largestDivisions = (objectives: number, most: number): number => {
  if (objectives < 2) return 1;
  let divisions = 0;
  while (dasDennisCount(objectives, divisions + 1) <= most) divisions++;
  return divisions;
};
