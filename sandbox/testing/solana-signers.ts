import { createKeyPairSignerFromPrivateKeyBytes, type KeyPairSigner } from '@solana/kit'
import { fundSol, fundSolanaUsdc, type Solana } from '../solana'

/** Keys that tests sign with on Solana: 32 bytes each, as SOLANA_SETTLEMENT_KEY and SOLANA_REFUND_KEY of vitest.config.ts have them. */
export const solanaSeeds = { settlement: '11'.repeat(32), refund: '22'.repeat(32) }

export function solanaSigner(seed: string): Promise<KeyPairSigner> {
  return createKeyPairSignerFromPrivateKeyBytes(Buffer.from(seed, 'hex'))
}

/** Both can pay fees, and refunds have tokens to be paid from. */
export async function fundSolanaSigners(solana: Solana, tokensBase: bigint): Promise<void> {
  for (const seed of Object.values(solanaSeeds)) {
    const { address } = await solanaSigner(seed)
    await fundSol(solana, address, 10n ** 10n)
    await fundSolanaUsdc(solana, address, tokensBase)
  }
}
