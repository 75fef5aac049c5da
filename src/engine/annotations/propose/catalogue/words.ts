/** What a table of the catalogue is written with. */
export { entry } from '../entry.ts';
export {
  around,
  budget,
  choices,
  decades,
  doubling,
  flag,
  linear,
  log,
  ordered,
  seed,
  share,
  upTo,
  whole,
  wholeLog,
} from '../scale.ts';
