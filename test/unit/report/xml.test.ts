import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xmlDocument, xmlText } from '../../../src/report/xml.js';
import { readXml } from '../../fixtures/xml.js';

describe('XML', () => {
  it('gives any text back, but for what it has no way to write', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const root = readXml(xmlDocument({ name: 'a', attributes: { of: text }, content: text }));
        const known = [...text].map((each) => (isWritable(each) ? each : '\ufffd')).join('');
        expect(root).toEqual({ name: 'a', attributes: { of: known }, children: [], text: known });
      }),
    );
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['a control sequence', '\u001b[2J'],
    ['half a pair', 'a\ud800b'],
    ['the other half', 'a\udc00b'],
    ['what is no character', '\ufffe\uffff'],
  ])('replaces %s', (_, text) => {
    expect(xmlText(text)).toContain('\ufffd');
    expect(() => readXml(xmlDocument({ name: 'a', content: text }))).not.toThrow();
  });

  it('leaves whole pairs alone', () => {
    expect(xmlText('🚀 ok')).toBe('🚀 ok');
  });

  it('moves no line of a text that has several', () => {
    const xml = xmlDocument({ name: 'a', content: [{ name: 'b', content: 'one\n  two' }] });
    expect(readXml(xml).children[0]?.text).toBe('one\n  two');
  });
});

function isWritable(character: string): boolean {
  return /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u.test(character);
}
