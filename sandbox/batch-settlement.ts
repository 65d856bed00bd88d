import type { Address } from 'viem'

/** x402's batch-settlement escrow and its collector of ERC-3009 deposits, by the names of their sources in contracts/. */
export const batchSettlementContracts: Readonly<Record<string, Address>> = {
  BatchSettlement: '0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003',
  BatchSettlementCollector: '0x4020806089470a89826cB9fB1f4059150b550004',
}
