import type { Address } from 'viem'
import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { Chain, Escrow } from '@/lib/chains'
import { json, sql, type Tx } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import type { Channel } from './Channel'
import type { ChannelOpening } from './ChannelProtocol'

/** A checked opening, with the terms of its challenge. Addresses lower-case. */
export type OpeningInput = {
  merchantId: string
  resourceId: string
  protocol: Channel['protocol']
  wire: string
  network: Caip2
  escrow: Address
  asset: Address
  payee: Address
  operator: Address
  opening: ChannelOpening
}

/**
 * Inserts the row of a channel whose opening transaction was queued in the same database transaction. Its first voucher is
 * stored and pays for nothing until the channel is open. A failed row of the same id is reused; its first voucher then comes
 * with the request.
 * @throws a unique violation if the channel has a row that did not fail.
 */
export async function insertOpening(tx: Tx, ctx: Ctx, transactionId: string, input: OpeningInput): Promise<void> {
  const { merchantId, resourceId, network, asset, opening } = input
  const { channelId, descriptor, depositBase, cumulativeBase } = opening
  const isEmpty = cumulativeBase === 0n || Escrow.isConfig(descriptor)
  if (!(await takeFailed(tx, transactionId, input)))
    await tx.execute(sql`
    INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer,
      descriptor, grace_seconds, status, deposit_base, accepted_base, accepted_signature, vouchers, open_transaction_id,
      opening_key, last_voucher_at, decimals)
    VALUES (${channelId}, ${merchantId}::uuid, ${resourceId}::uuid, ${input.protocol}, ${input.wire}, ${network}, ${input.escrow}, ${asset},
      ${descriptor.payer}, ${input.payee}, ${input.operator}, ${opening.signer}, ${json(descriptor)}::jsonb,
      ${Escrow.graceSeconds(descriptor)}, 'opening', ${depositBase}, ${isEmpty ? 0n : cumulativeBase},
      ${isEmpty ? null : Buffer.from(opening.signature.slice(2), 'hex')},
      ${isEmpty ? 0 : 1}, ${transactionId}::uuid, ${opening.transaction.hash.toLowerCase()}, now(),
      ${Chain.findAsset(network, asset)?.decimals ?? 6})`)
  await recordEvent(tx, ctx, {
    type: 'channel.opening',
    merchantId,
    resourceId,
    channelId,
    transactionId,
    data: { network, payer: descriptor.payer, payee: input.payee, depositBase, hash: opening.transaction.hash },
  })
}

/** Reuses the row of a failed opening, if the same channel can still be opened. */
async function takeFailed(tx: Tx, transactionId: string, { merchantId, opening }: OpeningInput): Promise<boolean> {
  const { channelId, depositBase, transaction } = opening
  const taken = await tx.execute(sql`
    UPDATE channel SET status = 'opening', error = NULL, next_due_at = now(), tries = 0, deposit_base = ${depositBase},
      open_transaction_id = ${transactionId}::uuid, opening_key = ${transaction.hash.toLowerCase()}
    WHERE id = ${channelId} AND merchant_id = ${merchantId}::uuid AND status = 'failed'`)
  return taken === 1
}
