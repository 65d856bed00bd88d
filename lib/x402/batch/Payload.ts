import { z } from 'zod'
import { BatchSettlement, Chain } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { decodeJson, shapes } from '@/lib/protocol-shared'
import { malformed, parse } from '../parse'
import { carried } from '../Payload'
import { scheme } from './Requirements'

const amount = shapes.uint.refine(
  (text) => /^[0-9]{1,39}$/.test(text) && BigInt(text) <= BatchSettlement.amountMax,
  'must fit 128 bits',
)

const Config = z.strictObject({
  payer: shapes.address,
  payerAuthorizer: shapes.address,
  receiver: shapes.address,
  receiverAuthorizer: shapes.address,
  token: shapes.address,
  withdrawDelay: z.number().int().min(0).max(BatchSettlement.withdrawDelaySeconds.most),
  salt: shapes.bytes32,
})

const common = {
  channelConfig: Config,
  // Vouchers of other kinds of keys parse; the signature check refuses them later.
  voucher: z.strictObject({ channelId: shapes.bytes32, maxClaimableAmount: amount, signature: shapes.hex(1_024) }),
}

const Authorization = z.strictObject({
  validAfter: shapes.uint,
  validBefore: shapes.uint,
  salt: shapes.bytes32,
  signature: shapes.hex(1_024),
})

const Signed = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('deposit'),
    ...common,
    deposit: z.strictObject({ amount, authorization: z.strictObject({ erc3009Authorization: Authorization }) }),
  }),
  z.strictObject({ type: z.literal('voucher'), ...common }),
  z.strictObject({ type: z.literal('refund'), ...common, amount: amount.optional() }),
])

/** The requirement that the client says it accepted. It is compared with ours member by member. */
const BatchRequirements = z.strictObject({
  scheme: z.literal(scheme),
  network: z.string().max(64),
  amount: shapes.uint,
  asset: shapes.address,
  payTo: shapes.address,
  maxTimeoutSeconds: z.number(),
  extra: z.record(z.string(), z.unknown()),
})
export type BatchRequirements = z.infer<typeof BatchRequirements>

const Wire = z.object({ x402Version: z.literal(2, 'must be 2'), accepted: BatchRequirements, payload: Signed })

const Named = z.object({
  accepted: z.object({ scheme: z.literal(scheme) }),
  payload: z.object({ deposit: z.object({ authorization: z.record(z.string(), z.unknown()) }).optional() }).optional(),
})

export type BatchPayload = { credential: ChannelProtocol.ChannelCredential; accepted: BatchRequirements }

/**
 * The credential of this scheme in the headers; undefined if there is none or it is unreadable. The parser of the
 * other schemes reports unreadable ones.
 * @throws AppError payment-malformed | method-unsupported
 */
export function fromHeaders(headers: Headers): BatchPayload | undefined {
  const found = carried(headers)
  const decoded = found?.version === 2 ? decode(found.text) : undefined
  const named = Named.safeParse(decoded)
  if (!named.success) return undefined
  const authorization = named.data.payload?.deposit?.authorization
  if (authorization && 'permit2Authorization' in authorization)
    throw new AppError('method-unsupported', 'Deposits by Permit2 are not taken here: sign an ERC-3009 authorization.')
  const { accepted, payload } = parse(Wire, decoded)
  const { channelConfig: descriptor, voucher } = payload
  const network = networkOf(accepted.network)
  const about = {
    protocol: 'x402' as const,
    wire: 'x402 batch-settlement',
    network,
    channelId: voucher.channelId,
    challengeId: '',
    source: undefined,
    quoteToken: typeof accepted.extra.quote === 'string' ? accepted.extra.quote : undefined,
    descriptor,
    cumulativeBase: BigInt(voucher.maxClaimableAmount),
    signature: voucher.signature,
  }
  switch (payload.type) {
    case 'voucher':
      return { accepted, credential: { ...about, action: 'voucher' } }
    case 'refund': {
      if (payload.amount === '0') throw malformed('payload.amount must be more than nothing, or absent for everything')
      const refundBase = payload.amount === undefined ? undefined : BigInt(payload.amount)
      return { accepted, credential: { ...about, action: 'close', ...(refundBase !== undefined && { refundBase }) } }
    }
    case 'deposit': {
      const { validAfter, validBefore, salt, signature } = payload.deposit.authorization.erc3009Authorization
      const times = { validAfter: BigInt(validAfter), validBefore: BigInt(validBefore) }
      const deposit = { amountBase: BigInt(payload.deposit.amount), ...times, salt, signature }
      const hash = BatchSettlement.depositNonce(voucher.channelId, salt)
      const untilMs = Number(times.validBefore) * 1000
      return { accepted, credential: { ...about, action: 'deposit', deposit, hash, untilMs } }
    }
  }
}

function decode(text: string): unknown {
  try {
    return decodeJson(text, 'base64')
  } catch {
    return undefined
  }
}

function networkOf(name: string): Caip2 {
  const chain = Chain.find(name)
  if (!chain)
    throw new AppError('method-unsupported', 'The network of the payment is not one that is offered here.', {
      extra: { reason: 'network' },
    })
  return chain.network
}
