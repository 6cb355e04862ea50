import { orderServiceName } from '../../../result/orders.js';
import type { QueueState } from '../queue.js';
import type { World } from '../world.js';
import { type OrderService, orderService } from './order-service.js';
import { type ProviderService, providerService } from './provider.js';
import { Timers } from './timers.js';

/** The order service and the providers of a simulated run. */
export class Services {
  readonly timers: Timers;
  private readonly byName = new Map<string, OrderService | ProviderService>();
  private providers: readonly ProviderService[] = [];
  private orderService: OrderService | null = null;

  constructor(private readonly world: World) {
    this.timers = new Timers(world);
  }

  /** Starts them: they are ready. */
  begin(): void {
    const { scenario } = this.world.plan;
    if (scenario.orderService !== null) {
      this.orderService = orderService(this.world, scenario.orderService);
      this.byName.set(orderServiceName, this.orderService);
    }
    this.providers = scenario.providers.map((spec) => providerService(this.world, spec));
    for (const provider of this.providers) this.byName.set(provider.name, provider);
    for (const service of this.byName.values()) service.begin();
  }

  /** Where orders are posted; a plan with customers has it. */
  get orders(): OrderService {
    return this.orderService as OrderService;
  }

  /** Who does the work of a queue that has a provider. */
  providerOf({ spec }: QueueState): ProviderService {
    return this.byName.get(spec.provider as string) as ProviderService;
  }

  /** Undefined: no service has that name. */
  find(name: string): OrderService | ProviderService | undefined {
    return this.byName.get(name);
  }

  /** What they are at, for the end of a run, each in words: `email 3 calls`. */
  loads(): string[] {
    return [...this.byName.values()].map((service) => service.load()).filter((load) => load !== null);
  }

  /** The run is over: who calls finishes what it holds; providers that are down stay so. */
  dismissCallers(): void {
    for (const provider of this.providers) provider.leaveDown();
    this.orderService?.dismiss();
  }

  /** Nobody calls any more. */
  dismissProviders(): void {
    for (const provider of this.providers) provider.dismiss();
  }

  get areCallersGone(): boolean {
    return this.orderService?.isGone ?? true;
  }

  get areProvidersGone(): boolean {
    return this.providers.every(({ isGone }) => isGone);
  }

  killCallers(): void {
    this.orderService?.killAll();
  }

  killProviders(): void {
    for (const provider of this.providers) provider.killAll();
  }
}
