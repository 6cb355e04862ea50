/** A number with a unit, as people write it. */
const amount = String.raw`\d+(?:\.\d+)?\s*(?:%|[A-Za-z]*(?:/\d*[A-Za-z]+)?)`;
const name = String.raw`[A-Za-z][\w.-]*`;

/** A way in which people write an expectation, and how it is written here. */
interface Form {
  readonly written: RegExp;
  readonly meant: (...parts: string[]) => string;
}

const forms: readonly Form[] = [
  {
    written: form(
      String.raw`(${name})\s+(?:is\s+)?(?:between|from)\s+(${amount})\s+(?:and|to)\s+(${amount})`,
    ),
    meant: (of = '', from = '', to = '') => `${of} in ${closed(from)}..${closed(to)}`,
  },
  {
    written: form(String.raw`(${name})\s+(?:in|is)\s+(${amount})\s*(?:-|–|\.{3,}|…|to)\s*(${amount})`),
    meant: (of = '', from = '', to = '') => `${of} in ${closed(from)}..${closed(to)}`,
  },
  {
    written: form(String.raw`(${name})\s*(?:[=<>!~:≈]+|is|within|between)?\s*(${amount}\.\.${amount})`),
    meant: (of = '', range = '') => `${of} in ${closed(range)}`,
  },
  {
    written: form(String.raw`(${amount}\.\.${amount})`),
    meant: (range = '') => `MEASURE in ${closed(range)}, such as emails.catchUp in 50s..70s`,
  },
  {
    written: form(
      String.raw`(${name})\s*(?:[~≈±+/=-]+|within|about|in)\s*(${amount})\s*(?:of|from|around)?\s*(?:the\s+)?predict\w*`,
    ),
    meant: (of = '', by = '') => `${of} within ${closed(by)} of predicted`,
  },
  {
    written: form(String.raw`(${name})\s*(?:[=<>!~≈±]+|is|in|within|as|like)?\s*(?:the\s+)?predict\w*`),
    meant: (of = '') => `${of} within 5% of predicted`,
  },
];

/** What somebody means who writes an expectation otherwise: `between 50s and 70s`, `within 5 % of prediction`; undefined: it can't be told. */
export function meantForm(written: string): string | undefined {
  for (const each of forms) {
    const found = each.written.exec(written);
    if (found !== null) return each.meant(...found.slice(1));
  }
  return undefined;
}

function form(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`, 'i');
}

function closed(text: string): string {
  return text.replaceAll(/\s/g, '');
}
