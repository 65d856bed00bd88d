import { toFunctionSelector, type Hex } from 'viem'
import { expect, it } from 'vitest'
import { chains } from '@/sandbox/testing/chains'
import { readL1Fee } from './read-l1-fee'

const network = 'eip155:84532'
const oracle = '0x420000000000000000000000000000000000000F'
// Stands in for the GasPriceOracle: returns a thousand times the fourth byte of the selector, plus the length argument.
const code: Hex = '0x5f3560e01c60ff166103e802602435015f5260205ff3'

it('asks the oracle for the fee of the bytes; the fee is zero where there is no oracle', async () => {
  await chains().evm.rpc('anvil_setCode', [oracle, code])
  const selector = Number.parseInt(toFunctionSelector('getL1Fee(bytes)').slice(-2), 16)
  expect(await readL1Fee(network, `0x02${'ab'.repeat(99)}`)).toBe(BigInt(selector) * 1_000n + 100n)
  await chains().evm.rpc('anvil_setCode', [oracle, '0x'])
  expect(await readL1Fee(network, '0x02')).toBe(0n)
  expect(await readL1Fee('eip155:1337', '0x02')).toBe(0n)
})
