import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GoTime } from './go-time.ts';
import { parseGoTime } from './parse-time.ts';

const NOON = Date.UTC(2026, 0, 2, 12, 0, 0);

const zones: [zone: string, winter: string, summer: string][] = [
  ['', '12:00 UTC +00:00', '12:00 UTC +00:00'],
  ['Europe/Berlin', '13:00 CET +01:00', '14:00 CEST +02:00'],
  ['America/New_York', '07:00 EST -05:00', '08:00 EDT -04:00'],
  ['Australia/Sydney', '23:00 AEDT +11:00', '22:00 AEST +10:00'],
  ['Asia/Tokyo', '21:00 JST +09:00', '21:00 JST +09:00'],
  ['Asia/Shanghai', '20:00 CST +08:00', '20:00 CST +08:00'],
  ['Asia/Kathmandu', '17:45 +0545 +05:45', '17:45 +0545 +05:45'],
  ['America/Sao_Paulo', '09:00 -03 -03:00', '09:00 -03 -03:00'],
];

for (const [zone, winter, summer] of zones)
  test(`a moment in the zone ${zone}`, () => {
    const layout = '15:04 MST -07:00';
    assert.equal(new GoTime(NOON, zone).Format(layout), winter);
    assert.equal(new GoTime(Date.UTC(2026, 6, 2, 12), zone).Format(layout), summer);
  });

test('a zone that is none is refused, and one moment is one in all zones', () => {
  assert.throws(() => new GoTime(NOON, 'Mars/Phobos'), /unknown time zone Mars\/Phobos/);
  assert.ok(new GoTime(NOON, 'Asia/Tokyo').Equal(new GoTime(NOON)));
  assert.equal(new GoTime(NOON, 'Asia/Tokyo').UTC().toString(), '2026-01-02 12:00:00 +0000 UTC');
});

describe('a time by a layout', () => {
  const read: [layout: string, text: string, rfc3339: string][] = [
    ['2006-01-02', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['2006-01-02T15:04:05Z07:00', '2026-07-01T12:00:00.25+05:30', '2026-07-01T12:00:00.25+05:30'],
    ['Mon Jan _2 15:04:05 2006', 'Wed Jul  1 09:08:07 2026', '2026-07-01T09:08:07Z'],
    ['January 2 06, 3:04 PM', 'March 4 71, 12:05 AM', '1971-03-04T00:05:00Z'],
    ['15:04', '23:59', '0000-01-01T23:59:00Z'],
    ['02/01/2006 15h04', '03/04/2026 05h06', '2026-04-03T05:06:00Z'],
  ];
  for (const [layout, text, rfc3339] of read)
    test(`${text} as ${layout}`, () => assert.equal(parseGoTime(layout, text).toJSON(), rfc3339));

  const refused: [layout: string, text: string][] = [
    ['2006-01-02', '2026-02-29'],
    ['2006-01-02', '2026-13-01'],
    ['2006-01-02', '2026-1-1'],
    ['2006-01-02', '2026-01-01 '],
    ['15:04', '24:00'],
    ['15:04:05', '12:00:60'],
    ['Jan 2', 'Foo 2'],
    ['2006.01', '2026x01'],
  ];
  for (const [layout, text] of refused)
    test(`${text} is none as ${layout}`, () => {
      assert.throws(() => parseGoTime(layout, text), /is no time in the layout/);
    });
});
