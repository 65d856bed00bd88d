import type { Reader } from '../ctx'
import { labelNetwork, type NetworkLabel } from '@/lib/chains'
import { db, prisma, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { PricePlan } from '@/lib/pricing'
import type { ResourceMeter } from './ResourceDraft'
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
  pricing: PricePlan.PricePlan | null
  settle: 'before' | 'after' | null
  streaming: boolean
  sideEffects: boolean
  session: boolean
  meter: ResourceMeter
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
    pricing: PricePlan.PricePlan | null
    payTo: Record<string, string>
    /** A member's address, or "seed"; null in versions from before this was kept. */
    changedBy: string | null
    note: string
    validFrom: Date
    validUntil: Date | null
  }[]
  /** 402 answers, and delivered payments and vouchers, of this hour and the 23 before it. */
  challenges: number
  paidCalls: number
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws AppError not-found, also for what belongs to somebody else. */
export async function getResource(reader: Reader, id: string): Promise<ResourceView> {
  const row = uuid.test(id) ? await find(reader, id) : null
  if (!row) throw new AppError('not-found', 'There is no such resource.')
  const since = sql`date_trunc('hour', now(), 'UTC') - interval '23 hours'`
  const [counted] = await db.query<{ challenges: bigint; calls: bigint }>(sql`
    SELECT (SELECT coalesce(sum(count), 0) FROM challenge_count WHERE resource_id = ${id}::uuid AND hour >= ${since}) AS challenges,
      (SELECT coalesce(sum(sold), 0) FROM sale
        WHERE merchant_id = ${row.merchantId}::uuid AND resource_id = ${id}::uuid AND hour >= ${since}) AS calls`)
  const { merchant, payouts, headers, prices, priceMicros, ...rest } = row
  return {
    ...rest,
    execution: rest.execution as Execution | null,
    listing: Listing.fromRow(rest.listing),
    merchantSlug: merchant.slug,
    priceMicros: BigInt(priceMicros.toFixed()),
    pricing: PricePlan.parse(rest.pricing),
    payouts: payouts.map(({ network, payTo }) => ({ ...labelNetwork(network), payTo })),
    headers: headers.map(({ name, last4, rotatedAt }) => ({ name, last4, rotatedAt })),
    prices: prices.map((price) => ({
      revision: price.revision,
      priceMicros: BigInt(price.priceMicros.toFixed()),
      pricing: PricePlan.parse(price.pricing),
      changedBy: price.changedBy,
      note: price.note,
      payTo: price.payTo as Record<string, string>,
      validFrom: price.validFrom,
      validUntil: price.validUntil,
    })),
    challenges: Number(counted?.challenges ?? 0n),
    paidCalls: Number(counted?.calls ?? 0n),
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
