import type { Challenge } from 'mppx'
import { session as mppxSession } from 'mppx/client'
import { createClient, custom, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { Transaction } from 'viem/tempo'
import type { ChannelProtocol } from '@/lib/channels'
import { createSessions } from '@/lib/mpp'
import { Quote } from '@/lib/pricing'
import { agentRequest, challengesOf, payer, quote } from './credential-fixture'
import { config, mpp, secret } from './mpp-fixture'

// Session credentials as mppx's own client makes them, without a chain.

export const sessions = createSessions(config)

/** Of anvil's public mnemonic: the sixth account. */
export const stranger = privateKeyToAccount('0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba')

export const sells: ChannelProtocol.ChannelOffer = {
  unitType: 'request',
  depositUnits: 100,
  minDepositMicros: 0n,
  minDeltaMicros: 0n,
  alone: false,
}

/** The quote that a credential answers, as the gateway finds it: of the resource that is asked for, with the payouts of its revision. */
export function quoteOf(
  { quoteToken = '' }: Pick<ChannelProtocol.ChannelCredential, 'quoteToken'>,
  of: { payouts?: Quote.Quote['payouts']; resourceId?: string; secrets?: readonly string[] } = {},
): Quote.Quote | undefined {
  const sealed = Quote.open(quoteToken, of.resourceId ?? quote.resourceId, of.secrets ?? [secret])
  return sealed && { ...sealed, payouts: of.payouts ?? quote.payouts }
}

/** The session challenge of a 402 as mppx reads it. */
export function sessionChallenge(
  change: {
    quote?: typeof quote
    agentRequest?: typeof agentRequest
    sells?: Partial<ChannelProtocol.ChannelOffer>
    using?: typeof mpp
  } = {},
): Challenge.Challenge {
  const session = { ...sells, ...change.sells }
  const { headers } = (change.using ?? mpp).challenge(change.quote ?? quote, change.agentRequest ?? agentRequest, {
    session,
  })
  const found = challengesOf(headers).find(({ intent }) => intent === 'session')
  if (!found) throw new Error('no session challenge')
  return found
}

/** The answers of a chain to a client that prepares a transaction. */
const answers: Record<string, unknown> = {
  eth_chainId: '0x539',
  eth_estimateGas: '0x7a120',
  eth_maxPriorityFeePerGas: '0x3b9aca00',
  eth_getTransactionCount: '0x0',
  eth_getBlockByNumber: { baseFeePerGas: '0x3b9aca00', number: '0x1', timestamp: '0x1', transactions: [] },
}

const client = createClient({
  chain: tempoLocalnet,
  transport: custom(
    {
      async request({ method }: { method: string }) {
        if (method in answers) return answers[method]
        throw Object.assign(new Error(`${method} is not there`), { code: -32_601 })
      },
    },
    { retryCount: 0 },
  ),
})

/** A client of mppx with one account; it opens a channel by its first credential, then pays by vouchers. */
export function mppxClient(account = payer) {
  // Its transport answers no more than it needs, so it is no client of the chain's whole type.
  const parameters = { account, getClient: () => client } as unknown as Parameters<typeof mppxSession>[0]
  const method = mppxSession(parameters)
  return {
    /** `Payment …` for a challenge: as the client decides, or as the context says. */
    pay: (challenge: Challenge.Challenge, context: Record<string, unknown> = {}) =>
      method.createCredential({ challenge, context } as unknown as Parameters<typeof method.createCredential>[0]),
  }
}

export type Wire = {
  challenge: Record<string, unknown>
  source?: unknown
  payload: Record<string, unknown> & { descriptor: Record<string, unknown> }
}

/** The content of `Payment …`, as JSON. */
export function unpack(value: string): Wire {
  return JSON.parse(Buffer.from(value.replace(/^Payment /, ''), 'base64url').toString()) as Wire
}

export function pack(wire: unknown): string {
  return `Payment ${Buffer.from(JSON.stringify(wire)).toString('base64url')}`
}

const envelopes = Transaction.z_TxEnvelopeTempo
type Envelope = ReturnType<typeof envelopes.deserialize>

/** The payer's transaction with something else in it, signed again. */
export async function resign(serialized: Hex, change: Record<string, unknown>, account = payer): Promise<Hex> {
  const { signature: _signature, from: _from, ...signed } = envelopes.deserialize(serialized as `0x76${string}`)
  const envelope = { ...signed, ...change } as Envelope
  const signature = await account.sign({ hash: envelopes.getSignPayload(envelope) })
  return envelopes.serialize(envelope, { signature: Transaction.z_SignatureEnvelope.from(signature) })
}
