import { escaped, plain, type TableContent, tableOf, toHtml } from './marks.js';

/** Lines of a report as HTML: paragraphs, a list of those that begin with a dash, tables. */
export function blocks(lines: readonly string[]): string {
  const html: string[] = [];
  let items: string[] = [];
  const endList = () => {
    if (items.length > 0) html.push(`<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`);
    items = [];
  };
  for (const line of lines) {
    const content = tableOf(line);
    const text = toHtml(line);
    if (content === null && text.startsWith('- ')) {
      items.push(text.slice(2));
      continue;
    }
    endList();
    if (content !== null) html.push(tableHtml(content));
    else if (text !== '') html.push(`<p>${text}</p>`);
  }
  endList();
  return html.join('\n');
}

/** What a table is given beside its content. */
export interface TableLook {
  /** In place of the first column's head, where the heading above says it already. */
  readonly first?: string;
  /** What is said below the first cell of a row, by that cell's text. */
  readonly notes?: (label: string) => string | null;
  /** Whether first cells are heads of their rows. Default: where their column has a head. */
  readonly hasRowHeads?: boolean;
}

/** A table; one that is wider than the page scrolls by itself. */
export function tableHtml({ columns, rows }: TableContent, look: TableLook = {}): string {
  const { first, notes = () => null, hasRowHeads = columns[0]?.head !== '' } = look;
  const classOf = (at: number): string => (columns[at]?.align === 'right' ? ' class="number"' : '');
  const heads = columns.map(({ head }, at) => {
    const text = toHtml((at === 0 ? (first ?? head) : head).replaceAll('\n', ' '));
    return text === '' ? `<td${classOf(at)}></td>` : `<th scope="col"${classOf(at)}>${text}</th>`;
  });
  const body = rows.map((row) => {
    const cells = row.map((cell, at) => {
      const text = toHtml(cell);
      if (at > 0 || !hasRowHeads) return `<td${classOf(at)}>${text}</td>`;
      const note = notes(plain(cell));
      return `<th scope="row"${classOf(at)}>${text}${note === null ? '' : `<small>${toHtml(note)}</small>`}</th>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="table" tabindex="0" role="group" aria-label="${escaped(plain(first ?? columns[0]?.head ?? '') || 'Table')}"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** The first table among the lines; empty where there is none. */
export function firstTable(lines: readonly string[], look: TableLook = {}): string {
  const [content] = lines.flatMap((line) => tableOf(line) ?? []);
  return content === undefined ? '' : tableHtml(content, look);
}

/** A section with its heading; empty where it has no content. */
export function section(title: string, content: string, id: string | null = null, level = 2): string {
  if (content === '') return '';
  const at = id === null ? '' : ` id="${escaped(id)}"`;
  return `<section${at}><h${level}>${toHtml(plain(title))}</h${level}>\n${content}\n</section>`;
}

/** What is folded away until it is asked for; printed all the same. */
export function folded(summary: string, content: string, kind = ''): string {
  return `<details${kind === '' ? '' : ` class="${kind}"`}><summary>${toHtml(summary)}</summary>\n${content}\n</details>`;
}
