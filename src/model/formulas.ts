/**
 * Closed forms of queueing theory. docs/formulas.md says of each where it comes from, when it holds, and gives an example. λ:
 * arrivals per second; μ: what one server serves per second; c: servers; ρ: utilisation. Times are in seconds. Means are of the
 * steady state: where there is none (ρ ≥ 1) they are Infinity.
 */

/** What a steady state looks like, on average. */
export interface SteadyState {
  /** ρ: the share of the servers that is busy. */
  readonly utilisation: number;
  /** L: messages in the system. */
  readonly inSystem: number;
  /** Lq: of these, not yet started. */
  readonly waiting: number;
  /** W: from arrival to the end of the service. */
  readonly inSystemSeconds: number;
  /** Wq: from arrival to start. */
  readonly waitSeconds: number;
}

/** λ / (cμ). Above 1 it is not the share that is busy but the load that is offered. */
export function utilisation(arrivalsPerSecond: number, servicePerSecond: number, servers = 1): number {
  positive({ servicePerSecond, servers });
  notNegative({ arrivalsPerSecond });
  return arrivalsPerSecond / (servers * servicePerSecond);
}

/** Little's law: L = λW (J. D. C. Little 1961). Messages in a system that each stays in for so long, whatever happens in it. */
export function littlesLaw(arrivalsPerSecond: number, inSystemSeconds: number): number {
  notNegative({ arrivalsPerSecond, inSystemSeconds });
  return arrivalsPerSecond * inSystemSeconds;
}

/** M/M/1: Poisson arrivals, exponential service, one server (Kleinrock 1975, section 3.2). */
export function mm1(arrivalsPerSecond: number, servicePerSecond: number): SteadyState {
  return mg1(arrivalsPerSecond, 1 / servicePerSecond, 1);
}

/** M/M/1: the share of messages that wait longer than a time, ρ·e^(−(μ−λ)t); 1 where there is no steady state. */
export function mm1WaitsLonger(arrivalsPerSecond: number, servicePerSecond: number, seconds: number): number {
  return mmcWaitsLonger(arrivalsPerSecond, servicePerSecond, 1, seconds);
}

/** M/D/1: Poisson arrivals, constant service: half the wait of M/M/1. */
export function md1(arrivalsPerSecond: number, serviceSeconds: number): SteadyState {
  return mg1(arrivalsPerSecond, serviceSeconds, 0);
}

/**
 * M/G/1: Poisson arrivals, any service, one server: Wq = λE[S²] / (2(1 − ρ)) (F. Pollaczek 1930, A. Khinchine 1932).
 * @param cv the service's standard deviation over its mean
 */
export function mg1(arrivalsPerSecond: number, serviceSeconds: number, cv: number): SteadyState {
  positive({ serviceSeconds });
  notNegative({ cv });
  const rho = utilisation(arrivalsPerSecond, 1 / serviceSeconds);
  const secondMoment = serviceSeconds ** 2 * (1 + cv ** 2);
  return steady(
    arrivalsPerSecond,
    serviceSeconds,
    1,
    rho >= 1 ? Number.POSITIVE_INFINITY : (arrivalsPerSecond * secondMoment) / (2 * (1 - rho)),
  );
}

/**
 * Erlang B: the share that finds all of c servers busy, where nobody waits (A. K. Erlang 1917). By the recursion
 * B(k) = aB(k − 1) / (k + aB(k − 1)), whose terms all lie between 0 and 1, where powers and factorials overflow from about 150 servers on.
 * @param load a = λ/μ, in erlangs
 */
export function erlangB(servers: number, load: number): number {
  whole(servers);
  notNegative({ load });
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (load * blocked) / (k + load * blocked);
  return blocked;
}

/** Erlang C: the share that has to wait for one of c servers; 1 where there is no steady state. @param load a = λ/μ, in erlangs */
export function erlangC(servers: number, load: number): number {
  const rho = load / servers;
  const blocked = erlangB(servers, load);
  return rho >= 1 ? 1 : blocked / (1 - rho * (1 - blocked));
}

/** M/M/c: Poisson arrivals, exponential service, c servers: Wq = C / (cμ − λ) (Kleinrock 1975, section 3.5). */
export function mmc(arrivalsPerSecond: number, servicePerSecond: number, servers: number): SteadyState {
  const rho = utilisation(arrivalsPerSecond, servicePerSecond, servers);
  const wait =
    erlangC(servers, arrivalsPerSecond / servicePerSecond) / (servers * servicePerSecond - arrivalsPerSecond);
  return steady(arrivalsPerSecond, 1 / servicePerSecond, servers, rho >= 1 ? Number.POSITIVE_INFINITY : wait);
}

/** M/M/c: the share of messages that wait longer than a time, C·e^(−(cμ−λ)t); 1 where there is no steady state. */
export function mmcWaitsLonger(
  arrivalsPerSecond: number,
  servicePerSecond: number,
  servers: number,
  seconds: number,
): number {
  notNegative({ seconds });
  if (utilisation(arrivalsPerSecond, servicePerSecond, servers) >= 1) return 1;
  const slack = servers * servicePerSecond - arrivalsPerSecond;
  return erlangC(servers, arrivalsPerSecond / servicePerSecond) * Math.exp(-slack * seconds);
}

/** What G/G/c is estimated from. */
export interface GeneralQueue {
  readonly arrivalsPerSecond: number;
  readonly serviceSeconds: number;
  readonly servers: number;
  /** Of the times between arrivals: standard deviation over mean. 0: regular; 1: Poisson. */
  readonly arrivalCv: number;
  /** Of the service. 0: constant; 1: exponential. */
  readonly serviceCv: number;
}

/**
 * Allen and Cunneen's **approximation** of G/G/c: the wait of M/M/c times (ca² + cs²) / 2 (A. O. Allen 1990). Exact for
 * M/M/c and M/G/1. Elsewhere a sanity band and no prediction: with regular arrivals into random service it was seen to be off by 22
 * to 72 % at 10 to 50 servers.
 */
export function allenCunneen(queue: GeneralQueue): SteadyState & { readonly isApproximation: true } {
  const { arrivalsPerSecond, serviceSeconds, servers, arrivalCv, serviceCv } = queue;
  notNegative({ arrivalCv, serviceCv });
  const { waitSeconds } = mmc(arrivalsPerSecond, 1 / serviceSeconds, servers);
  const spread = (arrivalCv ** 2 + serviceCv ** 2) / 2;
  const wait = Number.isFinite(waitSeconds) ? waitSeconds * spread : waitSeconds;
  return { ...steady(arrivalsPerSecond, serviceSeconds, servers, wait), isApproximation: true };
}

/** What an outage does to a queue with steady arrivals and a steady capacity. */
export interface OutageFigures {
  /** λT: what has gathered when it ends. */
  readonly backlog: number;
  /** λT / (μ − λ), from the end of the outage; null: never. */
  readonly catchUpSeconds: number | null;
  /** ρ / (1 − ρ): how many times the outage that is; null: never. */
  readonly timesTheOutage: number | null;
  /** T: the wait of the first that came in the outage; nobody waits longer. */
  readonly longestWaitSeconds: number;
  /** By how much the age of the oldest message rises in each second of the outage. */
  readonly ageRisesPerSecond: number;
  /** 1 − μ/λ: the same while catching up; below zero: it falls. */
  readonly ageChangesPerSecond: number;
  /** λ − μ: by how much the backlog changes in each second after the outage; below zero: it falls. */
  readonly backlogChangesPerSecond: number;
}

/** D/D/1 with an outage of T seconds (Newell 1982, chapter 2). @param capacityPerSecond μ, of all servers together */
export function outage(
  arrivalsPerSecond: number,
  capacityPerSecond: number,
  outageSeconds: number,
): OutageFigures {
  notNegative({ outageSeconds });
  positive({ arrivalsPerSecond, capacityPerSecond });
  const rho = arrivalsPerSecond / capacityPerSecond;
  const backlog = arrivalsPerSecond * outageSeconds;
  return {
    backlog,
    catchUpSeconds: drainSeconds(backlog, arrivalsPerSecond, capacityPerSecond),
    timesTheOutage: rho >= 1 ? null : rho / (1 - rho),
    longestWaitSeconds: outageSeconds,
    ageRisesPerSecond: 1,
    ageChangesPerSecond: 1 - 1 / rho,
    backlogChangesPerSecond: arrivalsPerSecond - capacityPerSecond,
  };
}

/** B / (μ − λ): how long a backlog takes to drain while more arrives; null: it never does. @param arrivalsPerSecond 0: nothing arrives */
export function drainSeconds(
  backlog: number,
  arrivalsPerSecond: number,
  capacityPerSecond: number,
): number | null {
  notNegative({ backlog, arrivalsPerSecond, capacityPerSecond });
  if (backlog === 0) return 0;
  return arrivalsPerSecond >= capacityPerSecond ? null : backlog / (capacityPerSecond - arrivalsPerSecond);
}

/**
 * Attempts per message where each fails with a probability, by itself: (1 − p^A) / (1 − p); 1 / (1 − p) without a limit.
 * The load is so many times the arrivals.
 * @param attempts A; Infinity: no limit
 */
export function attemptsPerMessage(failing: number, attempts = Number.POSITIVE_INFINITY): number {
  if (!(failing >= 0 && failing <= 1)) throw new RangeError(`${failing} is no probability`);
  positive({ attempts });
  return failing === 1 ? attempts : (1 - failing ** attempts) / (1 - failing);
}

/** What polling loops serve per second: batch / (work + sleep) each, where the whole batch is worked on at once. */
export function pollingPerSecond(
  batch: number,
  workSeconds: number,
  sleepSeconds: number,
  workers = 1,
): number {
  positive({ batch, workers });
  notNegative({ workSeconds, sleepSeconds });
  return (workers * batch) / (workSeconds + sleepSeconds);
}

/** Fills in the rest by Little's law, from the wait. */
function steady(
  arrivalsPerSecond: number,
  serviceSeconds: number,
  servers: number,
  waitSeconds: number,
): SteadyState {
  const inSystemSeconds = waitSeconds + serviceSeconds;
  return {
    utilisation: (arrivalsPerSecond * serviceSeconds) / servers,
    inSystem: arrivalsPerSecond === 0 ? 0 : arrivalsPerSecond * inSystemSeconds,
    waiting: arrivalsPerSecond === 0 ? 0 : arrivalsPerSecond * waitSeconds,
    inSystemSeconds,
    waitSeconds,
  };
}

function positive(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values))
    if (!(value > 0)) throw new RangeError(`${name} is ${value}; it has to be above 0`);
}

function notNegative(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values))
    if (!(value >= 0)) throw new RangeError(`${name} is ${value}; it can't be below 0`);
}

function whole(servers: number): void {
  if (!Number.isInteger(servers) || servers < 1)
    throw new RangeError(`${servers} servers; there has to be a whole number from 1`);
}
