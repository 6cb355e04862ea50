/** Everything that a person may call a thing: no control characters, nothing that is no text, and not what bad UTF-8 turns into. */
const name = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[^\\p{C}\\uFFFD]*$' } as const;

/** Most items in an order. */
const mostItems = 100;

/** What `POST /orders` takes: `{"customer": "c-17", "items": [{"sku": "book-1", "quantity": 2}]}`. */
export const orderSchema = {
  type: 'object',
  required: ['customer', 'items'],
  additionalProperties: false,
  properties: {
    customer: name,
    items: {
      type: 'array',
      minItems: 1,
      maxItems: mostItems,
      items: {
        type: 'object',
        required: ['sku', 'quantity'],
        additionalProperties: false,
        properties: { sku: name, quantity: { type: 'integer', minimum: 1, maximum: 1000 } },
      },
    },
  },
} as const;

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;

const taken = {
  type: 'object',
  required: ['id', 'status', 'acceptedAt', 'correlationId', 'links'],
  properties: {
    id: text,
    status: text,
    acceptedAt: text,
    correlationId: text,
    links: { type: 'object', required: ['self'], properties: { self: text } },
    done: texts,
    queued: texts,
    leftOut: texts,
  },
} as const;

const error = {
  type: 'object',
  required: ['error'],
  properties: {
    error: text,
    id: text,
    correlationId: text,
    reasons: texts,
    done: texts,
    notDone: texts,
    unknown: texts,
  },
} as const;

/** What `POST /orders` answers, so that it is serialised by code made for it. */
export const orderAnswers = { 201: taken, 202: taken, '4xx': error, '5xx': error } as const;
