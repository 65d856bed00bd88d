import { createHash } from 'node:crypto'
import {
  getCompiledTransactionMessageDecoder,
  getCompiledTransactionMessageEncoder,
  getTransactionDecoder,
  type CompiledTransactionMessage,
} from '@solana/kit'
import * as Ed25519 from './Ed25519'
import {
  computeBudgetProgram,
  lighthouseAssertions,
  lighthouseProgram,
  memoProgram,
  microLamports,
  setComputeUnitLimit,
  setComputeUnitPrice,
  tokenProgram,
  transferChecked,
} from './programs'

/**
 * The transaction of an agent that pays by `exact` on Solana: the agent signs it, then our fee payer. Our signature
 * covers everything in it, so it may contain nothing that the scheme does not name. Pure. Source: x402
 * specs/schemes/exact/scheme_exact_svm.md
 */
export type SvmPayment = {
  /** The message that both sign. */
  message: Uint8Array
  /** SHA-256 of the message, hex: the payment's identity, independent of signatures. */
  digest: string
  /** The payer's. */
  signature: Uint8Array
  feePayer: string
  /** The owner of the tokens. */
  payer: string
  /** Token accounts. */
  source: string
  destination: string
  mint: string
  amountBase: bigint
  decimals: number
  /** Hash of a recent block; the transaction can run for about a minute after it. */
  blockhash: string
  units: number
  /** Micro-lamports for each unit. */
  unitPrice: bigint
  /** The data of each Memo instruction, in their order. */
  memos: readonly Uint8Array[]
}

/** What is wrong with the transaction, in words; `reason` is x402's code for it. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError'
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Solana's own limit. */
const bytesMax = 1_232
/** A transfer with a memo takes about 20,000 units; wallets that add assertions, some more. */
const unitsMax = 200_000
/** The scheme's limit: 5 lamports a unit. */
const unitPriceMax = 5_000_000n
/** Most that the payer's price may cost us, beside the base fee. */
const priorityLamportsMax = 100_000n
const instructionsMin = 3
const instructionsMax = 7
/** Phantom puts three before the transfer and one after it. */
const guardsMax = 4
/** The fee payer's and the payer's. */
const signersWanted = 2

const transactions = getTransactionDecoder()
const messages = { read: getCompiledTransactionMessageDecoder(), write: getCompiledTransactionMessageEncoder() }

/**
 * Reads the bytes and checks the scheme's layout: limit and price of compute units, one TransferChecked, up to four
 * memos, and a fee payer that only pays the fee. Up to four wallet assertions (Lighthouse), anywhere, are allowed: they
 * stop the transaction or do nothing. Checks the signature, but neither terms nor chain.
 * @throws LayoutError
 */
export function read(base64: string): SvmPayment {
  const { message, compiled, signatures } = decode(base64)
  const { staticAccounts, header, instructions } = compiled
  const accountAt = (index: number | undefined): string => {
    const account = index === undefined ? undefined : staticAccounts[index]
    if (account === undefined) throw new LayoutError('transaction', 'names an account that it does not have')
    return account
  }
  if (header.numSignerAccounts !== signersWanted)
    throw new LayoutError('signers', 'must be signed by the payer and the fee payer only')
  const all = instructions.map(({ programAddressIndex, accountIndices = [], data = new Uint8Array() }, at) => ({
    at,
    program: accountAt(programAddressIndex),
    accounts: accountIndices.map(accountAt),
    data: Uint8Array.from(data),
  }))
  const feePayer = accountAt(0)
  assertIsolated(all, feePayer)
  const steps = withoutGuards(all)
  const [limit, price, transfer, ...rest] = steps
  const budget = readBudget(limit, price)
  const moved = readTransfer(transfer)
  assertHarmless(rest)
  const payer = accountAt(1)
  if (moved.payer !== payer) throw new LayoutError('signers', 'is not signed by the owner of the tokens')
  const signature = signatures[1]
  if (!signature || !Ed25519.isSignedBy(payer, message, signature))
    throw new LayoutError('signature', 'is not signed by the owner of the tokens')
  const digest = createHash('sha256').update(message).digest('hex')
  const memos = rest.map(({ data }) => data)
  return { message, digest, signature, feePayer, ...moved, ...budget, memos, blockhash: compiled.lifetimeToken }
}

type Compiled = Pick<CompiledTransactionMessage, 'staticAccounts' | 'header'> & {
  lifetimeToken: string
  instructions: readonly {
    programAddressIndex: number
    accountIndices?: readonly number[]
    data?: Readonly<ArrayLike<number>>
  }[]
}
type Decoded = { message: Uint8Array; compiled: Compiled; signatures: readonly (Uint8Array | null)[] }

function decode(base64: string): Decoded {
  const bytes = Buffer.from(base64, 'base64')
  // The base64 must be canonical, with nothing after the bytes.
  if (bytes.length > bytesMax || bytes.toString('base64') !== base64)
    throw new LayoutError('transaction', `is not base64 of at most ${bytesMax} bytes`)
  let decoded: Decoded
  try {
    const { messageBytes, signatures } = transactions.decode(bytes)
    const compiled = messages.read.decode(messageBytes)
    const message = Uint8Array.from(messageBytes)
    if (!Buffer.from(Uint8Array.from(messages.write.encode(compiled))).equals(message))
      throw new TypeError('not canonical')
    decoded = { message, compiled, signatures: Object.values(signatures) }
    if ('addressTableLookups' in compiled && (compiled.addressTableLookups?.length ?? 0) > 0)
      throw new LayoutError('lookup_tables', 'uses address lookup tables')
  } catch (error) {
    if (error instanceof LayoutError) throw error
    throw new LayoutError('transaction', 'is no Solana transaction')
  }
  return decoded
}

/** The accounts of a transaction, in order. */
export function accountsOf(base64: string): readonly string[] {
  return messages.read.decode(transactions.decode(Buffer.from(base64, 'base64')).messageBytes).staticAccounts
}

/** `at`: its index among all instructions. */
type Step = { at: number; program: string; accounts: readonly string[]; data: Uint8Array }

/**
 * Our signature covers every instruction that names the fee payer, whatever its purpose. Wallet assertions may read it,
 * as they read every account whose lamports change.
 */
function assertIsolated(steps: readonly Step[], feePayer: string): void {
  const { first, last } = lighthouseAssertions
  const isReading = ({ program, data: [kind = -1] }: Step) =>
    program === lighthouseProgram && kind >= first && kind <= last
  if (steps.some((step) => step.program === feePayer || (step.accounts.includes(feePayer) && !isReading(step))))
    throw new LayoutError('fee_payer_in_instruction', 'uses the fee payer in an instruction')
}

function withoutGuards(all: readonly Step[]): readonly Step[] {
  const steps = all.filter(({ program }) => program !== lighthouseProgram)
  const guards = all.length - steps.length
  if (guards > guardsMax)
    throw new LayoutError('instructions_length', `has ${guards} assertions of wallets, more than ${guardsMax}`)
  if (steps.length < instructionsMin || steps.length > instructionsMax)
    throw new LayoutError(
      'instructions_length',
      `has ${steps.length} instructions besides wallets’ assertions, not ${instructionsMin} to ${instructionsMax}`,
    )
  return steps
}

function readBudget(limit: Step | undefined, price: Step | undefined): { units: number; unitPrice: bigint } {
  const [limitData, priceData] = [dataOf(limit, setComputeUnitLimit, 5), dataOf(price, setComputeUnitPrice, 9)]
  if (!limitData)
    throw new LayoutError('compute_limit_instruction', 'does not begin by setting its limit of compute units')
  if (!priceData) throw new LayoutError('compute_price_instruction', 'does not set the price of compute units second')
  const units = limitData.getUint32(1, true)
  const unitPrice = priceData.getBigUint64(1, true)
  if (units > unitsMax)
    throw new LayoutError(
      'compute_limit_instruction_too_high',
      `asks for ${units} compute units, more than ${unitsMax}`,
    )
  if (unitPrice > unitPriceMax || BigInt(units) * unitPrice > priorityLamportsMax * microLamports)
    throw new LayoutError('compute_price_instruction_too_high', 'offers a price for its compute units that is too high')
  return { units, unitPrice }
}

/** The data of a compute budget instruction, which takes no accounts. */
function dataOf(step: Step | undefined, kind: number, size: number): DataView | undefined {
  if (step?.program !== computeBudgetProgram || step.accounts.length > 0) return undefined
  if (step.data.length !== size || step.data[0] !== kind) return undefined
  return new DataView(step.data.buffer, step.data.byteOffset)
}

function readTransfer(step: Step | undefined) {
  const [source, mint, destination, payer, ...more] = step?.accounts ?? []
  const isTransfer = step?.program === tokenProgram && step.data.length === 10 && step.data[0] === transferChecked
  // More accounts would be the signers of a multisig.
  if (!isTransfer || !source || !mint || !destination || !payer || more.length > 0)
    throw new LayoutError(
      'no_transfer_instruction',
      'has no TransferChecked of the token program as its third instruction',
    )
  const view = new DataView(step.data.buffer, step.data.byteOffset)
  return { source, mint, destination, payer, amountBase: view.getBigUint64(1, true), decimals: view.getUint8(9) }
}

function assertHarmless(steps: readonly Step[]): void {
  const other = steps.find(({ program }) => program !== memoProgram)
  if (!other) return
  const place = ['fourth', 'fifth', 'sixth', 'seventh'][other.at - 3] ?? 'optional'
  throw new LayoutError(`unknown_${place}_instruction`, `calls ${other.program} in its instruction ${other.at + 1}`)
}

/** The bytes to send, after the fee payer has signed. */
export function seal(
  feePayerSignature: Uint8Array,
  { signature, message }: Pick<SvmPayment, 'signature' | 'message'>,
): Buffer {
  return Buffer.concat([Uint8Array.of(signersWanted), feePayerSignature, signature, message])
}

/** The signed message of a transaction. @throws Error if the bytes are no transaction. */
export function messageOf(base64: string): Uint8Array {
  return Uint8Array.from(transactions.decode(Buffer.from(base64, 'base64')).messageBytes)
}
