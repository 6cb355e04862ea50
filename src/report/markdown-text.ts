import { closing, styles, type TableContent, tableOf } from './html/marks.js';

/** What is put where a name, a number or an address would become a link, and call somebody or something. Takes no room. */
const apart = '\u200b';

/** What GitHub-flavoured Markdown would obey, and, as it is read after that, what GitHub makes links of. */
const special = /[\\`*_[\]~$#&<>|@]|\b(?:GH-(?=\d)|www(?=\.)|(?:https?|ftp)(?=:\/\/))/gi;

/** Pipes as references: the columns of a table are told apart before anything else is looked at. */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
};

/** One line of text as GitHub-flavoured Markdown that shows it as it is, in a line or in a table, and links to nothing. */
export function inline(text: string): string {
  return text.replace(special, (found) => {
    if (found === '@') return `@${apart}`;
    if (found === '#') return `\\#${apart}`;
    return found.length > 1 ? found + apart : (entities[found] ?? `\\${found}`);
  });
}

/** The same for what begins a line, where it might be taken for a list or a heading. */
export function line(text: string): string {
  return inline(text)
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** A name or an expression as code. What is in it is not obeyed, but for what would end it. */
export function code(text: string): string {
  if (text === '') return '';
  // Neither a pipe nor what stands before it can be written within backticks in a table.
  return /[`|\\]|<[a-z/!?]/i.test(text) ? `<code>${inline(text)}</code>` : `\`${text}\``;
}

/** Lines to be copied. */
export function codeBlock(lines: readonly string[], language: string): string {
  const longest = Math.max(2, ...(lines.join('\n').match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [fence + language, ...lines, fence].join('\n');
}

/** Text with the marks of a report (`marks`) as Markdown: what stands out is bold, colours are left out. */
export function marked(text: string, write: (text: string) => string = inline): string {
  const open: string[] = [];
  let isFirst = true;
  const parts = text
    .trim()
    // What is bold ends where its last word does.
    .replace(new RegExp(`( +)(${closing}+)`, 'g'), '$2$1')
    .replace(/ {2,}/g, ' ')
    .split(/(\p{Cc})/u)
    .map((part) => {
      if (/^\p{Cc}$/u.test(part)) {
        if (part === closing) return open.pop() ?? '';
        const mark = part === styles.bold ? '**' : '';
        if (Object.values<string>(styles).includes(part)) open.push(mark);
        return mark;
      }
      if (part === '') return '';
      const written = isFirst ? write(part) : inline(part);
      isFirst = false;
      return written;
    });
  return parts.join('') + open.reverse().join('');
}

/** What a line of a list begins with: a dash, or an exclamation mark that stands out. */
const itemStart = new RegExp(`^(?:- |${styles.warn}!${closing} )`);

/** Lines of a report as Markdown: paragraphs, a list of those that begin with a dash or are marked as something to look at, tables. */
export function blocks(lines: readonly string[]): string[] {
  const found: string[] = [];
  let items: string[] = [];
  const endList = (): void => {
    if (items.length > 0) found.push(list(items));
    items = [];
  };
  for (const each of lines) {
    const text = each.trim();
    const content = tableOf(each);
    const [bullet] = itemStart.exec(text) ?? [];
    if (content === null && bullet !== undefined) {
      items.push(text.slice(bullet.length));
      continue;
    }
    endList();
    if (content !== null) found.push(tableMarkdown(content));
    else if (text !== '') found.push(marked(text, line));
  }
  endList();
  return found;
}

/** A list, of texts with or without marks. */
export function list(items: readonly string[]): string {
  return items.map((item) => `- ${marked(item, line)}`).join('\n');
}

/** A table of texts with or without marks. @param first in place of the first column's head */
export function tableMarkdown({ columns, rows }: TableContent, first?: string): string {
  return rawTable(
    columns.map(({ head, align }, at) => ({
      head: marked((at === 0 ? (first ?? head) : head).replaceAll('\n', ' ')),
      align,
    })),
    rows.map((row) => row.map((cell) => marked(cell))),
  );
}

/** A table of cells that are Markdown already. */
export function rawTable(columns: TableContent['columns'], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [row(columns.map(({ head }) => head)), row(rule), ...rows.map(row)].join('\n');
}
