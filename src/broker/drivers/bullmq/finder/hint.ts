import type { System } from './search.js';

const commands: readonly (readonly [systems: readonly string[], command: string])[] = [
  [['debian', 'ubuntu'], 'sudo apt-get install redis-server'],
  [['fedora', 'rhel', 'centos'], 'sudo dnf install valkey'],
  [['arch'], 'sudo pacman -S valkey'],
  [['alpine'], 'sudo apk add redis'],
  [['suse', 'opensuse'], 'sudo zypper install redis'],
];

/** The command that installs a server on this system; null: not known. */
export function installCommand(platform: NodeJS.Platform, system: System): string | null {
  if (platform === 'darwin') return 'brew install redis';
  const names = [system.id, ...system.like];
  return commands.find(([systems]) => systems.some((name) => names.includes(name)))?.[1] ?? null;
}

/** What to do where no Redis was found. */
export function installHint(platform: NodeJS.Platform, system: System): string {
  const command = installCommand(platform, system);
  const install = command === null ? 'Install Redis 6.2 or later' : `Install one: ${command}`;
  return `${install}; or name one that is running: --redis-url redis://127.0.0.1:6379`;
}
