import { largestBody } from './limits.js';

/** Why a request is refused. */
export interface Rejection {
  readonly status: number;
  readonly error: string;
  readonly reasons: readonly string[];
}

/** So many reasons are given; how many more there are is said. */
const mostReasons = 100;
/** Characters of one reason. */
const longestReason = 200;

/** One thing that a validation found, as Ajv has it. */
interface Violation {
  readonly instancePath: string;
  readonly message?: string;
  readonly params?: Record<string, unknown>;
}

/** What is wrong with a request, from what the framework threw; null: it is not the client's fault. */
export function rejectionOf(error: unknown): Rejection | null {
  const { validation, statusCode, message } = error as {
    validation?: readonly Violation[];
    statusCode?: number;
    message?: string;
  };
  if (validation !== undefined)
    return { status: 400, error: 'This is no valid order', reasons: reasonsOf(validation) };
  if (statusCode === 413)
    return { status: 413, error: `The body is larger than ${largestBody} bytes`, reasons: [] };
  if (statusCode === 415)
    return {
      status: 415,
      error: 'The body has to be JSON, and its content-type application/json',
      reasons: [],
    };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, error: 'The request can not be read', reasons: [cut(message ?? '')] };
  return null;
}

function reasonsOf(violations: readonly Violation[]): string[] {
  const reasons = violations.slice(0, mostReasons).map(reasonOf);
  const more = violations.length - reasons.length;
  return more === 0 ? reasons : [...reasons, `and ${more} more`];
}

function reasonOf({ instancePath, message, params }: Violation): string {
  // `/items/0/quantity` → `items[0].quantity`
  const path = instancePath
    .slice(1)
    .replace(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  const extra = params?.additionalProperty;
  const named = extra === undefined ? '' : `: ${JSON.stringify(extra)}`;
  return cut(`${path === '' ? 'the order' : path} ${message ?? 'is not valid'}${named}`);
}

function cut(text: string): string {
  return text.length <= longestReason ? text : `${text.slice(0, longestReason)}…`;
}
