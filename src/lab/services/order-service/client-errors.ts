import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const contentType = 'application/json; charset=utf-8';

/** Knows on which connections valid orders wait for their answers. */
export class ConnectionWatch {
  private readonly waiting = new Map<Socket, number>();

  /** An order came by this connection. */
  begin(socket: Socket): void {
    this.waiting.set(socket, (this.waiting.get(socket) ?? 0) + 1);
  }

  /** It is answered. */
  end(socket: Socket): void {
    const left = (this.waiting.get(socket) ?? 1) - 1;
    if (left === 0) this.waiting.delete(socket);
    else this.waiting.set(socket, left);
  }

  isAwaited(socket: Socket): boolean {
    return this.waiting.has(socket);
  }
}

/**
 * Answers what is no HTTP, for which there is no request that could be replied to, and closes the connection. On one by which
 * valid orders came that are not answered yet, what was written now would be taken for their answer: it is closed without a word.
 */
export function answerClientErrors(
  connections: ConnectionWatch,
  reject: (status: number, why: string) => void,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = statusOf(error.code);
    reject(status, `not readable as HTTP: ${error.message}`);
    if (connections.isAwaited(socket)) {
      socket.destroy();
      return;
    }
    const body = JSON.stringify({
      error: STATUS_CODES[status],
      reasons: ['The request can not be read as HTTP'],
    });
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${contentType}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
    socket.destroySoon();
  };
}

/** Answers a request that expects of the service what it does not do (`Expect:` anything but 100-continue). */
export function answerExpectations(
  reject: (status: number, why: string) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    const error = 'Nothing can be expected but 100-continue';
    reject(417, error);
    const body = JSON.stringify({ error });
    const length = Buffer.byteLength(body);
    const head = { 'content-type': contentType, 'content-length': length, connection: 'close' };
    response.writeHead(417, head).end(body);
  };
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
