import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { headers } from '../http.js';
import type { Answer } from './answers.js';
import { answerClientErrors, answerExpectations, ConnectionWatch } from './client-errors.js';
import { correlationFrom } from './identity.js';
import { largestBody } from './limits.js';
import { rejectionOf } from './rejections.js';
import { orderAnswers, orderSchema } from './schemas.js';
import type { OrderService } from './service.js';

/** Orders in a list where the client doesn't say how many. */
const usualList = 100;
const longestList = 1000;

/** When the client may try again, in seconds. */
const retryAfterSeconds = '1';

/** How long a request may take to arrive, in real milliseconds. */
const requestMillis = 10_000;

/** How long it is waited for the rest of a body that is too large: a client that is still sending may not see the answer. */
const drainMillis = 1000;

/** What a test may set. */
export interface AppOptions {
  /** How long a request may take to arrive, in real milliseconds. */
  readonly requestMillis?: number;
}

/**
 * The order service over HTTP. Nothing that a client sends is answered by anything but JSON, and every 4xx is in the ledger.
 *
 * @param opened requests that come before it is there wait for it
 */
export function createApp(
  opened: Promise<OrderService>,
  { requestMillis: limit = requestMillis }: AppOptions = {},
): FastifyInstance {
  let service: OrderService | null = null;
  void opened.then((open) => {
    service = open;
  });
  const reject = (status: number, why: string): void => {
    if (service === null) void opened.then((open) => open.rejected(status, why));
    else service.rejected(status, why);
  };
  const connections = new ConnectionWatch();

  const app = Fastify({
    logger: false,
    bodyLimit: largestBody,
    requestTimeout: limit,
    // A host is asked for below, where a refusal is written down.
    http: {
      headersTimeout: limit,
      connectionsCheckingInterval: Math.min(1000, limit),
      requireHostHeader: false,
    },
    forceCloseConnections: 'idle',
    ajv: { customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false } },
    routerOptions: { maxParamLength: 1000 },
    clientErrorHandler: answerClientErrors(connections, reject),
    frameworkErrors: (_error, request, reply) => notFound(request, reply as FastifyReply),
  });
  app.server.on('checkExpectation', answerExpectations(reject));
  // Bodies are JSON, or 415.
  app.removeContentTypeParser('text/plain');

  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    if (raw.headers.host === undefined && raw.httpVersionMinor === 1)
      refuse(reply, 400, 'The request has no host', []);
    // Before its body is looked at.
    else if (request.is404) notFound(request, reply);
    else if (service !== null) done();
    else void opened.then(() => done());
  });

  function refuse(reply: FastifyReply, status: number, error: string, reasons: readonly string[]): void {
    reject(status, [error, ...reasons].join('; '));
    reply.code(status).send(reasons.length === 0 ? { error } : { error, reasons });
  }

  function notFound({ method, url }: Pick<FastifyRequest, 'method' | 'url'>, reply: FastifyReply): void {
    refuse(reply, 404, `There is no ${method} ${bounded(url)}`, []);
  }
  app.setNotFoundHandler(notFound);

  app.setErrorHandler(async (error, request, reply) => {
    const rejection = rejectionOf(error);
    // Nobody is there any more to be answered.
    if (request.raw.destroyed && !request.raw.complete) return reply.hijack();
    if (rejection === null) {
      (await opened).failed(error);
      return reply.code(500).send({ error: 'The order service has failed' });
    }
    if (rejection.status === 413) await drained(request);
    const correlation = correlationFrom(request.headers[headers.correlation]);
    if (correlation !== null) reply.header(headers.correlation, correlation);
    refuse(reply, rejection.status, rejection.error, rejection.reasons);
    return reply;
  });

  app.post('/orders', { schema: { body: orderSchema, response: orderAnswers } }, async (request, reply) => {
    const { socket } = request.raw;
    connections.begin(socket);
    try {
      const open = service ?? (await opened);
      return sendAnswer(reply, await open.place(request.headers[headers.correlation]));
    } finally {
      connections.end(socket);
    }
  });

  app.get<{ Querystring: { limit?: unknown } }>('/orders', async (request, reply) => {
    const limit = limitFrom(request.query.limit);
    if (limit !== null) return (await opened).list(limit);
    refuse(reply, 400, 'The list can not be given', [
      `limit must be a whole number from 1 to ${longestList}`,
    ]);
    return reply;
  });

  app.get<{ Params: { '*': string } }>('/orders/*', async (request, reply) => {
    const id = request.params['*'];
    const story = await (await opened).story(id);
    if (story !== null) return story;
    refuse(reply, 404, `No order ${bounded(id)} is known here`, []);
    return reply;
  });

  app.get('/health', async (_request, reply) => {
    const health = await (await opened).health();
    return reply.code(health.status === 'ok' ? 200 : 503).send(health);
  });

  return app;
}

function sendAnswer(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  reply.code(status).header(headers.correlation, body.correlationId);
  if (status === 503) reply.header('retry-after', retryAfterSeconds);
  return reply.send(body);
}

/** @returns null: it is none */
function limitFrom(limit: unknown): number | null {
  if (limit === undefined) return usualList;
  if (typeof limit !== 'string' || !/^[1-9]\d{0,3}$/.test(limit)) return null;
  return Number(limit) <= longestList ? Number(limit) : null;
}

/** What a client wrote, for a sentence. */
function bounded(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

/** Reads the rest of a request and throws it away, for a while. */
function drained({ raw }: FastifyRequest): Promise<void> {
  if (raw.complete || raw.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      raw.off('end', done).off('close', done).off('error', done);
      resolve();
    };
    const timer = setTimeout(done, drainMillis);
    raw.on('end', done).on('close', done).on('error', done).resume();
  });
}
