import { Challenge } from 'mppx'
import { session } from 'mppx/client'
import { createClient, http, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { Reserve } from '@/lib/chains'
import { curve } from '@/lib/chains/signature'
import type { Caip2 } from '@/lib/money'
import { tempoNetwork } from '../tempo'

/**
 * An agent with one channel that can do what mppx's session manager will not: sign any voucher, twice, late, or for another
 * channel. The challenge's echo and the opening come from mppx's own client.
 */
export type SessionAgent = {
  key: Hex
  channelId: Hex
  descriptor: Reserve.ReserveDescriptor
  source: unknown
  /** A challenge of the URL as credentials echo it. */
  challenge: unknown
  /** The first voucher's amount, base units. */
  openedBase: bigint
  /** The answer to the opening. */
  response: Response
}

/** Opens a channel at a URL that sells sessions, and pays the first request with it. @throws Error when that fails. */
export async function openSession(
  url: string,
  rpcUrl: string,
  key: Hex,
  init: RequestInit = {},
): Promise<SessionAgent> {
  const credential = await create(rpcUrl, key, await challengeOf(url, init), {})
  const response = await fetch(url, { ...init, headers: { ...(init.headers as object), authorization: credential } })
  if (!response.ok) throw new Error(`opening answered ${response.status}: ${await response.text()}`)
  const { challenge, payload, source } = unpack(credential)
  return {
    key,
    channelId: payload.channelId as Hex,
    descriptor: payload.descriptor as Reserve.ReserveDescriptor,
    source,
    challenge,
    openedBase: BigInt(payload.cumulativeAmount as string),
    response,
  }
}

/** The opening of a channel for the session challenge of a 402, as mppx's client makes it. */
export async function openCredential(demand: Response, rpcUrl: string, key: Hex): Promise<string> {
  return create(rpcUrl, key, sessionIn(demand), {})
}

/** A fresh challenge of a URL, echoed as this agent's credentials need it. */
export async function echoOf(
  url: string,
  rpcUrl: string,
  agent: SessionAgent,
  init: RequestInit = {},
): Promise<unknown> {
  const { channelId, descriptor, openedBase } = agent
  const context = { action: 'voucher', channelId, descriptor, cumulativeAmountRaw: openedBase.toString() }
  return unpack(await create(rpcUrl, agent.key, await challengeOf(url, init), context)).challenge
}

/** A management credential as mppx's client makes it: topUp or close. */
export async function manage(rpcUrl: string, agent: SessionAgent, url: string, context: object): Promise<string> {
  const { channelId, descriptor } = agent
  return create(rpcUrl, agent.key, await challengeOf(url), { channelId, descriptor, ...context })
}

type Change = {
  network?: Caip2
  escrow?: Hex
  channelId?: Hex
  key?: Hex
  signature?: Hex
  action?: 'voucher' | 'close'
}

/** `Payment …` with a voucher for a cumulative amount; `change` makes it another one than it says, or than it should be. */
export function voucher(agent: SessionAgent, cumulativeBase: bigint, change: Change = {}): string {
  const { channelId, descriptor, source, challenge } = agent
  const signature = change.signature ?? signVoucher(agent, cumulativeBase, change)
  const cumulativeAmount = cumulativeBase.toString()
  return pack({
    challenge,
    payload: { action: change.action ?? 'voucher', channelId, descriptor, cumulativeAmount, signature },
    source,
  })
}

export function signVoucher(
  agent: Pick<SessionAgent, 'key' | 'channelId'>,
  cumulativeBase: bigint,
  change: Change = {},
): Hex {
  const { network = tempoNetwork, escrow = Reserve.address, channelId = agent.channelId, key = agent.key } = change
  const digest = Reserve.voucherDigest(network, { channelId, cumulativeBase }, escrow)
  const { compact, recoveryId } = curve.sign(digest, Buffer.from(key.slice(2), 'hex'))
  return `0x${Buffer.from(compact).toString('hex')}${(27 + recoveryId).toString(16)}`
}

export function pack(wire: unknown): string {
  return `Payment ${Buffer.from(JSON.stringify(wire)).toString('base64url')}`
}

export function unpack(credential: string): { challenge: unknown; payload: Record<string, unknown>; source: unknown } {
  return JSON.parse(Buffer.from(credential.replace(/^Payment /, ''), 'base64url').toString()) as ReturnType<
    typeof unpack
  >
}

async function challengeOf(url: string, init: RequestInit = {}): Promise<Challenge.Challenge> {
  const response = await fetch(url, init)
  await response.body?.cancel()
  return sessionIn(response)
}

function sessionIn(demand: Response): Challenge.Challenge {
  const found = Challenge.fromResponseList(demand).find(({ intent }) => intent === 'session')
  if (!found) throw new Error(`${demand.url} offers no session`)
  return found
}

function create(rpcUrl: string, key: Hex, challenge: Challenge.Challenge, context: object): Promise<string> {
  const account = privateKeyToAccount(key)
  const client = createClient({ account, chain: tempoLocalnet, transport: http(rpcUrl) })
  const method = session({ account, getClient: () => client } as unknown as Parameters<typeof session>[0])
  return method.createCredential({ challenge, context } as unknown as Parameters<typeof method.createCredential>[0])
}
