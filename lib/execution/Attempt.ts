/** One signed broadcast of a transaction. Its bytes are stored before they are sent, and only stored bytes are sent. */
export type Attempt = {
  /** Hash of the bytes; on Solana the first signature, base58. */
  hash: string
  /** 1, 2, …: counts the attempts for one nonce. */
  seq: number
  /** Wei per gas. */
  maxFeePerGas: bigint
  /** Wei per gas. */
  tipPerGas: bigint
  gas: bigint
  /** The call itself, or a transaction of the signer to itself that only uses up the nonce. */
  kind: 'call' | 'cancel'
  /** Type 0: one price and no tip. */
  legacy: boolean
  /** The bytes went only to the private endpoint. */
  private: boolean
  /** Solana: the last block height that can include it; null elsewhere. */
  lastValidHeight: bigint | null
  /** Age by the database's clock, ms. */
  signedAgeMs: number
  /** Time since it was last sent, ms; null if never. */
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
