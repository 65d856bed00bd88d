import type { Reader } from '../ctx'
import { labelNetwork, type NetworkLabel } from '@/lib/chains'
import { prisma } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Policy } from '@/lib/pricing'
import type { Meter } from './Draft'
import type { Execution } from './Execution'
import * as Listing from './Listing'

/** A resource as its page shows it. Amounts are micro-dollars; of a secret header only the name and its end. */
export type ResourceView = {
  id: string
  merchantId: string
  merchantSlug: string
  method: string
  path: string
  name: string
  description: string
  mimeType: string
  upstreamUrl: string
  execution: Execution | null
  policyId: string | null
  timeoutMs: number
  priceMicros: bigint
  /** How a call is priced; null: the price is fixed. */
  pricing: Policy.Policy | null
  settle: 'before' | 'after' | null
  streaming: boolean
  sideEffects: boolean
  session: boolean
  meter: Meter
  unitType: string
  depositUnits: number
  listing: Listing.Listing
  accessSeconds: number | null
  identifierRequired: boolean
  /** x402 by Permit2 is taken too where the token has EIP-3009. */
  permit2: boolean
  /** Smart accounts (ERC-1271) may pay. */
  contractPayers: boolean
  status: 'live' | 'paused'
  revision: number
  createdAt: Date
  updatedAt: Date
  payouts: (NetworkLabel & { payTo: string })[]
  headers: { name: string; last4: string; rotatedAt: Date }[]
  /** Newest first. */
  prices: {
    revision: number
    priceMicros: bigint
    pricing: Policy.Policy | null
    payTo: Record<string, string>
    /** A member's address, or "seed"; null in versions from before this was kept. */
    changedBy: string | null
    note: string
    validFrom: Date
    validUntil: Date | null
  }[]
  /** 402 answers, and delivered payments and vouchers, of the last 24 hours. */
  challenges: number
  paidCalls: number
}

const dayMs = 24 * 3_600_000
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws AppError not-found, also for what belongs to somebody else. */
export async function getResource(reader: Reader, id: string): Promise<ResourceView> {
  const row = uuid.test(id) ? await find(reader, id) : null
  if (!row) throw new AppError('not-found', 'There is no such resource.')
  const since = new Date(Date.now() - dayMs)
  const [challenges, payments, vouchers] = await Promise.all([
    prisma().challengeCount.aggregate({ where: { resourceId: id, hour: { gte: since } }, _sum: { count: true } }),
    prisma().payment.count({ where: { resourceId: id, status: 'delivered', createdAt: { gte: since } } }),
    prisma().voucher.count({ where: { resourceId: id, chargedBase: { gt: 0 }, at: { gte: since } } }),
  ])
  const { merchant, payouts, headers, prices, priceMicros, ...rest } = row
  return {
    ...rest,
    execution: rest.execution as Execution | null,
    listing: Listing.fromRow(rest.listing),
    merchantSlug: merchant.slug,
    priceMicros: BigInt(priceMicros.toFixed()),
    pricing: Policy.parse(rest.pricing),
    payouts: payouts.map(({ network, payTo }) => ({ ...labelNetwork(network), payTo })),
    headers: headers.map(({ name, last4, rotatedAt }) => ({ name, last4, rotatedAt })),
    prices: prices.map((price) => ({
      revision: price.revision,
      priceMicros: BigInt(price.priceMicros.toFixed()),
      pricing: Policy.parse(price.pricing),
      changedBy: price.changedBy,
      note: price.note,
      payTo: price.payTo as Record<string, string>,
      validFrom: price.validFrom,
      validUntil: price.validUntil,
    })),
    challenges: Number(challenges._sum.count ?? 0n),
    paidCalls: payments + vouchers,
  }
}

function find(reader: Reader, id: string) {
  return prisma().resource.findFirst({
    where: { id, ...(!reader.operator && { merchantId: reader.merchantId }) },
    include: {
      merchant: { select: { slug: true } },
      payouts: { orderBy: { network: 'asc' } },
      headers: { orderBy: { name: 'asc' }, omit: { sealed: true } },
      prices: { orderBy: { revision: 'desc' }, take: 50 },
    },
  })
}
