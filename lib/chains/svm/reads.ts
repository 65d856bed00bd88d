import type { Caip2 } from '@/lib/money'
import { RpcError, TransportError } from '../pool/call-rpc'
import * as Ata from './Ata'
import * as Ed25519 from './Ed25519'
import { readEach } from '../pool/read-agreed'
import { orderedUrls, readRpc } from '../pool/read-rpc'

/** What is asked of a Solana cluster. All of it goes through the pool: the best endpoint, the next one when it fails. */

/** Where a signature stands. */
export type SignatureStatus = {
  slot: bigint
  /** What made it fail, as the node writes it; null when it ran. */
  err: unknown
  level: 'processed' | 'confirmed' | 'finalized'
}

type Told = { slot: number; err: unknown; confirmationStatus: SignatureStatus['level'] | null } | null
type InContext<Value> = { context: { slot: number }; value: Value }

/** Of each signature, in their order; undefined for one that the node does not know. At most 256. @throws RpcError | TransportError */
export async function readStatuses(
  network: Caip2,
  signatures: readonly string[],
): Promise<(SignatureStatus | undefined)[]> {
  const params = [signatures, { searchTransactionHistory: true }]
  const { value } = await readRpc<InContext<Told[]>>(network, 'getSignatureStatuses', params)
  return value.map((told) => (told ? toStatus(told) : undefined))
}

function toStatus({ slot, err, confirmationStatus }: NonNullable<Told>): SignatureStatus {
  return { slot: BigInt(slot), err: err ?? null, level: confirmationStatus ?? 'finalized' }
}

type Head = { absoluteSlot: number; blockHeight: number }

/**
 * The newest finalized block that two endpoints have, or the only one; undefined when too few answer. One that is ahead of the
 * others, or lies, is not believed alone.
 */
export async function readFinalHead(network: Caip2): Promise<Head | undefined> {
  const heads = await askAll<Head>(network, 'getEpochInfo', [{ commitment: 'finalized' }])
  const [first, second] = heads.toSorted((one, other) => other.blockHeight - one.blockHeight)
  return isLone(network) ? first : second
}

/**
 * Whether everyone who is asked denies to know a signature, as of `slot` or later: two endpoints at least, or the only one twice.
 * @throws RpcError | TransportError when the cluster cannot be read.
 */
export async function isUnknown(network: Caip2, signature: string, slot = 0): Promise<boolean> {
  const answers = [
    ...(await askForStatus(network, signature)),
    ...(isLone(network) ? await askForStatus(network, signature) : []),
  ]
  const denials = answers.filter(({ context, value }) => value[0] === null && context.slot >= slot)
  return denials.length >= 2 && denials.length === answers.length
}

/** The status of a finalized transaction, as two endpoints tell it alike, or the only one. Undefined when they do not. */
export async function readFinal(network: Caip2, signature: string): Promise<SignatureStatus | undefined> {
  const answers = await askForStatus(network, signature)
  const told = answers.flatMap(({ value: [one] }) => (one ? [toStatus(one)] : []))
  const finals = told.filter(({ level }) => level === 'finalized')
  const [first] = finals
  const agreeing = finals.filter(({ slot, err }) => slot === first?.slot && (err === null) === (first.err === null))
  return agreeing.length >= (isLone(network) ? 1 : 2) ? first : undefined
}

function askForStatus(network: Caip2, signature: string): Promise<InContext<Told[]>[]> {
  return askAll(network, 'getSignatureStatuses', [[signature], { searchTransactionHistory: true }])
}

const isLone = (network: Caip2) => orderedUrls(network).length === 1

async function askAll<Result>(network: Caip2, method: string, params: readonly unknown[]): Promise<Result[]> {
  const answers = await readEach<Result>(network, method, params)
  return answers.filter((answer): answer is Exclude<typeof answer, RpcError> => !(answer instanceof RpcError))
}

/**
 * The highest block and the highest slot that any endpoint has: what was signed before now can name no later one, however far behind
 * some of them are.
 * @throws RpcError | TransportError when too few answer.
 */
export async function readTop(network: Caip2): Promise<{ height: bigint; slot: bigint }> {
  const heads = await askAll<Head>(network, 'getEpochInfo', [{ commitment: 'processed' }])
  if (heads.length < (isLone(network) ? 1 : 2)) throw new TransportError(`too few endpoints of ${network} answer`)
  const top = (numbers: readonly number[]) => BigInt(Math.max(...numbers))
  return { height: top(heads.map((head) => head.blockHeight)), slot: top(heads.map((head) => head.absoluteSlot)) }
}

/** In a list of an account's transactions, newest first. Its time is in seconds; null when the node has forgotten it. */
type Listed = { signature: string; blockTime: number | null }

const isSince = ({ blockTime }: Listed, sinceMs: number) => blockTime === null || blockTime * 1000 >= sinceMs
/** What nodes list at most. */
const pageMax = 1_000
const pagesMax = 20

/** Signatures of the newest transactions since a time that name an account, newest first. @throws RpcError | TransportError */
export async function readSignatures(
  network: Caip2,
  account: string,
  sinceMs: number,
  limit: number,
): Promise<string[]> {
  const config = { limit, commitment: 'confirmed' }
  const listed = await readRpc<Listed[]>(network, 'getSignaturesForAddress', [account, config])
  return listed.filter((one) => isSince(one, sinceMs)).map(({ signature }) => signature)
}

/**
 * Signatures of every transaction since a time that names an account, up to a finalized slot at least, as everyone who is asked
 * lists them: two endpoints, or the only one. Undefined when too few can tell, one has forgotten what was since `firstSlot`, or there
 * are more than can be read.
 */
export async function readFinalSignatures(
  network: Caip2,
  account: string,
  { sinceMs, firstSlot, lastSlot: minContextSlot }: { sinceMs: number; firstSlot: bigint; lastSlot: number },
): Promise<string[] | undefined> {
  // A node that was started from a snapshot lists nothing from before, and does not say so.
  const kept = await askAll<number>(network, 'getFirstAvailableBlock', [])
  if (kept.length < (isLone(network) ? 1 : 2) || kept.some((first) => BigInt(first) > firstSlot)) return undefined
  const found = new Set<string>()
  let before: string | undefined
  for (let page = 0; page < pagesMax; page++) {
    const config = { limit: pageMax, commitment: 'finalized', minContextSlot, ...(before !== undefined && { before }) }
    const lists = await askAll<Listed[]>(network, 'getSignaturesForAddress', [account, config])
    if (lists.length < (isLone(network) ? 1 : 2)) return undefined
    // Whoever does not know where the page before ended may say nothing.
    if (before !== undefined && lists.some((list) => list.length === 0)) return undefined
    for (const list of lists) for (const one of list) if (isSince(one, sinceMs)) found.add(one.signature)
    const oldest = lists
      .map((list) => (list.length < pageMax ? undefined : list.at(-1)))
      .filter((one) => one !== undefined)
    const unfinished = oldest.filter((one) => isSince(one, sinceMs))
    if (unfinished.length === 0) return [...found]
    // The newest of where they stopped: no list goes on past what it has not told yet.
    before = unfinished.toSorted((one, other) => (other.blockTime ?? 0) - (one.blockTime ?? 0))[0]?.signature
  }
  return undefined
}

/** A new block's hash, and the last height at which it is valid. */
export async function readBlockhash(network: Caip2): Promise<{ blockhash: string; lastValidBlockHeight: bigint }> {
  const { value } = await readRpc<InContext<{ blockhash: string; lastValidBlockHeight: number }>>(
    network,
    'getLatestBlockhash',
    [{ commitment: 'confirmed' }],
  )
  return { blockhash: value.blockhash, lastValidBlockHeight: BigInt(value.lastValidBlockHeight) }
}

/** Lamports. */
export async function readLamports(network: Caip2, address: string): Promise<bigint> {
  const { value } = await readRpc<InContext<number>>(network, 'getBalance', [address, { commitment: 'confirmed' }])
  return BigInt(value)
}

const accountSizeMin = 165
const frozen = 2

/** What a token account holds; undefined where there is none. */
export type TokenHolding = { mint: string; owner: string; amountBase: bigint; isFrozen: boolean; program: string }

type Account = { data: [string, 'base64']; owner: string } | null

/** Of each address, in their order. @throws RpcError | TransportError */
export async function readHoldings(
  network: Caip2,
  addresses: readonly string[],
): Promise<(TokenHolding | undefined)[]> {
  const config = { encoding: 'base64', commitment: 'confirmed' }
  const { value } = await readRpc<InContext<Account[]>>(network, 'getMultipleAccounts', [addresses, config])
  return value.map((account) => {
    const data = account ? Buffer.from(account.data[0], 'base64') : undefined
    if (!account || !data || data.length < accountSizeMin) return undefined
    return {
      mint: Ed25519.toBase58(data.subarray(0, 32)),
      owner: Ed25519.toBase58(data.subarray(32, 64)),
      amountBase: data.readBigUInt64LE(64),
      isFrozen: data[108] === frozen,
      program: account.owner,
    }
  })
}

/** What an owner holds of a token as of the newest finalized slot; nothing where it has no account. */
export async function readFinalBalance(
  network: Caip2,
  owner: string,
  mint: string,
): Promise<{ slot: bigint; amountBase: bigint }> {
  const config = { encoding: 'base64', commitment: 'finalized' }
  const params = [Ata.of(owner, mint), config]
  const { context, value } = await readRpc<InContext<Account>>(network, 'getAccountInfo', params)
  const data = value ? Buffer.from(value.data[0], 'base64') : undefined
  const amountBase = data && data.length >= accountSizeMin ? data.readBigUInt64LE(64) : 0n
  return { slot: BigInt(context.slot), amountBase }
}

export type SvmSimulation = { err: unknown; logs: readonly string[] | null; unitsConsumed?: number }

/** Runs it on the newest state without its signatures. @param isStale Its blockhash may be any: it is replaced. */
export async function simulate(network: Caip2, bytes: Uint8Array, isStale = false): Promise<SvmSimulation> {
  const config = {
    encoding: 'base64',
    commitment: 'processed',
    sigVerify: false,
    ...(isStale && { replaceRecentBlockhash: true }),
  }
  const params = [Buffer.from(bytes).toString('base64'), config]
  return (await readRpc<InContext<SvmSimulation>>(network, 'simulateTransaction', params)).value
}

/** What a transaction did, once its block is voted on. */
export type SvmEffects = {
  slot: bigint
  err: unknown
  feeLamports: bigint
  units: bigint
  logs: readonly string[] | null
  /** What its signers signed. */
  message: Uint8Array
  /** How much more a token account holds than before; negative when less. */
  changes: readonly { account: string; accountIndex: number; mint: string; changeBase: bigint }[]
}
