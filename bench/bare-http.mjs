// The framework of the order service with nothing behind it: an empty 202 to every order.
import fastify from 'fastify';

const app = fastify({ logger: false });
app.post('/orders', (_request, reply) => reply.code(202).send());
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
process.send?.({ type: 'ready' });
