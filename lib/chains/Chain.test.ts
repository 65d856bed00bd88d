import { expect, it } from 'vitest'
import { parseEnv } from '../env'
import * as Chain from './Chain'
import { checkConfigured } from './configured'
import { chains } from './registry'
import { Caip, type Caip2 } from '@/lib/money'
import * as Address from './Address'

const described = {
  rpcUrls: ['http://127.0.0.1:9'],
  name: 'Optimism',
  asset: {
    address: '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85',
    symbol: 'USDC',
    decimals: 6,
    eip712: { name: 'USD Coin', version: '2' },
  },
  finality: { safeDepth: 10, finalDepth: 450 },
  blockTimeMs: 2_000,
}

/** What lib/env reads lazily, and keeps: one process, one environment, hence one test with all networks. */
process.env.NETWORKS = JSON.stringify({
  'eip155:10': { ...described, explorer: 'https://optimistic.etherscan.io/' },
  'eip155:11': { ...described, finality: undefined },
  'eip155:8453': { rpcUrls: described.rpcUrls, name: 'Mine' },
  'solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z': { rpcUrls: described.rpcUrls },
})

it('has rows whose networks, chain ids and tokens agree', () => {
  for (const chain of chains) {
    if (chain.family !== 'svm') expect(Caip.toChainId(chain.network)).toBe(chain.chainId)
    for (const asset of chain.assets) {
      expect(asset.network).toBe(chain.network)
      expect(Address.isValid(chain.network, asset.address)).toBe(true)
    }
  }
  expect(new Set(chains.map(({ network }) => network)).size).toBe(chains.length)
})

it('takes an EVM chain that NETWORKS describes, and names the setting that is wrong', () => {
  expect(Chain.get('eip155:10')).toMatchObject({
    chainId: 10,
    finalDepth: 450,
    explorer: 'https://optimistic.etherscan.io',
  })
  expect(Chain.findAsset('eip155:10', described.asset.address.toLowerCase())?.symbol).toBe('USDC')
  expect(() => checkConfigured('eip155:10')).not.toThrow()
  expect(() => checkConfigured('eip155:11')).toThrow('NETWORKS.eip155:11.finality: is missing')
  expect(() => checkConfigured('eip155:8453')).toThrow('NETWORKS.eip155:8453.name: Sluice knows this network')
  expect(() => checkConfigured('solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z')).toThrow('Solana cluster')
  expect(() => Chain.get('eip155:12')).toThrow('does not know the network eip155:12')
  expect(() => Chain.evm(chains.find(({ family }) => family === 'svm')?.network as Caip2)).toThrow('is no EVM chain')
})

it.each([
  ['bip122:000000000019d6689c085ae165831e93', {}, /must be a CAIP-2 network/],
  ['solana:devnet', {}, /must be a CAIP-2 network/],
  [
    'eip155:10',
    { asset: { ...described.asset, address: '0x1' } },
    /NETWORKS.eip155:10.asset.address: is not an address/,
  ],
  ['eip155:10', { finality: { safeDepth: 9, finalDepth: 3 } }, /NETWORKS.eip155:10.finality: must have a safeDepth/],
  ['eip155:10', { blockTime: 3 }, /NETWORKS.eip155:10: .*blockTime/],
])('refuses %s with %j', (network, fields, message) => {
  const NETWORKS = JSON.stringify({ [network]: { ...described, ...fields } })
  expect(() => parseEnv({ ...process.env, NETWORKS })).toThrow(message)
})
