import { randomUUID } from 'node:crypto'
import { x402Client, x402HTTPClient } from '@x402/core/client'
import { decodePaymentRequiredHeader, decodePaymentResponseHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import type { PaymentRequirements } from '@x402/core/types'
import { BatchSettlementEvmScheme, InMemoryClientChannelStorage, signVoucher } from '@x402/evm/batch-settlement/client'
import { wrapFetchWithPayment } from '@x402/fetch'
import { createPublicClient, createWalletClient, encodeFunctionData, http, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { baseSepolia } from 'viem/chains'
import { BatchSettlement } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { evmNetwork, fundGas, fundUsdc } from '../evm'
import { chains } from './chains'

// A merchant that sells by x402's channels, and payers with the official client.

export const unitBase = 1_000n

/** Sells two resources at $0.001 on the local EVM chain, settled after 20 units, with no limit in a test's way. */
export async function openBatchShop(upstreamUrl: string, payTo: string): Promise<{ merchantId: string }> {
  const merchantId = randomUUID()
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
  for (const [path, upstream] of [
    ['/fortune', '/fortune'],
    ['/failing', '/failing'],
    ['/other', '/fortune'],
  ] as const) {
    const id = randomUUID()
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, session, deposit_units)
      VALUES (${id}, ${merchantId}, 'GET', ${path}, ${path}, ${upstreamUrl + upstream}, ${unitBase}, true, 100)`)
    await db.execute(
      sql`INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${id}, ${evmNetwork}, ${payTo})`,
    )
    await db.execute(sql`
      INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
      VALUES (${id}, 1, ${unitBase}, ${JSON.stringify({ [evmNetwork]: payTo })})`)
  }
  await db.execute(sql`
    INSERT INTO channel_policy (merchant_id, network, settle_units, excess_max_micros, min_deposit_micros, min_delta_micros)
    VALUES (${merchantId}, ${evmNetwork}, 20, 0, 0, 0)`)
  return { merchantId }
}

export type Payer = {
  account: PrivateKeyAccount
  scheme: BatchSettlementEvmScheme
  fetch: typeof fetch
  salt: Hex
}

/** A wallet with ten dollars, and the official client over it; a `salt` of its own makes another channel. */
export async function newBatchPayer(account = privateKeyToAccount(generatePrivateKey()), salt = generatePrivateKey()) {
  await fundUsdc(chains().evm, account.address, 10_000_000n)
  await fundGas(chains().evm, account.address, 10n ** 18n)
  return batchPayer(account, salt, chains().evm.url)
}

/** The official client, which remembers nothing yet. */
export function batchPayer(account: PrivateKeyAccount, salt: Hex, rpcUrl: string): Payer {
  const reader = createPublicClient({ chain: baseSepolia, transport: http(rpcUrl) })
  const signer = {
    address: account.address,
    signTypedData: (message: Parameters<PrivateKeyAccount['signTypedData']>[0]) => account.signTypedData(message),
    readContract: (call: Parameters<typeof reader.readContract>[0]) => reader.readContract(call),
  }
  const scheme = new BatchSettlementEvmScheme(signer as ConstructorParameters<typeof BatchSettlementEvmScheme>[0], {
    storage: new InMemoryClientChannelStorage(),
    salt,
  })
  const client = new x402Client().register(evmNetwork, scheme)
  return { account, scheme, salt, fetch: wrapFetchWithPayment(fetch, new x402HTTPClient(client)) as typeof fetch }
}

/** The batch-settlement requirement of a 402. */
export async function requirementsOf(url: string): Promise<PaymentRequirements> {
  const response = await fetch(url)
  await response.body?.cancel()
  const required = decodePaymentRequiredHeader(response.headers.get('payment-required') ?? '')
  const found = required.accepts.find(({ scheme }) => scheme === 'batch-settlement')
  if (!found) throw new Error(`${url} offers no channel`)
  return found
}

/** The channel as the answer describes it. */
export function settledOf(response: Response) {
  return decodePaymentResponseHeader(response.headers.get('payment-response') ?? '')
}

export function errorOf(response: Response) {
  return decodePaymentRequiredHeader(response.headers.get('payment-required') ?? '').error
}

/** A channel as its payer knows it, for what the official client will not do. */
export type Known = { config: BatchSettlement.ChannelConfig; id: Hex; requirements: PaymentRequirements }

export async function knownOf({ scheme }: Payer, url: string): Promise<Known> {
  const requirements = await requirementsOf(url)
  const config = scheme.buildChannelConfig(requirements)
  return { config, id: BatchSettlement.channelId(config, evmNetwork), requirements }
}

type Change = {
  account?: PrivateKeyAccount
  id?: Hex
  signature?: Hex
  config?: Partial<BatchSettlement.ChannelConfig>
}

/** PAYMENT-SIGNATURE with a voucher for any cumulative amount, signed as the official client signs; or a refund with one. */
export async function voucherOf(
  { account }: Payer,
  { config, id, requirements }: Known,
  cumulativeBase: bigint,
  change: Change & { type?: 'voucher' | 'refund'; amount?: string } = {},
): Promise<Record<string, string>> {
  const signed = await signVoucher(change.account ?? account, change.id ?? id, cumulativeBase.toString(), evmNetwork)
  const voucher = { ...signed, channelId: id, ...(change.signature && { signature: change.signature }) }
  const { type = 'voucher', amount } = change
  const payload = {
    type,
    channelConfig: { ...config, ...change.config },
    voucher,
    ...(amount !== undefined && { amount }),
  }
  return { 'PAYMENT-SIGNATURE': encodePaymentSignatureHeader({ x402Version: 2, accepted: requirements, payload }) }
}

/** PAYMENT-SIGNATURE with a deposit, and its voucher, by the official client. */
export async function depositOf({ scheme }: Payer, { requirements }: Known): Promise<Record<string, string>> {
  const { payload } = await scheme.createPaymentPayload(2, requirements)
  return { 'PAYMENT-SIGNATURE': encodePaymentSignatureHeader({ x402Version: 2, accepted: requirements, payload }) }
}

/** A payer's own transaction to the escrow, included. */
export async function sendToEscrow(
  account: PrivateKeyAccount,
  functionName: 'initiateWithdraw' | 'finalizeWithdraw',
  config: BatchSettlement.ChannelConfig,
  amountBase = 0n,
): Promise<void> {
  const { abi, address: to } = BatchSettlement
  const data =
    functionName === 'initiateWithdraw'
      ? encodeFunctionData({ abi, functionName, args: [config, amountBase] })
      : encodeFunctionData({ abi, functionName, args: [config] })
  const transport = http(chains().evm.url)
  const hash = await createWalletClient({ account, chain: baseSepolia, transport }).sendTransaction({ to, data })
  const { status } = await createPublicClient({ chain: baseSepolia, transport }).waitForTransactionReceipt({ hash })
  if (status !== 'success') throw new Error('it reverted')
}
