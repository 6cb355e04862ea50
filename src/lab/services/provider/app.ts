import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type CallAnswer, type CallBody, callRoute, headers } from '../http.js';
import type { Provider, ProviderAnswer, ProviderCall } from './provider.js';

/** What a provider's HTTP side works with. */
export interface ProviderAppOptions {
  /** Resolves when the run's clock is there. Calls that come before wait for it. */
  readonly opened: Promise<Provider>;
  /** Told what goes wrong within; never what a client did wrong. */
  readonly onError: (error: unknown) => void;
}

/** The longest body, in bytes. */
const bodyLimit = 16_384;

const name = '[a-z][a-z0-9-]*';

const callSchema = {
  body: {
    type: 'object',
    required: ['queue', 'message'],
    additionalProperties: false,
    properties: {
      queue: { type: 'string', pattern: `^${name}$`, maxLength: 50 },
      message: { type: 'string', pattern: `^${name}/[1-9][0-9]{0,14}([.]${name})*$`, maxLength: 2000 },
    },
  },
  headers: {
    type: 'object',
    properties: { [headers.idempotencyKey]: { type: 'string', pattern: '^[\\x21-\\x7e]{1,2100}$' } },
  },
} as const;

/**
 * A provider as its callers see it: `POST /calls`, `GET /calls/:queue/*` (what it did for a message) and `GET /health`.
 * All answers are JSON.
 */
export function providerApp({ opened, onError }: ProviderAppOptions): FastifyInstance {
  // Nothing is put right or left out for the client: what isn't as it should be is told to it, all at once.
  const strict = {
    allErrors: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
  } as const;
  const app = Fastify({ bodyLimit, ajv: { customOptions: strict } });
  app.removeContentTypeParser('text/plain');
  let provider: Provider | null = null;
  void opened.then((ready) => {
    provider = ready;
  });

  app.setErrorHandler<Error & { readonly statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onError(error);
    return refuse(reply, status, error.message);
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, `there is no ${request.method} ${request.url.slice(0, 200)}`),
  );

  app.addHook('onSend', async (_request, reply) => {
    // Else a caller that keeps its connection would keep the process waiting.
    if (provider?.stopping) reply.header('connection', 'close');
  });

  app.get('/health', () => ({
    status: provider === null ? 'starting' : provider.stopping ? 'stopping' : 'ok',
    waiting: provider?.waiting ?? 0,
    inService: provider?.inService ?? 0,
  }));

  app.post<{ Body: CallBody }>(callRoute, { schema: callSchema }, async (request, reply) => {
    const answer = await (await opened).call(callOf(request));
    return send(reply, answer);
  });

  app.get<{ Params: { queue: string; '*': string } }>(`${callRoute}/:queue/*`, async (request, reply) => {
    const { queue, '*': message } = request.params;
    const record = (await opened).recordOf(queue, message);
    return record ?? refuse(reply, 404, `nothing was done for ${message} of ${queue}`);
  });
  return app;
}

function callOf({ body, headers: sent }: FastifyRequest<{ Body: CallBody }>): ProviderCall {
  const key = sent[headers.idempotencyKey];
  const correlation = sent[headers.correlation];
  const pid = sent[headers.callerPid];
  return {
    queue: body.queue,
    message: body.message,
    key: typeof key === 'string' ? key : null,
    // These two are only written down: one that is none is left out, and no reason to refuse the call.
    correlation:
      typeof correlation === 'string' && /^[\x21-\x7e]{1,200}$/.test(correlation) ? correlation : null,
    pid: typeof pid === 'string' && /^[1-9]\d{0,9}$/.test(pid) ? Number(pid) : null,
  };
}

function send(reply: FastifyReply, answer: ProviderAnswer): FastifyReply {
  switch (answer.status) {
    case 'done':
      return reply.send({ done: true, replayed: answer.replayed } satisfies CallAnswer);
    case 'turned-away':
      // Real seconds, as all of HTTP is.
      reply.header('retry-after', String(Math.max(1, Math.ceil(answer.nextSeconds))));
      return refuse(reply, 503, 'its waiting room is full');
    case 'stopping':
      return refuse(reply, 503, 'it is stopping');
  }
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ statusCode: status, message });
}
