import type { Address } from 'viem'
import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { json, sql, type Tx } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import type { Opening } from './Protocol'

/** A checked opening, with what its challenge asked. Addresses lower-case. */
export type OpenInput = {
  merchantId: string
  resourceId: string
  wire: string
  network: Caip2
  escrow: Address
  asset: Address
  payee: Address
  operator: Address
  opening: Opening
}

/**
 * Writes the row of a channel whose opening transaction was just queued in the same database transaction. Its first voucher
 * is accepted and pays for nothing until the channel is open.
 * @throws a unique violation when the channel has a row.
 */
export async function insertOpening(tx: Tx, ctx: Ctx, transactionId: string, input: OpenInput): Promise<void> {
  const { merchantId, resourceId, network, asset, opening } = input
  const { channelId, descriptor, depositBase, cumulativeBase } = opening
  const isEmpty = cumulativeBase === 0n
  await tx.execute(sql`
    INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer,
      descriptor, status, deposit_base, accepted_base, accepted_signature, vouchers, open_transaction_id, last_voucher_at)
    VALUES (${channelId}, ${merchantId}::uuid, ${resourceId}::uuid, 'mpp', ${input.wire}, ${network}, ${input.escrow}, ${asset},
      ${descriptor.payer}, ${input.payee}, ${input.operator}, ${opening.signer}, ${json(descriptor)}::jsonb, 'opening',
      ${depositBase}, ${cumulativeBase}, ${isEmpty ? null : Buffer.from(opening.signature.slice(2), 'hex')},
      ${isEmpty ? 0 : 1}, ${transactionId}::uuid, now())`)
  await recordEvent(tx, ctx, {
    type: 'channel.opening',
    merchantId,
    resourceId,
    channelId,
    transactionId,
    data: { network, payer: descriptor.payer, payee: input.payee, depositBase, hash: opening.transaction.hash },
  })
}
