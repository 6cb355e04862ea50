import type { Measure } from '../../result/measures.js';
import { failed, parseDuration, parseRate, type Reading } from '../units.js';

/** Reads a value in a measure's unit: a duration (in seconds), a rate (per second) or a plain number. @param name the measure as it was written */
export function parseValue(text: string, name: string, measure: Measure): Reading<number> {
  switch (measure.unit) {
    case 'seconds': {
      const seconds = parseDuration(text);
      return seconds.ok ? seconds : failed(`${name} is a duration, and ${seconds.message}`, seconds.hint);
    }
    case 'perSecond': {
      const rate = parseRate(text);
      if (rate.ok) return { ok: true, value: rate.value.count / rate.value.perSeconds };
      return failed(`${name} is a rate, and ${rate.message}`, rate.hint);
    }
    case 'count':
    case 'flag': {
      if (/^\d+(\.\d+)?$/.test(text)) return { ok: true, value: Number(text) };
      const number = /^(\d+(?:\.\d+)?)[A-Za-z/]/.exec(text.replaceAll(',', ''))?.[1];
      const hint = number === undefined ? 'write a plain number, such as 5' : `write ${number}`;
      return failed(`${name} is a count, and ${text} is not a plain number`, hint);
    }
  }
}
