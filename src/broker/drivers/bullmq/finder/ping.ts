import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { messageOf } from '../../../../errors.js';
import { type RedisAddress, tlsOptions } from '../url.js';

/** What a server answered. `error`: it answered, with a refusal. */
export type Answer =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'none'; readonly text: string };

/**
 * Sends one command that has a simple or bulk string as its reply, after logging in where there are credentials.
 * Speaks the protocol itself, so that looking for a server needs no client library (which would cost 50 ms to load).
 * Never rejects: no answer is an answer.
 *
 * @param limitMillis real time for all of it
 */
export function ask(address: RedisAddress, command: readonly string[], limitMillis: number): Promise<Answer> {
  const commands = [...login(address), command];
  return new Promise((resolve) => {
    let received = '';
    const socket = open(address);
    const timer = setTimeout(
      () => end({ kind: 'none', text: `no answer within ${limitMillis / 1000} s` }),
      limitMillis,
    );
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding('utf8');
    socket.on('error', (error: NodeJS.ErrnoException) => end({ kind: 'none', text: describe(error) }));
    socket.on('close', () => end({ kind: 'none', text: 'the connection was closed' }));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const answer = readReplies(received, commands.length);
      if (answer !== null) end(answer);
    });
    socket.write(commands.map(encode).join(''));
  });
}

/** The last of `count` replies, or the first error among them; null while they are incomplete. */
export function readReplies(received: string, count: number): Answer | null {
  let rest = received;
  for (let n = 1; ; n++) {
    const lineEnd = rest.indexOf('\r\n');
    if (lineEnd < 0) return null;
    const line = rest.slice(1, lineEnd);
    let text = line;
    let next = lineEnd + 2;
    if (rest[0] === '-') return { kind: 'error', text };
    if (rest[0] === '$') {
      const length = Math.max(0, Number(line));
      text = rest.slice(next, next + length);
      next += length + 2;
      if (rest.length < next) return null;
    } else if (rest[0] !== '+') {
      return { kind: 'error', text: 'this is not a Redis' };
    }
    if (n === count) return { kind: 'ok', text };
    rest = rest.slice(next);
  }
}

function login({ username, password, database }: RedisAddress): string[][] {
  const commands: string[][] = [];
  if (password !== null) commands.push(username === null ? ['AUTH', password] : ['AUTH', username, password]);
  if (database !== 0) commands.push(['SELECT', String(database)]);
  return commands;
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

function open(address: RedisAddress): Socket {
  const { host, port, tls } = address;
  return tls ? connectTls({ host, port, ...tlsOptions(address) }) : connectTcp({ host, port });
}

/** Node gives an error without a message where a name has several addresses and none of them answers. */
function describe(error: NodeJS.ErrnoException): string {
  return messageOf(error) || (error.code ?? 'the connection failed');
}
