import type { Address, Hex } from 'viem'
import { env } from '../env'
import type { Caip2 } from '@/lib/money'
import type { Purpose } from './Call'
import { get } from './Chain'
import { createSigner } from './signers/local'
import { SignerError, type Signer } from './signers/Signer'

type Configured = (typeof env.SIGNERS)[number]

const cached = new Map<string, readonly Signer[]>()

/**
 * The signers of a purpose on a network: the key of the simple setting first, then those of SIGNERS in their order. Empty
 * when nobody configured one.
 * @throws SignerError when an entry's key is not that of the address that it names.
 */
export function signersFor(network: Caip2, purpose: Purpose): readonly Signer[] {
  const key = `${network}|${purpose}`
  const known = cached.get(key)
  if (known) return known
  const made = unique([
    ...simple(network, purpose),
    ...env.SIGNERS.filter(
      (entry) => entry.purpose === purpose && (entry.networks === undefined || entry.networks.includes(network)),
    ).map((entry) => create(network, entry)),
  ])
  cached.set(key, made)
  return made
}

/** The signer with this address, or the purpose's first without one; undefined when there is none. */
export function signerFor(network: Caip2, purpose: Purpose, address?: string): Signer | undefined {
  const signers = signersFor(network, purpose)
  return address === undefined ? signers[0] : signers.find((signer) => signer.address === address.toLowerCase())
}

/** SETTLEMENT_PRIVATE_KEY and REFUND_PRIVATE_KEY. */
function simple(network: Caip2, purpose: Purpose): Signer[] {
  const keys = { settlement: env.SETTLEMENT_PRIVATE_KEY, refund: env.REFUND_PRIVATE_KEY, execution: undefined }
  const privateKey = keys[purpose]
  return privateKey ? [createSigner(get(network).chainId, privateKey as Hex)] : []
}

function create(network: Caip2, entry: Configured): Signer {
  const { chainId } = get(network)
  const made = createSigner(chainId, entry.privateKey as Hex, entry.inFlightMax)
  const named = entry.address?.toLowerCase() as Address | undefined
  if (named !== undefined && named !== made.address)
    throw new SignerError(`SIGNERS: the ${entry.kind} key for ${named} is that of ${made.address}`, {
      retryable: false,
    })
  return made
}

function unique(signers: readonly Signer[]): Signer[] {
  return signers.filter((signer, at) => signers.findIndex(({ address }) => address === signer.address) === at)
}
