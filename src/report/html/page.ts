import { createHash } from 'node:crypto';
import type { Verdict } from '../../result/types.js';
import { escapeControls } from '../json.js';
import type { Assets } from './assets.js';
import { escaped, toHtml } from './marks.js';
import type { PageData } from './page-data.js';
import { pageStyle } from './style.js';

/** What stands in a page. Plain text but for `verdict` and `content`, which are HTML. */
export interface PageContent {
  readonly title: string;
  readonly summary: string;
  readonly kind: string;
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly outcome: Verdict['outcome'];
  readonly verdict: string;
  readonly content: string;
}

/** The whole page. Its own styles and scripts are allowed by their hashes, and nothing else is: not even a request could be made. */
export function page(
  { title, summary, kind, startedAt, outcome, verdict, content }: PageContent,
  data: PageData,
  { uplotScript, uplotStyle, pageScript }: Assets,
): string {
  const style = `${uplotStyle.trim()}\n${pageStyle}`;
  const script = `(() => {'use strict';\n${uplotScript.trim()}\n${pageScript}\n})();`;
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const when = startedAt === null ? '' : ` · ${escaped(dateInWords(startedAt))}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}: ${outcome} · Launchpad</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">To the report</a>
<header>
<p class="kind">Launchpad · ${kind}${when}<button type="button" id="theme" aria-label="Switch between light and dark">Dark</button></p>
<h1>${toHtml(title)}</h1>
${summary === '' ? '' : `<p class="summary">${toHtml(summary)}</p>`}
<div class="verdict ${outcome}" role="status">
${verdict}
</div>
</header>
${navigation(content)}
<main id="content" tabindex="-1">
<noscript><p class="warn">The charts are drawn by a script in this file, which is turned off here. Below each is a table of its main points.</p></noscript>
${content}
</main>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Links to the sections of the first level, by their headings. */
function navigation(content: string): string {
  const links = [...content.matchAll(/<section id="([^"]+)"><h2>(.*?)<\/h2>/g)].map(
    ([, id, heading]) => `<li><a href="#${id}">${heading}</a></li>`,
  );
  return links.length === 0 ? '' : `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`;
}

/** JSON that can't end the script that it stands in. */
export function scriptJson(data: object): string {
  return escapeControls(JSON.stringify(data)).replaceAll('<', '\\u003c');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** `2025-03-14 09:26 UTC`; what is no such time stays as it is. */
function dateInWords(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/, '$1 $2 UTC');
}
