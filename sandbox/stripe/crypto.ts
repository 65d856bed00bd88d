import { randomBytes } from 'node:crypto'
import { invalid, refused } from './errors'
import { newId } from './ids'
import { noBilling } from './methods'
import type { PaymentMethod } from './objects'
import type { DepositAddress } from './platform-objects'
import type { Params } from './params'
import { listOf, own } from './wire'
import type { Call, CryptoNetwork, Route, World } from './world'

/** The networks of Stripe's deposit addresses, with the contract of USDC on each. */
const contracts: Record<CryptoNetwork, string> = {
  base: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
  solana: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  tempo: '0x20c0000000000000000000009e8d7eb59b783726',
}
const networks = ['base', 'solana', 'tempo'] as const

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** An address of the right form. Its key is nowhere: what is sent to it stays there, as at Stripe. */
function newAddress(network: CryptoNetwork): string {
  if (network !== 'solana') return `0x${randomBytes(20).toString('hex')}`
  return Array.from(randomBytes(44), (byte) => base58[byte % base58.length]).join('')
}

function createAddress(call: Call): DepositAddress {
  const { params, world, account } = call
  const network = params.choice('network', networks)
  const metadata = params.map('metadata') ?? {}
  params.ignore('customer')
  params.done()
  if (!network) throw invalid('Missing required param: network.', { code: 'parameter_missing', param: 'network' })
  return world.store.insert('deposit_address', account, {
    id: newId('cda'),
    object: 'crypto.deposit_address',
    address: world.settings.depositAddresses[network] ?? newAddress(network),
    created: world.clock.now(),
    customer: null,
    livemode: false,
    metadata,
    network,
    supported_tokens: [{ token_currency: 'usdc', token_contract_address: contracts[network] }],
  })
}

/** A payment that happened on a chain, and that the seller wants in its balance. */
export type ChainPayment = { network: CryptoNetwork; hash: string }

/** Reads `payment_method_options[crypto]`. @throws StripeFailure unless it verifies a transaction. */
export function readChainPayment(params: Params): ChainPayment {
  const crypto = params.requiredChild('payment_method_options').requiredChild('crypto')
  const mode = crypto.required('mode')
  if (mode !== 'transaction_verification')
    throw invalid('This server knows the crypto mode transaction_verification only.', {
      param: 'payment_method_options[crypto][mode]',
    })
  const options = crypto.requiredChild('transaction_verification_options')
  const network = options.choice('network', networks)
  const hash = options.required('transaction_hash')
  if (!network) throw invalid('Missing required param: network.', { code: 'parameter_missing', param: 'network' })
  const isHash = network === 'solana' ? /^[1-9A-HJ-NP-Za-km-z]{64,90}$/ : /^0x[0-9a-fA-F]{64}$/
  if (!isHash.test(hash))
    throw invalid(`Invalid transaction hash: ${hash}`, {
      param: 'payment_method_options[crypto][transaction_verification_options][transaction_hash]',
    })
  return { network, hash }
}

/** The payment method of a transaction; from now on the transaction is taken, whoever asks. In a transaction. */
export function claimTransaction(
  world: World,
  account: string,
  intent: string,
  { network, hash }: ChainPayment,
): PaymentMethod {
  const { store, clock } = world
  const id = `${network} ${network === 'solana' ? hash : hash.toLowerCase()}`
  const claimed = store.find('chain_payment', id)
  if (claimed)
    throw refused(`The transaction ${hash} has already been used by a PaymentIntent.`, {
      code: 'crypto_transaction_already_used',
      param: 'payment_method_options[crypto][transaction_verification_options][transaction_hash]',
    })
  store.insert('chain_payment', account, { id, created: clock.now(), intent })
  return store.insert('payment_method', account, {
    id: newId('pm'),
    object: 'payment_method',
    billing_details: noBilling,
    created: clock.now(),
    crypto: {},
    customer: null,
    livemode: false,
    metadata: {},
    type: 'crypto',
    _chainPayment: { network, token_currency: 'usdc', transaction_hash: hash },
    _magic: 'crypto',
  })
}

export const cryptoRoutes: Route[] = [
  { method: 'POST', path: '/v1/crypto/deposit_addresses', run: createAddress },
  {
    method: 'GET',
    path: '/v1/crypto/deposit_addresses',
    run(call) {
      const [network, address] = [call.params.text('network'), call.params.text('address')]
      call.params.ignore('customer')
      return listOf(
        call,
        'deposit_address',
        (one) =>
          (network === undefined || one.network === network) && (address === undefined || one.address === address),
      )
    },
  },
  {
    method: 'GET',
    path: '/v1/crypto/deposit_addresses/:id',
    run(call) {
      call.params.done()
      return own(call, 'deposit_address', call.path.id ?? '', 'crypto.deposit_address')
    },
  },
]
