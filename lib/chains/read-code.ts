import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { createCoalescer } from './coalesce'
import { readRpc } from './rpc'
import { addressWord, toUint } from './word'

/**
 * Runs as contract creation code in a call without a recipient. It returns a word for each address behind it: the size
 * of its code. `eth_getCode` answers for one address per request; this way concurrent payers share one.
 */
const program = [
  '602480380380916000396000', // size := codesize - 0x24; copy what is behind to memory; i := 0
  '5b8181101560', // loop: while i < size
  '1f57',
  '80513b8152', // memory[i] := extcodesize(memory[i])
  '602001600c56', // i += 32
  '5b506000f3', // return memory[0..size]
].join('')

/** Nodes limit the answer like a contract's code, to 24,576 bytes. */
const addressesMax = 500

const read = createCoalescer<string, boolean>(addressesMax, async (network, accounts) => {
  const unique = [...new Set(accounts)]
  const data = `0x${program}${unique.map(addressWord).join('')}`
  const answer = await readRpc<Hex>(network, 'eth_call', [{ data }, 'latest'])
  if (answer.length !== 2 + unique.length * 64) throw new TypeError('the node told another number of code sizes')
  const sizes = unique.map((_, at) => toUint(`0x${answer.slice(2 + at * 64, 66 + at * 64)}`))
  const sizeOf = new Map(unique.map((account, at) => [account, sizes[at]]))
  return accounts.map((account) => sizeOf.get(account) !== 0n)
})

/**
 * True if there is code at an address at the latest block: a contract, or an EIP-7702 delegation (23 bytes). Tokens
 * look at this before they decide what verifies a signature.
 * @throws RpcError | TransportError | TypeError if the chain cannot be read.
 */
export function hasCode(network: Caip2, account: string): Promise<boolean> {
  return read(network, account.toLowerCase())
}
