/** One signed broadcast of a transaction. Its bytes are stored before they are sent, and only stored bytes are sent. */
export type Attempt = {
  /** The hash of its bytes; on Solana its first signature, base58. */
  hash: string
  /** 1, 2, … : replacements of one nonce. */
  seq: number
  /** Wei per gas. */
  maxFeePerGas: bigint
  /** Wei per gas. */
  tipPerGas: bigint
  gas: bigint
  /** What was asked for, or nothing: a transaction to itself that takes the nonce. */
  kind: 'call' | 'cancel'
  /** Type 0: one price, no tip. */
  legacy: boolean
  /** Its bytes went to the private endpoint only. */
  private: boolean
  /** Solana: the last height at which a block can hold it; null elsewhere. */
  lastValidHeight: bigint | null
  /** By the database's clock. */
  signedAgeMs: number
  /** Since it was last sent; null when it never was. */
  sentAgeMs: number | null
  /** Class of the node's last answer. */
  answer: string | null
}

/** JSON as PostgreSQL builds it: amounts are strings. */
export type StoredAttempt = Omit<Attempt, 'maxFeePerGas' | 'tipPerGas' | 'gas' | 'lastValidHeight'> & {
  maxFeePerGas: string
  tipPerGas: string
  gas: string
  lastValidHeight: string | null
}

export function parse(stored: StoredAttempt): Attempt {
  return {
    ...stored,
    maxFeePerGas: BigInt(stored.maxFeePerGas),
    tipPerGas: BigInt(stored.tipPerGas),
    gas: BigInt(stored.gas),
    lastValidHeight: stored.lastValidHeight === null ? null : BigInt(stored.lastValidHeight),
  }
}

/** The attempt with the highest fees: the one to send again and to bump from. */
export function latest(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.reduce<Attempt | undefined>(
    (best, attempt) => (best && best.seq > attempt.seq ? best : attempt),
    undefined,
  )
}
