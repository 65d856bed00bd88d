import type { Address, Hex } from 'viem'
import { env } from '../env'
import type { Caip2 } from '@/lib/money'
import { purposes, type CallPurpose } from './Call'
import { get } from './Chain'
import { servedNetworks } from './clients'
import { awsKms } from './signers/aws-kms'
import { gcpKms } from './signers/gcp-kms'
import { createKeystoreSigner, openKeystore } from './signers/keystore'
import { createSigner } from './signers/local'
import { createRemoteSigner } from './signers/remote'
import { SignerError, type Signer } from './signers/Signer'
import { svmSignerFor, svmSignersFor } from './svm/signers'

type Entry = Exclude<(typeof env.SIGNERS)[number], { family: 'svm' }>
/** Binds a key to a network. */
type Bind = (chainId: number) => Signer

const keys = new Map<Entry, Bind>()
const cached = new Map<string, readonly Signer[]>()

/**
 * The signers of a purpose on an EVM network: the simple setting's key first, then those of SIGNERS in order. Empty if
 * none is configured.
 * @throws SignerError if an entry of SIGNERS names another address than its key has, or its file cannot be read.
 */
export function signersFor(network: Caip2, purpose: CallPurpose): readonly Signer[] {
  const key = `${network}|${purpose}`
  const known = cached.get(key)
  if (known) return known
  const chain = get(network)
  if (chain.family === 'svm') return []
  const { chainId } = chain
  const listed = env.SIGNERS.filter(isEvm).filter(
    (entry) => entry.purpose === purpose && (entry.networks?.includes(network) ?? true),
  )
  const made = unique([...simple(chainId, purpose), ...listed.map((entry) => keyOf(entry)(chainId))])
  cached.set(key, made)
  return made
}

/** The signer with this address, or the purpose's first one; undefined if there is none. Throws as `signersFor`. */
export function signerFor(network: Caip2, purpose: CallPurpose, address?: string): Signer | undefined {
  const signers = signersFor(network, purpose)
  return address === undefined ? signers[0] : signers.find((signer) => signer.address === address.toLowerCase())
}

/** The signer that deploys payers' accounts: an execution key that settles nothing. Undefined if there is none. */
export function deployerOn(network: Caip2): Signer | undefined {
  const settling = addressesFor(network, 'settlement')
  return signersFor(network, 'execution').find(({ address }) => !settling.includes(address))
}

/** The purpose of this signer on a network; undefined if it is not ours. */
export function purposeOf(network: Caip2, address: string): CallPurpose | undefined {
  if (!servedNetworks().includes(network)) return undefined
  return purposes.find(
    (purpose) =>
      signerFor(network, purpose, address) !== undefined || svmSignerFor(network, purpose, address) !== undefined,
  )
}

/**
 * Reads every key file and checks every address in SIGNERS, as far as possible without a key service. @throws
 * SignerError
 */
export function loadSigners(): void {
  for (const network of servedNetworks()) for (const purpose of purposes) addressesFor(network, purpose)
}

/** Signer addresses of a purpose on a network of either kind. Throws as `signersFor`. */
export function addressesFor(network: Caip2, purpose: CallPurpose): readonly string[] {
  return [...signersFor(network, purpose), ...svmSignersFor(network, purpose)].map(({ address }) => address)
}

function isEvm(entry: (typeof env.SIGNERS)[number]): entry is Entry {
  return entry.family !== 'svm'
}

/** SETTLEMENT_PRIVATE_KEY and REFUND_PRIVATE_KEY. */
function simple(chainId: number, purpose: CallPurpose): Signer[] {
  const privateKey = { settlement: env.SETTLEMENT_PRIVATE_KEY, refund: env.REFUND_PRIVATE_KEY, execution: undefined }[
    purpose
  ]
  return privateKey ? [createSigner(chainId, privateKey as Hex)] : []
}

/** One key for all its networks: a file is opened once, a service has one client. */
function keyOf(entry: Entry): Bind {
  const known = keys.get(entry)
  if (known) return known
  const made = load(entry)
  keys.set(entry, made)
  return made
}

function load(entry: Entry): Bind {
  const { inFlightMax } = entry
  const address = entry.address?.toLowerCase() as Address | undefined
  if (entry.kind === 'env')
    return (chainId) => named(createSigner(chainId, entry.privateKey as Hex, inFlightMax), address)
  if (entry.kind === 'keystore') {
    const keystore = openKeystore({ ...entry, address })
    return (chainId) => createKeystoreSigner(chainId, keystore, inFlightMax)
  }
  const expected = { address: entry.address.toLowerCase() as Address }
  const key = entry.kind === 'aws-kms' ? awsKms({ ...entry, ...expected }) : gcpKms({ ...entry, ...expected })
  return (chainId) => createRemoteSigner(chainId, key, inFlightMax)
}

function named(signer: Signer, address: Address | undefined): Signer {
  if (address === undefined || address === signer.address) return signer
  throw new SignerError(`the private key in SIGNERS that is configured for ${address} is that of ${signer.address}`)
}

function unique(signers: readonly Signer[]): Signer[] {
  return signers.filter((signer, at) => signers.findIndex(({ address }) => address === signer.address) === at)
}
