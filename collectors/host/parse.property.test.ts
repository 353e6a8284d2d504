import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../src/model/failure.ts';
import { parseDiskstats, parseIoStat, parseNetDev } from './parse-devices.ts';
import { parseKeyed, parseMeminfo } from './parse-keyed.ts';
import { meaningfulMounts, parseMounts } from './parse-mounts.ts';
import { parsePressure } from './parse-pressure.ts';
import { parseStat } from './parse-stat.ts';

const PARSERS = {
  parseDiskstats,
  parseIoStat,
  parseNetDev,
  parseKeyed,
  parseMeminfo,
  parseMounts,
  parsePressure,
  parseStat,
};
const count = fc.nat();
const seconds = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);
const word = fc.stringMatching(/^[a-z][a-z0-9_.]{0,12}$/);
/** Files with the marks of the real ones, so that the parsers get somewhere. */
const text = fc
  .array(
    fc.oneof(
      fc.string(),
      word,
      count.map(String),
      fc.constantFrom(':', '=', '\n', ' ', 'cpu', 'some', '|bytes'),
    ),
  )
  .map((parts) => parts.join(' '));

describe('whatever a file holds', () => {
  for (const [name, parse] of Object.entries(PARSERS))
    test(`${name} reads it, or says that it is malformed`, () => {
      fc.assert(
        fc.property(text, (content) => {
          try {
            parse(content, 'file');
          } catch (error) {
            assert.ok(error instanceof Failure && error.reason === 'malformed', String(error));
          }
        }),
      );
    });
});

describe('what was written is read', () => {
  test('keyed counts', () => {
    fc.assert(
      fc.property(fc.dictionary(word, count), (values) => {
        const lines = Object.entries(values).map(([key, value]) => `${key} ${value}\n`);
        assert.deepEqual(Object.fromEntries(parseKeyed(lines.join(''), 'f')), { ...values });
      }),
    );
  });

  test('pressure', () => {
    fc.assert(
      fc.property(seconds, count, (avg10, total) => {
        const line = `some avg10=${avg10.toFixed(2)} avg60=0.00 avg300=0.00 total=${total}\n`;
        assert.deepEqual(parsePressure(line, 'f'), {
          some: { ratio: Math.round(avg10 * 100) / 10_000, seconds: total / 1e6 },
        });
      }),
    );
  });

  test('interfaces, also those whose names have a colon', () => {
    const counts = fc.array(count, { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]+\d(:\d)?$/), counts, (device, fields) => {
        const page = `Inter-| Receive\n face |bytes\n${device}: ${fields.join(' ')}\n`;
        const [found] = parseNetDev(page, 'f');
        assert.deepEqual(
          [found?.device, found?.received.bytes, found?.sent.bytes],
          [device, fields[0], fields[8]],
        );
      }),
    );
  });

  test('mounts, whose places may have blanks, each place once', () => {
    const place = fc.stringMatching(/^\/[a-z \\]{1,10}$/);
    fc.assert(
      fc.property(fc.array(place), (places) => {
        const escaped = places.map((path) =>
          path.replaceAll(/[ \\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`),
        );
        const mounts = parseMounts(escaped.map((path) => `/dev/x ${path} ext4 rw 0 0\n`).join(''), 'f');
        assert.deepEqual(
          mounts.map(({ mountpoint }) => mountpoint),
          places,
        );
        const seen = meaningfulMounts(mounts).map(({ mountpoint }) => mountpoint);
        assert.equal(new Set(seen).size, seen.length);
      }),
    );
  });
});
