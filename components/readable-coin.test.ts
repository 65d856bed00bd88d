import { expect, it } from 'vitest'
import { readableCoin } from './readable-coin'

it.each([
  [10n ** 18n, 'ETH', 18, '1 ETH'],
  [211_271_000_000_000n, 'ETH', 18, '0.000211271 ETH'],
  [69_061_400_000n, 'ETH', 18, '69.0614 gwei'],
  [7n, 'ETH', 18, '7 wei'],
  [0n, 'ETH', 18, '0 ETH'],
  [5_000n, 'SOL', 9, '5,000 lamports'],
  [1_500_000_000n, 'gwei', 9, '1.5 gwei'],
  [7n, 'gwei', 9, '7 wei'],
  [123_456_789_012n, 'POL', 18, '123.456 gwei'],
] as const)('%s of %s with %s decimals is %s', (base, symbol, decimals, shown) => {
  const { amount, unit } = readableCoin(base, symbol, decimals)
  expect(`${amount} ${unit}`).toBe(shown)
})
