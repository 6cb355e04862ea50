/** What is in an element: text, or elements; an element without either is empty. */
export type XmlContent = string | readonly XmlElement[];

/** An element of an XML document. Attributes that are null are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | null>>;
  readonly content?: XmlContent;
}

/** All that XML 1.0 has no way to write, not even as a reference: most control characters, halves of pairs, two others. */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Read as it is, it would become a line feed.
  '\r': '&#13;',
};

/** Text as XML 1.0, between tags or within a quoted attribute; what XML forbids becomes U+FFFD, the replacement character. */
export function xmlText(text: string): string {
  return text
    .replace(forbidden, '\ufffd')
    .replace(/[&<>"'\r]/g, (character) => entities[character] as string);
}

/** A document of one element, ending with a line break. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root).join('\n')}\n`;
}

function lines({ name, attributes = {}, content = '' }: XmlElement): string[] {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === null ? [] : [` ${key}="${attributeText(String(value))}"`],
  );
  const tag = `${name}${written.join('')}`;
  if (content.length === 0) return [`<${tag}/>`];
  if (typeof content === 'string') return [`<${tag}>${xmlText(content)}</${name}>`];
  return [`<${tag}>`, ...content.flatMap(lines).map(indented), `</${name}>`];
}

/** Line breaks and tabs as they are would be read as spaces. */
function attributeText(text: string): string {
  return xmlText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** Only what begins a tag is moved: text of several lines stays as it is. */
function indented(line: string): string {
  return `  ${line}`;
}
