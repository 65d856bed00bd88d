import type { Challenge } from 'mppx'
import type { AppError } from '@/lib/errors'
import { createProtocol, type MppConfig } from '@/lib/mpp'
import type { Protocol } from '@/lib/payments'
import {
  agentRequest,
  authorization,
  challengeHash,
  challengeOf,
  memoOf,
  nowMs,
  quote,
  sign,
  tempoTransaction,
} from './credential-fixture'

export const secret = 'secret-of-these-tests-0123456789abcdef'
/** Anvil's second account. */
export const operator = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8'
export const config: MppConfig = {
  secrets: () => [secret],
  realm: () => 'sluice.test',
  serves: () => true,
  stripe: () => undefined,
  operatorOn: () => operator,
}
export const mpp = createProtocol(config)
export const challenge = (
  method: string,
  of: { quote?: typeof quote; agentRequest?: Protocol.AgentRequest; using?: typeof mpp } = {},
) => challengeOf((of.using ?? mpp).challenge(of.quote ?? quote, of.agentRequest ?? agentRequest, {}).headers, method)

export const header = (value: string) => new Headers({ authorization: value })
type Given = { using?: typeof mpp; atMs?: number; quote?: typeof quote; agentRequest?: Protocol.AgentRequest }

export async function pay(value: string, given: Given = {}) {
  const using = given.using ?? mpp
  const credential = using.parse(header(value))
  if (!credential) throw new Error('no credential')
  const at = given.atMs ?? nowMs
  return {
    credential,
    authorized: await using.authorize(credential, given.quote ?? quote, given.agentRequest ?? agentRequest, at),
  }
}

export async function refusal(value: string, given: Given = {}): Promise<string> {
  const error = await pay(value, given).then(
    () => undefined,
    (thrown: AppError) => thrown,
  )
  return error ? `${error.code}: ${error.message}` : 'accepted'
}

export async function evmPayload(
  of: Challenge.Challenge,
  change: Parameters<typeof authorization>[0] = {},
  domain = {},
) {
  const message = authorization({ nonce: challengeHash(of), ...change })
  return { type: 'authorization', ...message, signature: await sign(message, domain) }
}

export async function tempoPayload(of: Challenge.Challenge, change: Parameters<typeof tempoTransaction>[1] = {}) {
  return { type: 'transaction', signature: await tempoTransaction(memoOf(of), change) }
}
