import type { Chain } from './Chain'

/** A network is one row here. Token data: `@x402/evm` DEFAULT_ASSETS and `viem/tempo` (research/x402.md 1.10). */
export const chains: readonly Chain[] = [
  {
    network: 'eip155:8453',
    chainId: 8453,
    name: 'Base',
    v1Name: 'base',
    testnet: false,
    blockTimeMs: 2_000,
    family: 'evm',
    safeDepth: 10,
    finalDepth: 450,
    explorer: 'https://basescan.org',
    assets: [
      {
        network: 'eip155:8453',
        address: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
        symbol: 'USDC',
        decimals: 6,
        eip712: { name: 'USD Coin', version: '2' },
      },
    ],
  },
  {
    network: 'eip155:84532',
    chainId: 84532,
    name: 'Base Sepolia',
    v1Name: 'base-sepolia',
    testnet: true,
    blockTimeMs: 2_000,
    family: 'evm',
    safeDepth: 10,
    finalDepth: 450,
    explorer: 'https://sepolia.basescan.org',
    assets: [
      {
        network: 'eip155:84532',
        address: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
        symbol: 'USDC',
        decimals: 6,
        eip712: { name: 'USDC', version: '2' },
      },
    ],
  },
  {
    network: 'eip155:137',
    chainId: 137,
    name: 'Polygon',
    v1Name: 'polygon',
    testnet: false,
    blockTimeMs: 2_000,
    family: 'evm',
    safeDepth: 16,
    finalDepth: 64,
    explorer: 'https://polygonscan.com',
    assets: [
      {
        network: 'eip155:137',
        address: '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359',
        symbol: 'USDC',
        decimals: 6,
        eip712: { name: 'USD Coin', version: '2' },
      },
    ],
  },
  {
    network: 'eip155:1337',
    chainId: 1337,
    name: 'Tempo local',
    testnet: true,
    blockTimeMs: 1_000,
    family: 'tempo',
    safeDepth: 1,
    finalDepth: 2,
    assets: [
      {
        network: 'eip155:1337',
        address: '0x20C0000000000000000000000000000000000000',
        symbol: 'pathUSD',
        decimals: 6,
      },
    ],
  },
]
