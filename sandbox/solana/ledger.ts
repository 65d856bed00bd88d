import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import {
  address as toAddress,
  getBase58Decoder,
  getCompiledTransactionMessageDecoder,
  getTransactionDecoder,
  type EncodedAccount,
  type MaybeEncodedAccount,
  type Transaction,
} from '@solana/kit'
import { FailedTransactionMetadata, LiteSVM } from 'litesvm'
import { writeWhole } from '../chain-state'
import { tokenBalances, type TokenBalance } from './balances'

/** One transaction that ran. */
export type Entry = {
  slot: number
  timeMs: number
  /** Base64 of its bytes. */
  transaction: string
  err: unknown
  feeLamports: number
  logs: string[]
  unitsConsumed: number
  pre: { lamports: number[]; tokens: TokenBalance[] }
  post: { lamports: number[]; tokens: TokenBalance[] }
}

export type Simulated = { err: unknown; logs: string[]; unitsConsumed: number; message: string }
export type Commitment = 'processed' | 'confirmed' | 'finalized'

export type LedgerOptions = {
  slotMs: number
  /** Slots behind the newest one that count as finalized. */
  finalSlots: number
  /** Folder that keeps it between runs. Without it everything is forgotten. */
  stateDir?: string
}

type Book = { slot: number; hashes: [number, string][]; entries: [string, Entry][] }

/** Blocks for which a transaction that names a block's hash may run. */
const validBlocks = 150
const confirmedSlots = 1
const entriesMax = 10_000
const saveMs = 500
const signatureLamports = 5_000
const computeBudget = 'ComputeBudget111111111111111111111111111111'
const decoder = getTransactionDecoder()
const messages = getCompiledTransactionMessageDecoder()
const base58 = getBase58Decoder()

export type Ledger = ReturnType<typeof openLedger>

/**
 * LiteSVM with what a cluster has and it lacks: slots that pass, blockhashes that expire, transactions that wait for the next slot,
 * and statuses. Every slot has a block, so slot and block height are one number.
 */
export function openLedger({ slotMs, finalSlots, stateDir }: LedgerOptions) {
  const files = stateDir && { svm: path.join(stateDir, 'svm.bin'), book: path.join(stateDir, 'book.json') }
  const svm = files && existsSync(files.svm) ? LiteSVM.loadFromFile(files.svm) : new LiteSVM()
  svm.withBlockhashCheck(false).withTransactionHistory(BigInt(entriesMax))
  const book: Book =
    files && existsSync(files.book)
      ? (JSON.parse(readFileSync(files.book, 'utf8')) as Book)
      : { slot: 1, hashes: [[1, newHash()]], entries: [] }
  let { slot, hashes } = book
  const entries = new Map(book.entries)
  const pending = new Map<string, Transaction>()
  let toDrop = 0
  let isHeld = false
  let isChanged = false

  const signatureOf = (transaction: Transaction) =>
    base58.decode(Object.values(transaction.signatures)[0] ?? new Uint8Array(64))
  const lifetimeOf = (transaction: Transaction) => messages.decode(transaction.messageBytes).lifetimeToken
  const isFresh = (hash: string) => hashes.some(([at, known]) => known === hash && slot <= at + validBlocks)
  const slotAt = (commitment: Commitment) =>
    Math.max(1, slot - { processed: 0, confirmed: confirmedSlots, finalized: finalSlots }[commitment])

  const run = (signature: string, transaction: Transaction) => {
    if (entries.has(signature) || !isFresh(lifetimeOf(transaction))) return
    const { staticAccounts } = messages.decode(transaction.messageBytes)
    const read = () => ({
      lamports: staticAccounts.map((one) => Number(svm.getBalance(one) ?? 0n)),
      tokens: tokenBalances(svm, staticAccounts),
    })
    const pre = read()
    const result = svm.withSigverify(true).sendTransaction(transaction)
    const isFailed = result instanceof FailedTransactionMetadata
    const err = isFailed ? errorOf(result) : null
    // A transaction that fails before its first instruction is in no block.
    if (isFailed && !isInstructionError(err)) return
    const meta = isFailed ? result.meta() : result
    const post = read()
    entries.set(signature, {
      slot,
      timeMs: Date.now(),
      transaction: Buffer.from(bytesOf(transaction)).toString('base64'),
      err,
      feeLamports: feeOf(transaction),
      logs: meta.logs(),
      unitsConsumed: Number(meta.computeUnitsConsumed()),
      pre,
      post,
    })
    const [oldest] = entries.keys()
    if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest)
    isChanged = true
  }

  const advance = (slots: number) => {
    for (let passed = 0; passed < slots; passed++) {
      slot++
      hashes.push([slot, newHash()])
      for (const [signature, transaction] of pending) run(signature, transaction)
      pending.clear()
    }
    hashes = hashes.slice(-2 * validBlocks)
    svm.warpToSlot(BigInt(slot))
  }

  const save = () => {
    if (!files) return
    mkdirSync(path.dirname(files.svm), { recursive: true })
    svm.saveToFile(`${files.svm}.next`)
    renameSync(`${files.svm}.next`, files.svm)
    writeWhole(files.book, JSON.stringify({ slot, hashes, entries: [...entries] } satisfies Book))
    isChanged = false
  }

  svm.warpToSlot(BigInt(slot))
  const clock = setInterval(() => !isHeld && advance(1), slotMs)
  const saver = setInterval(() => isChanged && save(), saveMs)

  return {
    slotAt,
    isFresh,
    lifetimeOf,
    advance,
    hold: (held: boolean) => void (isHeld = held),
    dropNext: (count: number) => void (toDrop = count),
    /** The hash of the newest block of that commitment, and the last height at which it is valid. */
    latestBlockhash(commitment: Commitment) {
      const at = slotAt(commitment)
      const [height, blockhash] = hashes.findLast(([one]) => one <= at) ?? hashes[0] ?? [1, '']
      return { blockhash, lastValidBlockHeight: height + validBlocks }
    },
    account: (text: string): MaybeEncodedAccount => svm.getAccount(toAddress(text)),
    lamports: (text: string) => svm.getBalance(toAddress(text)) ?? 0n,
    rentOf: (size: bigint) => svm.minimumBalanceForRentExemption(size),
    entry: (signature: string) => entries.get(signature),
    /** Transactions that used an account, up to a slot, newest first. */
    entriesOf: (account: string, lastSlot: number) =>
      [...entries]
        .filter(([, { slot: at, transaction }]) => {
          const { messageBytes } = decode(transaction)
          return at <= lastSlot && messages.decode(messageBytes).staticAccounts.includes(toAddress(account))
        })
        .toReversed(),
    /** Puts it into the line for the next slot; one that is to be dropped is forgotten at once. */
    send(transaction: Transaction): string {
      const signature = signatureOf(transaction)
      if (toDrop > 0) toDrop--
      else pending.set(signature, transaction)
      return signature
    },
    simulate(transaction: Transaction, sigVerify: boolean): Simulated {
      const isSigned = Object.values(transaction.signatures).every((signature) => signature !== null)
      if (sigVerify && !isSigned) return { err: 'SignatureFailure', logs: [], unitsConsumed: 0, message: '' }
      const result = svm.withSigverify(sigVerify).simulateTransaction(withAllSlots(transaction))
      const isFailed = result instanceof FailedTransactionMetadata
      const meta = result.meta()
      const err = isFailed ? errorOf(result) : null
      const message = isFailed ? describe(err) : ''
      return { err, logs: meta.logs(), unitsConsumed: Number(meta.computeUnitsConsumed()), message }
    },
    /** Past all the rules: for setting up balances. */
    put(account: EncodedAccount) {
      svm.setAccount(account)
      isChanged = true
    },
    close() {
      clearInterval(clock)
      clearInterval(saver)
      save()
    },
  }
}

/** Reads a transaction's bytes. @throws Error when they are none. */
export function decode(base64: string): Transaction {
  return decoder.decode(Buffer.from(base64, 'base64'))
}

function bytesOf({ signatures, messageBytes }: Transaction): Uint8Array {
  const slots = Object.values(signatures).map((signature) => signature ?? new Uint8Array(64))
  return Buffer.concat([Uint8Array.of(slots.length), ...slots, Uint8Array.from(messageBytes)])
}

/** 5000 lamports a signature, and the price of the compute units that it may use. */
function feeOf({ messageBytes, signatures }: Transaction): number {
  const { staticAccounts, instructions } = messages.decode(messageBytes)
  let units = 0n
  let price = 0n
  for (const { programAddressIndex, data } of instructions) {
    if (!data || staticAccounts[programAddressIndex] !== computeBudget) continue
    const view = new DataView(data.buffer, data.byteOffset)
    if (data[0] === 2) units = BigInt(view.getUint32(1, true))
    if (data[0] === 3) price = view.getBigUint64(1, true)
  }
  return Object.keys(signatures).length * signatureLamports + Number((units * price + 999_999n) / 1_000_000n)
}

/** A signature that is missing is 64 zeros in the bytes; LiteSVM wants them there. */
function withAllSlots(transaction: Transaction): Transaction {
  const signatures = Object.entries(transaction.signatures).map(([at, one]) => [at, one ?? new Uint8Array(64)])
  return { ...transaction, signatures: Object.fromEntries(signatures) as Transaction['signatures'] }
}

function newHash(): string {
  return base58.decode(createHash('sha256').update(randomBytes(32)).digest())
}

/** As nodes write it: "AlreadyProcessed", { InstructionError: [2, { Custom: 1 }] }. LiteSVM has it in words only. */
function errorOf(failed: FailedTransactionMetadata): unknown {
  const [, name = 'Unknown', index, kind, code] =
    /err: (\w+)(?:\((\d+), (\w+)(?:\((\d+)\))?)?/.exec(failed.toString()) ?? []
  if (index === undefined) return name
  return { [name]: [Number(index), code === undefined ? kind : { [String(kind)]: Number(code) }] }
}

function isInstructionError(err: unknown): boolean {
  return typeof err === 'object' && err !== null && 'InstructionError' in err
}

function describe(err: unknown): string {
  return typeof err === 'string' ? err : JSON.stringify(err)
}
