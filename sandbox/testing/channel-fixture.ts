import { concat, encodeFunctionData, keccak256, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { Transaction } from 'viem/tempo'
import { Escrow, Reserve, signerFor } from '@/lib/chains'
import {
  commitCharge,
  findChannel,
  acceptVoucher,
  type Channel,
  type OpeningInput,
  type ChannelProtocol,
} from '@/lib/channels'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { tokenBalance } from '../evm'
import { fundPathUsd, pathUsd } from '../tempo'
import { asset, hex, insertSeller, network } from './channel-rows-fixture'
import { chains } from './chains'

// Payers of real channels on the local Tempo chain, and sellers for them. Amounts are base units.

export const ctx = createCtx({ kind: 'system', id: 'test' })
export const escrow = Reserve.address
const envelopes = Transaction.z_TxEnvelopeTempo
const expiringKey = 2n ** 256n - 1n

export type Seller = { merchantId: string; resourceId: string; payee: PrivateKeyAccount }

/** A merchant whose payee can send transactions of its own. */
export async function openSeller(): Promise<Seller> {
  const payee = privateKeyToAccount(generatePrivateKey())
  await fundPathUsd(chains().tempo, payee.address, 10_000_000n)
  return { ...(await insertSeller()), payee }
}

export async function fundedPayer(minBase = 10_000_000n): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundPathUsd(chains().tempo, payer.address, minBase)
  return payer
}

export const balanceOf = (account: string) => tokenBalance(chains().tempo, pathUsd, account as Address)

/** Seconds, by the chain's clock. */
export async function chainTime(): Promise<number> {
  const block = await chains().tempo.rpc<{ timestamp: Hex }>('eth_getBlockByNumber', ['latest', false])
  return Number(block.timestamp)
}

type Unsigned = { to: Address; data: Hex; nonce?: bigint; validBefore?: number; nonceKey?: bigint }

async function sign(account: PrivateKeyAccount, { to, data, ...rest }: Unsigned) {
  const envelope = envelopes.from({
    type: 'tempo',
    chainId: 1337,
    calls: [{ to, data }],
    gas: 2_000_000n,
    maxFeePerGas: 40_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
    ...rest,
  })
  const signature = await account.sign({ hash: envelopes.getSignPayload(envelope) })
  const bytes = envelopes.serialize(envelope, { signature: Transaction.z_SignatureEnvelope.from(signature) })
  return { envelope, bytes, hash: keccak256(bytes) }
}

/** A payer's transaction as mppx's clients sign them: it expires. */
export async function signExpiring(account: PrivateKeyAccount, data: Hex, to: Address = escrow) {
  const validBefore = (await chainTime()) + 25
  const signed = await sign(account, { to, data, nonceKey: expiringKey, nonce: 0n, validBefore })
  const from = account.address.toLowerCase() as Address
  const transaction = { from, bytes: signed.bytes, hash: signed.hash, expiresAtMs: validBefore * 1000 }
  return { ...signed, from, transaction }
}

/** A payer's signed opening of a channel, with its first voucher. */
export async function signOpening(
  payer: PrivateKeyAccount,
  payee: string,
  { depositBase = 1_000_000n, firstBase = 1_000n }: { depositBase?: bigint; firstBase?: bigint } = {},
): Promise<ChannelProtocol.ChannelOpening<Reserve.ReserveDescriptor>> {
  const operator = signerFor(network, 'settlement')?.address
  if (!operator) throw new Error('no signer')
  const salt = hex(32)
  const authorizedSigner = `0x${'0'.repeat(40)}` as const
  const args = [payee as Address, operator, asset, depositBase, salt, authorizedSigner] as const
  const data = encodeFunctionData({ abi: Reserve.abi, functionName: 'open', args })
  const { envelope, from, transaction } = await signExpiring(payer, data)
  const expiringNonceHash = keccak256(concat([envelopes.encodeForSigning(envelope), from]))
  const descriptor = Reserve.normalise({
    payer: from,
    payee: payee as Address,
    operator,
    token: asset,
    salt,
    authorizedSigner,
    expiringNonceHash,
  })
  const channelId = Reserve.channelId(descriptor, network)
  const signature = await signVoucher(payer, channelId, firstBase)
  return { channelId, descriptor, signer: from, depositBase, cumulativeBase: firstBase, signature, transaction }
}

export async function signTopUp(
  payer: PrivateKeyAccount,
  { descriptor }: { descriptor: Reserve.ReserveDescriptor },
  addedBase: bigint,
): Promise<ChannelProtocol.PayerTransaction> {
  const data = encodeFunctionData({ abi: Reserve.abi, functionName: 'topUp', args: [descriptor, addedBase] })
  return (await signExpiring(payer, data)).transaction
}

export function signVoucher(payer: PrivateKeyAccount, channelId: Hex, cumulativeBase: bigint): Promise<Hex> {
  const digest = Reserve.voucherDigest(network, { channelId, cumulativeBase })
  return payer.sign({ hash: `0x${Buffer.from(digest).toString('hex')}` })
}

export function toInput(
  { merchantId, resourceId, payee }: Seller,
  opening: ChannelProtocol.ChannelOpening<Reserve.ReserveDescriptor>,
): OpeningInput {
  const { operator } = opening.descriptor
  const wire = 'mpp tempo session'
  const payTo = payee.address.toLowerCase() as Address
  return { merchantId, resourceId, protocol: 'mpp', wire, network, escrow, asset, payee: payTo, operator, opening }
}

/** Buys for the difference to what was spent before, by a voucher for `cumulativeBase`, of which `unspentBase` stays credit. */
export async function spend(
  payer: PrivateKeyAccount,
  { id: channelId, merchantId, resourceId }: Pick<Channel.Channel, 'id' | 'merchantId' | 'resourceId'>,
  cumulativeBase: bigint,
  unspentBase = 0n,
): Promise<void> {
  const signature = Buffer.from((await signVoucher(payer, channelId, cumulativeBase)).slice(2), 'hex')
  const voucher = { cumulativeBase, signature }
  const { spentBase } = await look(channelId)
  const heldBase = cumulativeBase - unspentBase - spentBase
  const none = { minDeltaBase: 0n, vouchersPerSecond: null, channelMaxBase: null, payerMaxBase: null }
  const { verdict } = await acceptVoucher({ channelId, voucher, amountBase: heldBase, ...none })
  if (verdict !== 'granted') throw new Error(`the voucher was refused: ${verdict}`)
  const about = {
    channelId,
    merchantId,
    resourceId,
    network,
    asset,
    requestId: 'r1',
    upstreamStatus: 200,
    failed: false,
  }
  await commitCharge({ ...about, heldBase, chargedBase: heldBase, units: 1n, voucher })
}

export async function look(id: string): Promise<Channel.Channel & { descriptor: Reserve.ReserveDescriptor }> {
  const channel = await findChannel(id)
  if (!channel || Escrow.isConfig(channel.descriptor)) throw new Error('no such channel')
  return { ...channel, descriptor: channel.descriptor }
}

type Sends = 'requestClose' | 'withdraw'

/** A payer's own transaction, included. */
export async function sendAs(
  account: PrivateKeyAccount,
  functionName: Sends,
  { descriptor }: { descriptor: Reserve.ReserveDescriptor },
): Promise<void> {
  await send(account, encodeFunctionData({ abi: Reserve.abi, functionName, args: [descriptor] }))
}

/** Any call to the reserve, by the account's ordinary nonce, included. @throws Error when it reverts. */
export async function send(account: PrivateKeyAccount, data: Hex): Promise<void> {
  const { rpc } = chains().tempo
  const nonce = BigInt(await rpc<Hex>('eth_getTransactionCount', [account.address, 'latest']))
  const { bytes, hash } = await sign(account, { to: escrow, data, nonce })
  await rpc('eth_sendRawTransaction', [bytes])
  for (let tries = 0; tries < 1_000; tries++) {
    const receipt = await rpc<{ status: Hex } | null>('eth_getTransactionReceipt', [hash])
    if (receipt?.status === '0x1') return
    if (receipt) throw new Error('it reverted')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it was not included')
}

/** A merchant's balances in the ledger. */
export async function books({
  merchantId,
  payee,
}: Seller): Promise<{ cash: bigint; revenue: bigint; receivable: bigint }> {
  const of = (account: string) => sql`coalesce(sum(amount) FILTER (WHERE account = ${account}), 0)`
  const [row] = await db.query<{ cash: bigint; revenue: bigint; receivable: bigint }>(sql`
    SELECT ${of(`cash:${payee.address.toLowerCase()}`)} AS cash, -${of(`revenue:${merchantId}`)} AS revenue,
      ${of(`receivable:${merchantId}`)} AS receivable
    FROM ledger_line`)
  if (!row) throw new Error('no books')
  return row
}
