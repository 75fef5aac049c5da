// Fails when files import each other in a circle, type-only imports included (Tarjan's strongly connected components).
import { importGraph } from './imports.mjs';

const graph = importGraph();
const index = new Map();
const low = new Map();
const stack = [];
const circles = [];

const visit = (file) => {
  index.set(file, index.size);
  low.set(file, index.get(file));
  stack.push(file);
  for (const { target } of graph.get(file) ?? []) {
    if (!graph.has(target)) continue;
    if (target === file) circles.push([file]);
    if (!index.has(target)) {
      visit(target);
      low.set(file, Math.min(low.get(file), low.get(target)));
    } else if (stack.includes(target)) low.set(file, Math.min(low.get(file), index.get(target)));
  }
  if (low.get(file) !== index.get(file)) return;
  const members = stack.splice(stack.indexOf(file));
  if (members.length > 1) circles.push(members);
};

for (const file of graph.keys()) if (!index.has(file)) visit(file);
for (const members of circles) console.error(`import circle: ${members.join(' -> ')} -> ${members[0]}`);
console.log(circles.length === 0 ? `circles: none in ${graph.size} files` : `circles: ${circles.length}`);
process.exitCode = circles.length === 0 ? 0 : 1;
