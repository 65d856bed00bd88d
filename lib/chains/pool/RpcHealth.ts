/**
 * The health of one endpoint, as this process sees it. Changed in place, because every call updates it. Uses no clock
 * and no network: instants are ms of one monotonic clock.
 */

/** Kinds of calls with a similar duration. */
export const kinds = ['read', 'send', 'heavy'] as const
export type RpcKind = (typeof kinds)[number]

/** Latency and reliability of one kind of call. */
export type RpcPace = {
  /** Moving averages of the latency and of its deviation, ms. */
  latencyMs: number
  spreadMs: number
  samples: number
  /** Moving share of calls without a usable answer, 0 to 1. */
  errorRate: number
}

/** Circuit breaker state; closed is healthy. `lying`: it answers, but is not believed. */
export type RpcState = 'closed' | 'open' | 'half-open' | 'lying'

export type RpcHealth = {
  paces: Record<RpcKind, RpcPace>
  /** Instants of recent failures, oldest first. */
  failedAtMs: number[]
  /** 0 while closed. */
  openUntilMs: number
  /** How often it opened without a good answer in between. */
  openings: number
  /** The single trial call of a half-open endpoint is under way. */
  isProbing: boolean
  /** Until then it is asked after the others. */
  lastUntilMs: number
  /** Consecutive answers that came too late to be used. */
  outrun: number
  head: bigint | undefined
  /** When its head first reached its current block. */
  headSinceMs: number
  /** Blocks behind the best endpoint at the last comparison. */
  lag: number | undefined
  distrust: { reason: string; untilMs: number } | undefined
  calls: number
  errors: number
  /** Answers that refused the call itself: they say nothing about health. */
  refusals: number
  lastError: { message: string; atMs: number } | undefined
}

const weight = 0.2
const failuresMax = 3
const failureWindowMs = 30_000
const openMs = 5_000
const openMaxMs = 60_000
const lastMs = 3_000
const outrunMax = 3
const distrustMs = 60_000
const rateLimitMaxMs = 60_000
const lagMax = 3
// Assumed latency of an endpoint without calls.
const guessMs = 200
const lateAtLeastMs = 20
const lateUnknownMs = 1_000
const samplesMin = 5

export function create(): RpcHealth {
  const pace = (): RpcPace => ({ latencyMs: 0, spreadMs: 0, samples: 0, errorRate: 0 })
  return {
    paces: { read: pace(), send: pace(), heavy: pace() },
    failedAtMs: [],
    openUntilMs: 0,
    openings: 0,
    isProbing: false,
    lastUntilMs: 0,
    outrun: 0,
    head: undefined,
    headSinceMs: 0,
    lag: undefined,
    distrust: undefined,
    calls: 0,
    errors: 0,
    refusals: 0,
    lastError: undefined,
  }
}

/** The kind of call of a method. */
export function kindOf(method: string): RpcKind {
  if (method.startsWith('eth_send') || method === 'sendTransaction') return 'send'
  if (method === 'eth_call' || method === 'eth_getTransactionReceipt') return 'read'
  if (method === 'eth_simulateV1' || method === 'eth_getLogs' || method === 'eth_createAccessList') return 'heavy'
  return method.startsWith('debug_') || method.startsWith('trace_') ? 'heavy' : 'read'
}

export function stateOf(health: RpcHealth, nowMs: number): RpcState {
  if (health.distrust && health.distrust.untilMs > nowMs) return 'lying'
  if (health.openUntilMs === 0) return 'closed'
  return nowMs < health.openUntilMs ? 'open' : 'half-open'
}

/** A call begins. For a half-open endpoint it is the trial. */
export function begin(health: RpcHealth, nowMs: number): void {
  health.calls++
  if (health.openUntilMs > 0 && nowMs >= health.openUntilMs) health.isProbing = true
}

/** A usable answer, also a refusal: the endpoint is alive. */
export function answered(health: RpcHealth, kind: RpcKind, latencyMs: number): void {
  measure(health.paces[kind], latencyMs)
  health.paces[kind].errorRate *= 1 - weight
  health.outrun = 0
  if (health.openUntilMs === 0) return
  health.openUntilMs = 0
  health.openings = 0
  health.isProbing = false
  health.failedAtMs.length = 0
}

/**
 * No usable answer. The third within 30 s opens the breaker; so does a failed trial, and a rate limit for its own
 * duration. True if the endpoint counts as lost.
 */
export function failed(
  health: RpcHealth,
  kind: RpcKind,
  message: string,
  nowMs: number,
  retryAfterMs?: number,
): boolean {
  const { failedAtMs, isProbing } = health
  health.errors++
  health.paces[kind].errorRate += (1 - health.paces[kind].errorRate) * weight
  health.lastError = { message, atMs: nowMs }
  health.lastUntilMs = nowMs + lastMs
  health.isProbing = false
  while (failedAtMs.length > 0 && (failedAtMs[0] ?? 0) <= nowMs - failureWindowMs) failedAtMs.shift()
  if (failedAtMs.push(nowMs) > failuresMax) failedAtMs.shift()
  if (retryAfterMs !== undefined) {
    health.openUntilMs = Math.max(health.openUntilMs, nowMs + Math.min(retryAfterMs, rateLimitMaxMs))
    return false
  }
  // A failure while it is open comes from an earlier call or a last resort, and changes nothing.
  const isOpen = health.openUntilMs > 0 && !isProbing
  if (isOpen || (failedAtMs.length < failuresMax && !isProbing)) return false
  health.openUntilMs = nowMs + Math.min(openMaxMs, openMs * 2 ** health.openings++)
  return true
}

/** Another endpoint was faster, so the call was dropped. Three times in a row count as a failure for the order. */
export function outran(health: RpcHealth, kind: RpcKind, elapsedMs: number, nowMs: number): void {
  measure(health.paces[kind], elapsedMs)
  health.isProbing = false
  if (++health.outrun >= outrunMax) health.lastUntilMs = nowMs + lastMs
}

/** It made an impossible claim, or one that two others deny. */
export function distrust(health: RpcHealth, reason: string, nowMs: number): void {
  health.distrust = { reason, untilMs: nowMs + distrustMs }
}

export function sawHead(health: RpcHealth, head: bigint, nowMs: number): void {
  if (head === health.head) return
  health.head = head
  health.headSinceMs = nowMs
}

/** Usable now: closed, not behind, and without a recent failure. */
export function isWell(health: RpcHealth, nowMs: number): boolean {
  return stateOf(health, nowMs) === 'closed' && nowMs >= health.lastUntilMs && (health.lag ?? 0) <= lagMax
}

/**
 * Position in the order, lower first. Latency counts by its power of two, so only a clearly faster endpoint goes first,
 * and successive reads stay with one endpoint.
 */
export function score(health: RpcHealth, kind: RpcKind, nowMs: number): number {
  const { latencyMs, samples, errorRate } = health.paces[kind]
  const speed = Math.round(Math.log2(Math.max(1, samples === 0 ? guessMs : latencyMs)))
  return place(health, nowMs) * 1_000 + speed + Math.ceil(errorRate * 10) + (health.lag ?? 0)
}

function place(health: RpcHealth, nowMs: number): number {
  if (isWell(health, nowMs)) return 0
  const state = stateOf(health, nowMs)
  if (state === 'lying') return 3
  return state === 'open' || health.isProbing ? 2 : 1
}

/** The time after which an answer is later than 95 % are: the average plus twice its deviation, ms. */
export function lateAfterMs(health: RpcHealth, kind: RpcKind): number {
  const { latencyMs, spreadMs, samples } = health.paces[kind]
  return samples < samplesMin ? lateUnknownMs : Math.max(lateAtLeastMs, latencyMs + 2 * spreadMs)
}

function measure(pace: RpcPace, latencyMs: number): void {
  if (pace.samples++ === 0) {
    pace.latencyMs = latencyMs
    pace.spreadMs = latencyMs / 2
    return
  }
  const distance = latencyMs - pace.latencyMs
  pace.latencyMs += distance * weight
  pace.spreadMs += (Math.abs(distance) - pace.spreadMs) * weight
}
