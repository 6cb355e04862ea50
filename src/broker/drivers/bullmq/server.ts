import type { BrokerServer } from '../../types.js';

/** Reads the reply to INFO: who answers, and what a user should know of it. */
export function readServer(info: string): BrokerServer {
  const fields = new Map<string, string>();
  for (const line of info.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const { product, version } = identify(fields);
  return { product, version, warnings: [...evictionWarnings(fields), ...versionWarnings(product, version)] };
}

function identify(fields: ReadonlyMap<string, string>): { product: string; version: string } {
  const others = ['valkey', 'dragonfly'];
  for (const product of others) {
    const version = fields.get(`${product}_version`);
    if (version !== undefined) return { product, version: version.replace(/^[a-z]+-v?/, '') };
  }
  return { product: 'redis', version: fields.get('redis_version') ?? 'unknown' };
}

/** With a limit and any other policy, a full server throws keys away: messages too. */
function evictionWarnings(fields: ReadonlyMap<string, string>): string[] {
  const policy = fields.get('maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction' || Number(fields.get('maxmemory') ?? 0) === 0) return [];
  return [
    `This Redis may evict keys when its memory is full (maxmemory-policy ${policy}), and messages are then lost without a trace. Put it right with: redis-cli CONFIG SET maxmemory-policy noeviction`,
  ];
}

function versionWarnings(product: string, version: string): string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (product !== 'redis' || !(major < 6 || (major === 6 && minor < 2))) return [];
  return [`Redis ${version} is older than 6.2, which BullMQ recommends`];
}
