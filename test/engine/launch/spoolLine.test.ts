import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSpoolLine } from '../../../src/engine/launch/spoolLine.ts';

const summed = (body: string): Buffer => Buffer.from(`${crc32(body).toString(16).padStart(8, '0')} ${body}`);

test('a whole line becomes its record, with non-finite numbers as numbers', () => {
  const line = summed(
    '{"a":2,"k":"report","t":1.5,"s":3,"m":{"loss":"NaN","acc":"-Infinity","f":0.5},"from":"assignment"}',
  );
  expect(parseSpoolLine(line, 2)).toEqual({
    kind: 'report',
    step: 3,
    metrics: { loss: Number.NaN, acc: Number.NEGATIVE_INFINITY, f: 0.5 },
    source: 'assignment',
  });
});

test('a line of another attempt is dropped', () => {
  expect(parseSpoolLine(summed('{"a":1,"k":"notice","level":"info","text":"hi"}'), 2)).toBeUndefined();
});

test('bare JSON of another program is read too', () => {
  expect(parseSpoolLine(Buffer.from('{"k":"report","s":1,"m":{"acc":1}}'), 1)).toMatchObject({
    kind: 'report',
    step: 1,
  });
});

test('a line that lost one byte anywhere is corrupt, never another record', () => {
  const line = summed('{"a":1,"k":"report","t":1,"s":12,"m":{"loss":0.25},"from":"api"}');
  for (let index = 0; index < line.length; index++) {
    const damaged = Buffer.concat([line.subarray(0, index), line.subarray(index + 1)]);
    expect(parseSpoolLine(damaged, 1)?.kind, `without byte ${index}`).toBe('corrupt');
  }
});

test('any bytes at all are tolerated, and little of them is kept', () => {
  const property = fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (bytes) => {
    const record = parseSpoolLine(Buffer.from(bytes), 1);
    expect(record?.kind === 'corrupt' && record.text.length <= 200).toBe(true);
  });
  fc.assert(property, { seed: 7, numRuns: 200 });
});

test.each([
  '{"a":1,"k":"report","s":"x","m":{}}',
  '{"a":1,"k":"report","s":1,"m":{"x":"0.5"}}',
  '{"a":1,"k":"bound"}',
  '{"a":1}',
  '[]',
])('%s is whole and still no record', (body) => {
  expect(parseSpoolLine(summed(body), 1)?.kind).toBe('corrupt');
});
