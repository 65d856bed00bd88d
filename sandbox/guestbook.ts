import { numberToHex, pad, toHex, type Address, type Hex } from 'viem'
import { decodeFunctionResult, encodeFunctionData, parseAbi, toFunctionSelector } from 'viem/utils'
import type { Execution } from '@/lib/merchants/Execution'
import type { PolicyRules } from '@/lib/policies/ExecutionPolicy'
import type { Anvil } from './anvil'
import { compile } from './compile'
import { putCode } from './evm'

/** Where the book stands on the local EVM chain. */
export const guestbook: Address = '0x00000000000000000000000000000000600D6009'

export const guestbookAbi = parseAbi([
  'function sign(string message) returns (uint256 entry)',
  'function entries() view returns (uint256)',
  'function messageOf(uint256 entry) view returns (string)',
])

/** The action on sale: one line in the book. */
export const guestbookAction: Execution = {
  network: 'eip155:84532',
  calls: [
    {
      to: guestbook,
      abi: 'function sign(string message)',
      args: [{ from: 'body', name: 'message', maxBytes: 200 }],
      value: { literal: '0' },
    },
  ],
  urgency: 'fast',
  deadlineSeconds: 120,
}

const gwei = 10n ** 9n

/** The allowed calls: this one function of this one contract. */
export const guestbookRules: PolicyRules = {
  contracts: [
    {
      network: 'eip155:84532',
      address: guestbook.toLowerCase() as `0x${string}`,
      label: 'Guestbook',
      selectors: [{ selector: toFunctionSelector(guestbookAbi[0]), signature: 'sign(string)' }],
    },
  ],
  maxValueWei: 0n,
  maxFeeWei: 5_000_000n * gwei,
  perDay: {
    policy: { valueWei: 0n, feeWei: 10n ** 19n, transactions: 2_000 },
    key: null,
    agent: { valueWei: 0n, feeWei: 2n * 10n ** 18n, transactions: 400 },
  },
  urgencies: ['slow', 'standard', 'fast', 'urgent'],
  submissions: ['public'],
  finality: 'included',
  refund: 'when-proven',
}

type Rpc = Pick<Anvil, 'rpc'>

/** Puts the book on a chain. What stands in it stays. */
export async function putGuestbook(anvil: Anvil, cacheDir: string): Promise<void> {
  await putCode(anvil, guestbook, compile('Guestbook', cacheDir))
}

/** Every line of the book, in order. */
export async function readGuestbook({ rpc }: Rpc): Promise<string[]> {
  const call = (data: Hex) => rpc<Hex>('eth_call', [{ to: guestbook, data }, 'latest'])
  const count = Number(BigInt(await call(encodeFunctionData({ abi: guestbookAbi, functionName: 'entries' }))))
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const abi = guestbookAbi
      const data = encodeFunctionData({ abi, functionName: 'messageOf', args: [BigInt(index + 1)] })
      return decodeFunctionResult({ abi, functionName: 'messageOf', data: await call(data) })
    }),
  )
}

/** Makes every `sign` revert from the next block on, or no longer. */
export async function closeGuestbook({ rpc }: Rpc, isClosed: boolean): Promise<void> {
  await rpc('anvil_setStorageAt', [guestbook, pad(numberToHex(0)), toHex(isClosed, { size: 32 })])
}
