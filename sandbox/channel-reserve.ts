import { concat, decodeFunctionData, keccak256, maxUint256, numberToHex, pad, type Address, type Hex } from 'viem'
import { Abis, Addresses, Transaction } from 'viem/tempo'

// The help of the node that sandbox/contracts/ChannelReserve.sol needs, and a precompile does not.

/** TIP-1034's address, lower-case. */
export const channelReserve: Address = Addresses.tip20ChannelReserve

/** A word of a contract's storage. */
export type Write = { address: Address; slot: Hex; value: Hex }

/** A call as it will run. */
type Call = { from: Address; to: Address; data: Hex }

/** `expiringNonceHashes` in ChannelReserve.sol. */
const hashesSlot = numberToHex(1, { size: 32 })
/** `allowances`, owner and then spender, in anvil's TIP-20 tokens. */
const allowancesSlot = numberToHex(10, { size: 32 })
const tip20Prefix = '0x20c000000000000000000000'
const unlimited = numberToHex(maxUint256)
/** Either spelling of the address, which has one letter. */
const spellings = [channelReserve.slice(2), channelReserve.slice(2).toUpperCase()]

/** Whether a request can concern the reserve at all. Cheap. */
export function mentionsReserve(body: Buffer): boolean {
  return spellings.some((spelling) => body.includes(spelling))
}

/** Storage to write before a JSON-RPC request runs or simulates calls that open or top up channels. Pure. */
export function writesFor({ method, params }: { method?: unknown; params?: unknown }): readonly Write[] {
  if (typeof method !== 'string' || !method.startsWith('eth_sendRawTransaction'))
    return callsIn(params).flatMap(allowanceFor)
  const serialized: unknown = Array.isArray(params) ? params[0] : undefined
  return typeof serialized === 'string' ? writesForTransaction(serialized) : []
}

function writesForTransaction(serialized: string): readonly Write[] {
  const transaction = decode(serialized)
  const from = transaction?.from?.toLowerCase() as Address | undefined
  if (!transaction || !from) return []
  const hash = keccak256(concat([Transaction.z_TxEnvelopeTempo.encodeForSigning(transaction), from]))
  return transaction.calls.flatMap(({ to, data }) => {
    if (!to || !data) return []
    const call: Call = { from, to: to as Address, data }
    if (decodeCall(call)?.functionName !== 'open') return allowanceFor(call)
    const slot = slotIn(hashesSlot, keccak256(concat([from, data])))
    return [...allowanceFor(call), { address: channelReserve, slot, value: hash }]
  })
}

/** Undefined for what is no transaction of type 0x76: the chain says what is wrong with it. */
function decode(serialized: string) {
  try {
    return Transaction.z_TxEnvelopeTempo.deserialize(serialized.toLowerCase() as `0x76${string}`)
  } catch {
    return undefined
  }
}

/** The calls in a request's parameters, at any depth: one to try, or blocks of them to simulate. */
function callsIn(value: unknown): readonly Call[] {
  if (typeof value !== 'object' || value === null) return []
  const { from, to, data, input = data } = value as Record<string, unknown>
  const isCall = [from, to, input].every((part) => typeof part === 'string')
  // anvil tries nothing of a Tempo request's `calls`, so those without a `from` of their own do not matter.
  return [...(isCall ? [{ from, to, data: input } as Call] : []), ...Object.values(value).flatMap(callsIn)]
}

/** The precompile pulls without an allowance; the contract gets one from each account that makes it pull. */
function allowanceFor(call: Call): readonly Write[] {
  const token = tokenPulled(call)
  if (!token?.toLowerCase().startsWith(tip20Prefix)) return []
  const ofPayer = slotIn(allowancesSlot, pad(call.from))
  return [{ address: token, slot: slotIn(ofPayer, pad(channelReserve)), value: unlimited }]
}

function tokenPulled(call: Call): Address | undefined {
  const decoded = decodeCall(call)
  if (decoded?.functionName === 'open') return decoded.args[2]
  if (decoded?.functionName === 'topUp') return decoded.args[0].token
  return undefined
}

function decodeCall({ to, data }: Call) {
  if (to.toLowerCase() !== channelReserve) return undefined
  try {
    return decodeFunctionData({ abi: Abis.tip20ChannelReserve, data })
  } catch {
    return undefined
  }
}

/** Where Solidity, and Tempo's precompiles, keep a mapping's value. */
function slotIn(mapping: Hex, key: Hex): Hex {
  return keccak256(concat([key, mapping]))
}
