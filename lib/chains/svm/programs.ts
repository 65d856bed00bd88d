/** Programs that a payment may call, and the parts of their instructions. */

export const systemProgram = '11111111111111111111111111111111'
export const tokenProgram = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
export const associatedTokenProgram = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'
export const computeBudgetProgram = 'ComputeBudget111111111111111111111111111111'
export const memoProgram = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'
/** The program of wallets' assertions, which protect their owners. */
export const lighthouseProgram = 'L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95'

/** First byte of the instructions that are checked. */
export const setComputeUnitLimit = 2
export const setComputeUnitPrice = 3
export const transferChecked = 12
/**
 * Lighthouse's assertions that only read accounts. The numbers below are MemoryWrite and MemoryClose, which move a
 * signer's lamports; those above call another program. Source: Jac0xb/lighthouse,
 * programs/lighthouse/src/instruction.rs
 */
export const lighthouseAssertions = { first: 2, last: 15 }

/** Compute units are priced in millionths of a lamport. */
export const microLamports = 1_000_000n
/** How many blocks a blockhash stays valid. */
export const validBlocks = 150n
