import type { PaymentRequirements } from '@x402/core/types'
import { signVoucher } from '@x402/evm/batch-settlement/client'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { BatchSettlement, signerFor } from '@/lib/chains'
import {
  commitCharge,
  findChannel,
  acceptVoucher,
  type Channel,
  type OpeningInput,
  type CreditVerdict,
} from '@/lib/channels'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { openChannel } from '@/lib/settlement'
import { evmNetwork, tokenBalance, usdc } from '../evm'
import { newBatchPayer, type Payer } from './batch-shop-fixture'
import { insertSeller } from './channel-rows-fixture'
import { chains } from './chains'

// Channels of x402's escrow without a gateway: deposits and vouchers as the official client signs them. Amounts are base units.

export const ctx = createCtx({ kind: 'system', id: 'test' })
export const depositBase = 100_000n

export type Seller = { merchantId: string; resourceId: string; payee: Address }
export type Opened = Payer & { id: Hex; config: BatchSettlement.ChannelConfig }

/** A merchant whose channels are settled after so many units. */
export async function openBatchSeller(settleUnits: number | null = null): Promise<Seller> {
  const seller = await insertSeller()
  await db.execute(sql`
    INSERT INTO channel_policy (merchant_id, network, settle_units, excess_max_micros, min_deposit_micros, min_delta_micros)
    VALUES (${seller.merchantId}::uuid, ${evmNetwork}, ${settleUnits}, 0, 0, 0)`)
  return { ...seller, payee: privateKeyToAccount(generatePrivateKey()).address }
}

/** A channel's opening, as the protocol returns it. */
export async function toOpening(
  seller: Seller,
  payer: Payer,
): Promise<{ input: OpeningInput; config: BatchSettlement.ChannelConfig }> {
  const operator = signerFor(evmNetwork, 'settlement')?.address
  if (!operator) throw new Error('no signer')
  const requirements: PaymentRequirements = {
    scheme: 'batch-settlement',
    network: evmNetwork,
    amount: '1000',
    asset: usdc,
    payTo: seller.payee,
    maxTimeoutSeconds: 300,
    extra: {
      name: 'USDC',
      version: '2',
      receiverAuthorizer: operator,
      withdrawDelay: 3_600,
      minDeposit: depositBase.toString(),
    },
  }
  const { payload } = (await payer.scheme.createPaymentPayload(2, requirements)) as unknown as {
    payload: {
      channelConfig: BatchSettlement.ChannelConfig
      voucher: { channelId: Hex; maxClaimableAmount: string; signature: Hex }
      deposit: {
        amount: string
        authorization: {
          erc3009Authorization: Record<'validAfter' | 'validBefore', string> & Record<'salt' | 'signature', Hex>
        }
      }
    }
  }
  const { amount, authorization } = payload.deposit
  const { validAfter, validBefore, salt, signature } = authorization.erc3009Authorization
  const config = BatchSettlement.normalise(payload.channelConfig)
  const channelId = BatchSettlement.channelId(config, evmNetwork)
  const times = { validAfter: BigInt(validAfter), validBefore: BigInt(validBefore) }
  const data = BatchSettlement.depositData(config, { amountBase: BigInt(amount), ...times, salt, signature })
  const opening = {
    channelId,
    descriptor: config,
    signer: config.payerAuthorizer,
    depositBase: BigInt(amount),
    cumulativeBase: BigInt(payload.voucher.maxClaimableAmount),
    signature: payload.voucher.signature,
    transaction: {
      from: config.payer,
      hash: BatchSettlement.depositNonce(channelId, salt),
      call: { to: BatchSettlement.address, data },
      expiresAtMs: Number(validBefore) * 1000,
    },
  }
  const { merchantId, resourceId } = seller
  const about = {
    merchantId,
    resourceId,
    protocol: 'x402' as const,
    wire: 'x402 batch-settlement',
    network: evmNetwork,
  }
  const { address: escrow } = BatchSettlement
  const terms = { escrow, asset: config.token, payee: config.receiver, operator: config.receiverAuthorizer }
  return { input: { ...about, ...terms, opening } as OpeningInput, config }
}

/** An open channel with a deposit of a hundred thousand. */
export async function openBatch(seller: Seller): Promise<Opened> {
  const payer = await newBatchPayer()
  const { input, config } = await toOpening(seller, payer)
  const opened = await openChannel(ctx, input, 15_000)
  if (opened.kind !== 'open') throw new Error(`the channel did not open: ${opened.kind}`)
  return { ...payer, id: input.opening.channelId, config }
}

/** Buys for the whole difference between a voucher for `cumulativeBase` and what was spent. @returns the verdict about the voucher. */
export async function spend({ account, id }: Opened, seller: Seller, cumulativeBase: bigint): Promise<CreditVerdict> {
  const signed = await signVoucher(account, id, cumulativeBase.toString(), evmNetwork)
  const voucher = { cumulativeBase, signature: Buffer.from(signed.signature.slice(2), 'hex') }
  const heldBase = cumulativeBase - (await look(id)).spentBase
  const none = { minDeltaBase: 0n, vouchersPerSecond: null, channelMaxBase: null, payerMaxBase: null }
  const wanted = { channelId: id, voucher, amountBase: heldBase, isForItself: true, ...none }
  const { verdict } = await acceptVoucher(wanted)
  const { merchantId, resourceId } = seller
  const about = {
    channelId: id,
    merchantId,
    resourceId,
    network: evmNetwork as Caip2,
    asset: usdc.toLowerCase(),
    requestId: 'r1',
  }
  if (verdict === 'granted')
    await commitCharge({ ...about, heldBase, chargedBase: heldBase, units: 1n, voucher, failed: false })
  return verdict
}

export async function look(id: string): Promise<Channel.Channel> {
  const channel = await findChannel(id)
  if (!channel) throw new Error('no such channel')
  return channel
}

export const balanceOf = (account: Address) => tokenBalance(chains().evm, usdc, account)

/** A merchant's balances in the ledger. */
export async function books({ merchantId, payee }: Seller) {
  const of = (account: string) => sql`coalesce(sum(amount) FILTER (WHERE account = ${account}), 0)`
  const [row] = await db.query<Record<'cash' | 'revenue' | 'receivable', bigint>>(sql`
    SELECT ${of(`cash:${payee.toLowerCase()}`)} AS cash, -${of(`revenue:${merchantId}`)} AS revenue,
      ${of(`receivable:${merchantId}`)} AS receivable
    FROM ledger_line`)
  if (!row) throw new Error('no books')
  return row
}
