import {
  type Check,
  complete,
  duration,
  Fields,
  kindOf,
  listOf,
  oneOf,
  positiveDuration,
  share,
  text,
  wholeNumber,
  yesOrNo,
} from './checks.js';
import type { Tree } from './tree.js';
import type { FailureSelect, FailureSpec } from './types.js';

type FailureKind = FailureSpec['kind'];

const kinds: readonly FailureKind[] = ['fail', 'hang', 'crash'];
const known = [...kinds, 'per', 'times', 'from', 'to', 'after', 'for', 'retryable', 'error'];
const example = 'write {fail: 10%}, {hang: [7]} or {crash: all}';
const selectHint = 'write 10% (drawn), [7, 13] (the 7th and 13th message of each producer) or all';

/** What an error says that the scenario gives no words. Nobody hears of a hang or a crash, but for their messages in the report. */
const errors: Readonly<Record<FailureKind, string>> = {
  fail: 'the work failed',
  hang: 'the work hung',
  crash: 'the worker crashed',
};

/** Reads what may go wrong with a queue's work. */
export const checkFailures: Check<readonly FailureSpec[]> = (tree, problems) => {
  const list = listOf(checkFailure, '[{fail: 10%}]')(tree, problems);
  return tree.kind === 'list' && list?.length === tree.items.length ? list : undefined;
};

const checkFailure: Check<FailureSpec> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'a failure', known });
  if (fields === undefined) return undefined;
  const said = kinds.filter((kind) => fields.node(kind) !== undefined);
  const [kind] = said;
  if (kind === undefined || said.length > 1) {
    if (kind !== undefined)
      problems.add(tree.place, `is ${said.join(' and ')} at once`, 'write one failure for each');
    // A mistyped kind has been answered as an unknown key.
    else if (tree.kind === 'mapping' && tree.entries.every(({ key }) => known.includes(key)))
      problems.add(tree.place, 'does not say what goes wrong', example);
    return undefined;
  }
  const select = fields.required(kind, checkSelect(fields.node('per')), example);
  const per = fields.optional(
    'per',
    oneOf<'attempt' | 'message'>(['attempt', 'message']),
    'attempt' as const,
  );
  const times = fields.optional('times', wholeNumber(1, 1_000_000), null);
  const fromSeconds = fields.optional('from', duration, 0);
  const toSeconds = fields.optional('to', positiveDuration, null);
  const to = fields.node('to');
  if (
    to !== undefined &&
    typeof toSeconds === 'number' &&
    fromSeconds !== undefined &&
    fromSeconds >= toSeconds
  )
    problems.add(to.place, 'ends before it begins', 'write a `to` that is later than `from`');
  const forSeconds = fields.optional('for', positiveDuration, null);
  const retryable = fields.optional('retryable', yesOrNo, true);
  const error = fields.optional('error', text, errors[kind]);
  const onlyOf = (key: string, only: FailureKind, hint: string) => {
    const node = fields.node(key);
    if (node !== undefined && kind !== only)
      problems.add(node.place, `\`${key}\` means nothing with ${kind}`, hint);
  };
  onlyOf('for', 'hang', 'use it with hang; `from` and `to` say when it happens');
  onlyOf(
    'retryable',
    'fail',
    kind === 'hang'
      ? 'leave it out: a hang that meets the time limit can be retried'
      : 'leave it out: a crash is no attempt that failed, the broker gives the message to another worker',
  );
  onlyOf('error', 'fail', `leave it out: nobody hears the error of a ${kind}`);
  return complete<FailureSpec>({
    kind,
    select: select === undefined || per === undefined ? undefined : drawn(select, per),
    times,
    fromSeconds,
    toSeconds,
    retryable,
    afterSeconds: fields.optional('after', duration, null),
    forSeconds,
    error,
  });
};

function drawn(select: FailureSelect, per: 'attempt' | 'message'): FailureSelect {
  return select.kind === 'share' ? { ...select, per } : select;
}

/** Whom it befalls. A share is of all attempts until `per` says otherwise, which only a share can have. */
function checkSelect(per: Tree | undefined): Check<FailureSelect> {
  return (tree, problems) => {
    const noShare = (what: string) => {
      if (per !== undefined)
        problems.add(per.place, `\`per\` means nothing with ${what}`, 'use it with a share, such as 10%');
    };
    if (tree.kind === 'list') {
      noShare('a list of messages');
      const messages = listOf(wholeNumber(1, Number.MAX_SAFE_INTEGER), selectHint)(tree, problems) ?? [];
      if (tree.items.length === 0) problems.add(tree.place, 'names no message', selectHint);
      messages.forEach((message, i) => {
        if (messages.indexOf(message) < i)
          problems.add(tree.place, `names message ${message} twice`, 'name it once');
      });
      return messages.length === tree.items.length ? { kind: 'messages', messages } : undefined;
    }
    if (tree.kind === 'leaf' && tree.text === 'all') {
      noShare('all');
      return { kind: 'all' };
    }
    if (
      tree.kind === 'leaf' &&
      typeof tree.value === 'number' &&
      tree.value > 1 &&
      Number.isInteger(tree.value)
    ) {
      const { text: n } = tree;
      problems.add(
        tree.place,
        `${n} may be a message or a share`,
        `write [${n}] for the message, ${n}% for the share`,
      );
      return undefined;
    }
    if (tree.kind === 'leaf' && !/^[\d.]/.test(tree.text)) {
      problems.add(tree.place, `is ${kindOf(tree)}, not a share, a list of messages or all`, selectHint);
      return undefined;
    }
    const part = share(tree, problems);
    if (part === 0) {
      problems.add(tree.place, 'befalls nobody', 'write a share above 0, or leave the failure out');
      return undefined;
    }
    return part === undefined ? undefined : { kind: 'share', share: part, per: 'attempt' };
  };
}
