import {
  address as toAddress,
  getAddressEncoder,
  getProgramDerivedAddress,
  lamports,
  type Address,
  type EncodedAccount,
  type MaybeEncodedAccount,
  type Transaction,
} from '@solana/kit'
import { accountSize, readHolding, tokenProgram, toUi } from './balances'
import { decode, type Commitment, type Ledger } from './ledger'

/** Solana's devnet: clients know the cluster and its USDC without configuration. */
export const solanaNetwork = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
/** USDC on devnet. */
export const solanaUsdc = '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU'
const genesisHash = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'
const decimals = 6
const rentLamports = lamports(10_000_000n)
const associatedProgram = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL' as Address
const statusesMax = 256
const signaturesMax = 1_000

/** A node's error. */
export class Refusal extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

type Params = readonly unknown[]
type Config = {
  commitment?: Commitment
  encoding?: string
  sigVerify?: boolean
  skipPreflight?: boolean
  replaceRecentBlockhash?: boolean
  minContextSlot?: number
}
type Method = (params: Params) => unknown

/** Puts down the mint of USDC, once. */
export function putMint(ledger: Ledger): void {
  if (ledger.account(solanaUsdc).exists) return
  const data = new Uint8Array(82)
  new DataView(data.buffer).setBigUint64(36, 10n ** 18n, true)
  data[44] = decimals
  data[45] = 1
  put(ledger, toAddress(solanaUsdc), data)
}

/** The methods of a node that clients and Sluice use, and `sandbox_…` for tests. */
export function methodsOf(ledger: Ledger): Record<string, Method> {
  return { ...reads(ledger), ...transactions(ledger), ...controls(ledger) }
}

function reads(ledger: Ledger): Record<string, Method> {
  const inContext = (params: Params, value: unknown) => ({
    context: { apiVersion: '3.0.0', slot: slotOf(ledger, params) },
    value,
  })
  const at = (params: Params) => slotOf(ledger, params)
  return {
    getHealth: () => 'ok',
    getVersion: () => ({ 'solana-core': '3.0.0', 'feature-set': 0 }),
    getGenesisHash: () => genesisHash,
    getSlot: at,
    getBlockHeight: at,
    getFirstAvailableBlock: () => 0,
    getEpochInfo: (params) => ({
      absoluteSlot: at(params),
      blockHeight: at(params),
      epoch: 0,
      slotIndex: at(params),
      slotsInEpoch: 432_000,
    }),
    getLatestBlockhash: (params) => inContext(params, ledger.latestBlockhash(commitmentOf(params))),
    getBalance: (params) => inContext(params, Number(ledger.lamports(address(params[0])))),
    getMinimumBalanceForRentExemption: (params) => Number(ledger.rentOf(BigInt(Number(params[0])))),
    getAccountInfo: (params) => inContext(params, view(ledger.account(address(params[0])))),
    getMultipleAccounts: (params) =>
      inContext(
        params,
        (params[0] as string[]).map((one) => view(ledger.account(address(one)))),
      ),
    getTokenAccountBalance: (params) => {
      const account = ledger.account(address(params[0]))
      const held = account.exists ? readHolding(account) : undefined
      if (!held) throw new Refusal(-32602, 'Invalid param: could not find account')
      const uiAmountString = toUi(held.amountBase, decimals)
      return inContext(params, {
        amount: held.amountBase.toString(),
        decimals,
        uiAmount: Number(uiAmountString),
        uiAmountString,
      })
    },
    getRecentPrioritizationFees: () => [{ slot: ledger.slotAt('processed'), prioritizationFee: 0 }],
  }
}

function transactions(ledger: Ledger): Record<string, Method> {
  const context = () => ({ apiVersion: '3.0.0', slot: ledger.slotAt('processed') })
  const statusOf = (signature: string) => {
    const entry = ledger.entry(signature)
    if (!entry) return null
    const confirmations = ledger.slotAt('processed') - entry.slot
    const isFinal = entry.slot <= ledger.slotAt('finalized')
    const confirmationStatus = isFinal
      ? 'finalized'
      : entry.slot <= ledger.slotAt('confirmed')
        ? 'confirmed'
        : 'processed'
    const status = entry.err === null ? { Ok: null } : { Err: entry.err }
    return {
      slot: entry.slot,
      confirmations: isFinal ? null : confirmations,
      err: entry.err,
      status,
      confirmationStatus,
    }
  }
  return {
    sendTransaction: ([bytes, config]) => {
      const transaction = parse(bytes)
      // Without preflight a node takes everything that is signed.
      const checked = ledger.simulate(transaction, true)
      if (checked.err === 'SignatureFailure') throw new Refusal(-32003, 'Transaction signature verification failure')
      const isSkipped = (config as Config | undefined)?.skipPreflight === true
      if (!isSkipped && !ledger.isFresh(ledger.lifetimeOf(transaction)))
        throw preflight('Blockhash not found', { ...checked, err: 'BlockhashNotFound' })
      if (!isSkipped && checked.err === 'AlreadyProcessed')
        throw preflight('This transaction has already been processed', checked)
      if (!isSkipped && checked.err !== null) throw preflight(checked.message, checked)
      return ledger.send(transaction)
    },
    simulateTransaction: ([bytes, given]) => {
      const config = (given ?? {}) as Config
      const transaction = parse(bytes)
      const isStale = !config.replaceRecentBlockhash && !ledger.isFresh(ledger.lifetimeOf(transaction))
      const { err, logs, unitsConsumed } = ledger.simulate(transaction, config.sigVerify === true)
      const value = isStale ? { err: 'BlockhashNotFound', logs: [], unitsConsumed: 0 } : { err, logs, unitsConsumed }
      return { context: context(), value: { ...value, accounts: null, returnData: null, innerInstructions: null } }
    },
    getSignatureStatuses: ([signatures]) => {
      const asked = signatures as string[]
      if (asked.length > statusesMax) throw new Refusal(-32602, `Too many inputs provided; max ${statusesMax}`)
      return { context: context(), value: asked.map(statusOf) }
    },
    getSignaturesForAddress: (params) => {
      const { limit = signaturesMax, before } = (params[1] ?? {}) as { limit?: number; before?: string }
      if (limit < 1 || limit > signaturesMax) throw new Refusal(-32602, `Invalid limit; max ${signaturesMax}`)
      const all = ledger.entriesOf(address(params[0]), slotOf(ledger, params))
      const from = before === undefined ? 0 : all.findIndex(([signature]) => signature === before) + 1
      return all.slice(from, from + limit).map(([signature, { slot, err, timeMs }]) => ({
        signature,
        slot,
        err,
        memo: null,
        blockTime: Math.floor(timeMs / 1000),
      }))
    },
    getTransaction: (params) => {
      const entry = ledger.entry(String(params[0]))
      const commitment = commitmentOf(params)
      if (commitment === 'processed') throw new Refusal(-32602, 'Method does not support commitment below `confirmed`')
      if (!entry || entry.slot > ledger.slotAt(commitment)) return null
      const { slot, timeMs, transaction, err, feeLamports, logs, unitsConsumed, pre, post } = entry
      const meta = {
        err,
        status: err === null ? { Ok: null } : { Err: err },
        fee: feeLamports,
        preBalances: pre.lamports,
        postBalances: post.lamports,
        preTokenBalances: pre.tokens,
        postTokenBalances: post.tokens,
        logMessages: logs,
        computeUnitsConsumed: unitsConsumed,
        innerInstructions: [],
        rewards: [],
        loadedAddresses: { writable: [], readonly: [] },
      }
      return { slot, blockTime: Math.floor(timeMs / 1000), transaction: [transaction, 'base64'], meta, version: 0 }
    },
  }
}

/** Methods that no real cluster has: balances, faults, and time. */
function controls(ledger: Ledger): Record<string, Method> {
  return {
    /** { owner, lamports?, tokensBase? }: has at least that many afterwards; decimal strings. */
    sandbox_fund: async ([asked]) => {
      const { owner, lamports: wanted, tokensBase } = asked as { owner: string; lamports?: string; tokensBase?: string }
      if (wanted !== undefined && ledger.lamports(address(owner)) < BigInt(wanted))
        putLamports(ledger, address(owner), BigInt(wanted))
      if (tokensBase !== undefined) await putTokens(ledger, address(owner), BigInt(tokensBase))
      return true
    },
    /** The next `count` transactions are taken and never run. */
    sandbox_drop: ([count]) => ledger.dropNext(Number(count)),
    /** That many slots pass at once. */
    sandbox_advance: ([slots]) => ledger.advance(Number(slots)),
    /** No slot passes until it is called with false. */
    sandbox_hold: ([held]) => ledger.hold(held === true),
  }
}

/** Where an owner's USDC is. */
export async function associatedAccount(owner: string): Promise<Address> {
  const encode = getAddressEncoder().encode
  const seeds = [encode(toAddress(owner)), encode(tokenProgram), encode(toAddress(solanaUsdc))]
  const [derived] = await getProgramDerivedAddress({ programAddress: associatedProgram, seeds })
  return derived
}

async function putTokens(ledger: Ledger, owner: Address, minBase: bigint): Promise<void> {
  const at = await associatedAccount(owner)
  const known = ledger.account(at)
  const held = known.exists ? readHolding(known) : undefined
  if (held && held.amountBase >= minBase) return
  const encode = getAddressEncoder().encode
  const data = new Uint8Array(accountSize)
  data.set(encode(toAddress(solanaUsdc)), 0)
  data.set(encode(owner), 32)
  new DataView(data.buffer).setBigUint64(64, minBase, true)
  // Initialized, and nothing else.
  data[108] = 1
  put(ledger, at, data)
}

function putLamports(ledger: Ledger, owner: Address, amount: bigint): void {
  const system = '11111111111111111111111111111111' as Address
  ledger.put({
    address: owner,
    data: new Uint8Array(),
    programAddress: system,
    lamports: lamports(amount),
    executable: false,
    space: 0n,
  })
}

function put(ledger: Ledger, at: Address, data: Uint8Array): void {
  const account: EncodedAccount = {
    address: at,
    data,
    programAddress: tokenProgram,
    lamports: rentLamports,
    executable: false,
    space: BigInt(data.length),
  }
  ledger.put(account)
}

function view(account: MaybeEncodedAccount) {
  if (!account.exists) return null
  const { data, executable, lamports: held, programAddress, space } = account
  const base64 = Buffer.from(data).toString('base64')
  return {
    data: [base64, 'base64'],
    executable,
    lamports: Number(held),
    owner: programAddress,
    rentEpoch: 0,
    space: Number(space),
  }
}

function commitmentOf(params: Params): Commitment {
  return configOf(params).commitment ?? 'finalized'
}

/** The newest slot of the commitment that is asked for. A node that has not reached the slot that is wanted says so. */
function slotOf(ledger: Ledger, params: Params): number {
  const slot = ledger.slotAt(commitmentOf(params))
  if (slot < (configOf(params).minContextSlot ?? 0))
    throw new Refusal(-32016, 'Minimum context slot has not been reached', { contextSlot: slot })
  return slot
}

/** The last parameter, where clients put their options. */
function configOf(params: Params): Config {
  const config = params.at(-1)
  return typeof config === 'object' && config !== null ? (config as Config) : {}
}

function address(given: unknown): Address {
  try {
    return toAddress(String(given))
  } catch {
    throw new Refusal(-32602, 'Invalid param: Invalid')
  }
}

function parse(bytes: unknown): Transaction {
  try {
    return decode(String(bytes))
  } catch {
    throw new Refusal(-32602, 'failed to deserialize the transaction')
  }
}

function preflight(
  message: string,
  { err, logs, unitsConsumed }: { err: unknown; logs: string[]; unitsConsumed: number },
): Refusal {
  return new Refusal(-32002, `Transaction simulation failed: ${message}`, { err, logs, unitsConsumed, accounts: null })
}
