import { readFileSync } from 'node:fs'
import { env } from '../../env'
import { Caip, type Caip2 } from '@/lib/money'
import type { CallPurpose } from '../Call'
import { SignerError } from '../signers/Signer'
import * as Ed25519 from './Ed25519'

/** A key that pays fees on Solana. It has no lane: blockhashes expire, and nothing waits for an earlier transaction. */
export type SvmSigner = {
  /** Base58. */
  address: string
  kind: 'env' | 'keystore'
  purpose: CallPurpose
  /** Signs synchronously, also inside a database transaction. Same input, same bytes. */
  sign(message: Uint8Array): Buffer
}

let cached: { signer: SvmSigner; networks: readonly string[] | undefined }[] | undefined

/**
 * The signers of a purpose on a Solana network: the simple setting's key first, then those of SIGNERS. Empty on other
 * networks, and if none is configured.
 * @throws SignerError if a key or its file cannot be read, or does not match its entry.
 */
export function svmSignersFor(network: Caip2, purpose: CallPurpose): readonly SvmSigner[] {
  if (!Caip.isSolana(network)) return []
  cached ??= load()
  return cached
    .filter(({ signer, networks }) => signer.purpose === purpose && (networks?.includes(network) ?? true))
    .map(({ signer }) => signer)
}

/** The signer with this address, or the purpose's first one. Throws as `svmSignersFor`. */
export function svmSignerFor(network: Caip2, purpose: CallPurpose, address?: string): SvmSigner | undefined {
  const signers = svmSignersFor(network, purpose)
  return address === undefined ? signers[0] : signers.find((signer) => signer.address === address)
}

function load() {
  const simple = [
    { purpose: 'settlement', key: env.SOLANA_SETTLEMENT_KEY },
    { purpose: 'refund', key: env.SOLANA_REFUND_KEY },
  ] as const
  return [
    ...simple.flatMap(({ purpose, key }) =>
      key === undefined ? [] : [{ signer: make('env', purpose, key, `the ${purpose} key`), networks: undefined }],
    ),
    ...env.SIGNERS.flatMap((entry) => {
      if (entry.family !== 'svm') return []
      const { kind, purpose, networks, address } = entry
      const at = kind === 'env' ? 'the private key in SIGNERS' : `the key file ${entry.file}`
      const signer = make(kind, purpose, kind === 'env' ? entry.privateKey : readFile(entry.file), at)
      if (address !== undefined && address !== signer.address)
        throw new SignerError(`${at} that is configured for ${address} is that of ${signer.address}`)
      return [{ signer, networks }]
    }),
  ]
}

function make(kind: SvmSigner['kind'], purpose: CallPurpose, text: string, named: string): SvmSigner {
  try {
    return { ...Ed25519.readKey(text), kind, purpose }
  } catch (error) {
    throw new SignerError(`${named} for ${purpose} on Solana cannot be used: ${(error as Error).message}`)
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new SignerError(`the key file ${file} cannot be read`)
  }
}
