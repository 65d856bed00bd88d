import { createHash } from 'node:crypto'
import { Svm, type Instrument } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import type { Payment } from '@/lib/payments'
import { findSvmTransfer } from './find-svm-transfer'
import type { TransferFinding } from './find-transfer'

type Signed = Extract<Instrument, { kind: 'svm' }>

/** How many of an account's newest transactions are searched while the payment can still run. */
const newestMax = 100
/** How many of them are read in one look; the next look goes on where this one stopped. */
const readsMax = 200
/** The payer's message ran no longer before its payment than a blockhash lives; the rest is for clocks that differ. */
const beforeMs = 5 * 60_000
/** Longer than any blockhash lives: nothing is dead before. */
const livesMs = 180_000
/** Nodes that keep no archive forget after about two days: what is older is not judged by what they do not list. */
const keptMs = 24 * 60 * 60_000
/** No cluster's slots are shorter. */
const slotMsMin = 200
const signaturePattern = /^[1-9A-HJ-NP-Za-km-z]{86,88}$/

/**
 * Looks for the payer's very message among the newest of what was run with its account: whoever signed for the fee, and under
 * whichever signature. What the facilitator names is looked at first, and when that is it, nothing else is.
 * @throws RpcError | TransportError | AppError unavailable when the cluster cannot be asked: nothing is known then.
 */
export async function findSvmUse(
  payment: Payment.Payment,
  signed: Signed,
  claimed: string | null,
  ageMs: number,
): Promise<TransferFinding> {
  const { network } = payment
  if (claimed !== null && signaturePattern.test(claimed) && (await readDigest(network, claimed)) === wantedOf(signed))
    return tell(payment, signed, claimed)
  const newest = await Svm.readSignatures(network, signed.source, sinceMs(ageMs), newestMax)
  const used = await findAmong(network, signed, newest)
  return used === undefined ? { kind: 'unused' } : tell(payment, signed, used)
}

/**
 * What became of the payer's message for good, once a finalized block is past every one in which it could run: everyone who is
 * asked lists, as of that block, all that was run with its account since. Undefined while that is not known.
 * @param bound What `boundOf` said.
 * @throws RpcError | TransportError | AppError unavailable when the cluster cannot be asked.
 */
export async function findFinalSvmUse(
  payment: Payment.Payment,
  signed: Signed,
  bound: SvmBound,
  ageMs: number,
): Promise<TransferFinding | undefined> {
  if (ageMs < livesMs || ageMs > keptMs) return undefined
  const { network } = payment
  const final = await Svm.readFinalHead(network)
  if (!final || BigInt(final.blockHeight) <= bound.lastValidHeight) return undefined
  const all = await Svm.readFinalSignatures(network, signed.source, {
    sinceMs: sinceMs(ageMs),
    firstSlot: bound.firstSlot,
    lastSlot: final.absoluteSlot,
  })
  if (!all) return undefined
  const used = await findAmong(network, signed, all)
  return used === undefined ? { kind: 'unused' } : tell(payment, signed, used)
}

/** Where a message can run: not before a slot, nor above a block. */
export type SvmBound = { firstSlot: bigint; lastValidHeight: bigint }

/**
 * Of a message that was signed before now, for a payment of this age. Twice what a blockhash lives for: every endpoint may be behind
 * the one that the payer asked.
 * @throws RpcError | TransportError
 */
export async function boundOf({ network }: Payment.Payment, ageMs: number): Promise<SvmBound> {
  const { height, slot } = await Svm.readTop(network)
  const slotsBefore = BigInt(Math.ceil((ageMs + beforeMs) / slotMsMin))
  const firstSlot = slot > slotsBefore ? slot - slotsBefore : 0n
  return { firstSlot, lastValidHeight: height + 2n * Svm.validBlocks }
}

/** @throws AppError unavailable when one that is listed cannot be read: it may be the one. */
async function findAmong(network: Caip2, signed: Signed, listed: readonly string[]): Promise<string | undefined> {
  const wanted = wantedOf(signed)
  let reads = 0
  for (const signature of listed) {
    if (!digests.has(signature) && reads++ === readsMax)
      throw new AppError('unavailable', `${signed.source} has more transactions than one look reads.`)
    const digest = await readDigest(network, signature)
    if (digest === undefined)
      throw new AppError('unavailable', `${network} does not show the transaction ${signature} yet.`)
    if (digest === wanted) return signature
  }
  return undefined
}

async function tell(payment: Payment.Payment, signed: Signed, hash: string): Promise<TransferFinding> {
  const effects = await Svm.readEffects(payment.network, hash)
  if (!effects) throw new AppError('unavailable', `${payment.network} does not show the transaction ${hash} any more.`)
  return findSvmTransfer(payment, signed, { hash, blockNumber: effects.slot })
}

/** Of messages that ran, by signature: they never change, and a payment that is waited for asks many times a second. */
const digests = new Map<string, string>()
const digestsMax = 20_000

/** Undefined while the cluster shows no such transaction. */
async function readDigest(network: Caip2, signature: string): Promise<string | undefined> {
  const known = digests.get(signature)
  if (known !== undefined) return known
  const effects = await Svm.readEffects(network, signature)
  if (!effects) return undefined
  const digest = digestOf(effects.message)
  digests.set(signature, digest)
  const [oldest] = digests.keys()
  if (digests.size > digestsMax && oldest !== undefined) digests.delete(oldest)
  return digest
}

function wantedOf({ bytes }: Signed): string {
  return digestOf(Svm.SvmPayment.messageOf(Buffer.from(bytes.slice(2), 'hex').toString('base64')))
}

function digestOf(message: Uint8Array): string {
  return createHash('sha256').update(message).digest('base64')
}

function sinceMs(ageMs: number): number {
  return Date.now() - ageMs - beforeMs
}
