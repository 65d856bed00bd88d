/** Programs that a payment may call, and what makes up their instructions. */

export const systemProgram = '11111111111111111111111111111111'
export const tokenProgram = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
export const associatedTokenProgram = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'
export const computeBudgetProgram = 'ComputeBudget111111111111111111111111111111'
export const memoProgram = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'
/** Assertions that wallets put into what they sign, to protect their owners. */
export const lighthouseProgram = 'L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95'

/** First byte of the instructions that are looked at. */
export const setComputeUnitLimit = 2
export const setComputeUnitPrice = 3
export const transferChecked = 12
/**
 * Lighthouse's assertions that read accounts and do nothing else. Below are MemoryWrite and MemoryClose, which move lamports of a signer, above are
 * those that call another program. Source: Jac0xb/lighthouse, programs/lighthouse/src/instruction.rs
 */
export const lighthouseAssertions = { first: 2, last: 15 }

/** The price of compute units is in millionths of a lamport. */
export const microLamports = 1_000_000n
/** Blocks for which a transaction that names a block's hash may run. */
export const validBlocks = 150n
