import { keccak256, stringToHex, type Hex } from 'viem'

/**
 * x402's offer-receipt extension by EIP-712: signs what the server offers in a 402, and that it was paid. A third
 * party can check both offline. The domain names chain 1 for every network, and no contract.
 */

/** The signing key. It holds no funds. */
export type OfferKey = {
  /** Lower-case. */
  address: string
  /** Signs a digest of 32 bytes. Returns 65 bytes: low s, v 27 or 28. */
  sign(digest: Hex): Hex
}

export type OfferPayload = {
  version: 1
  resourceUrl: string
  scheme: string
  network: string
  asset: string
  payTo: string
  amount: string
  /** Unix time in seconds. */
  validUntil: number
}

export type ReceiptPayload = {
  version: 1
  network: string
  resourceUrl: string
  payer: string
  /** Unix time in seconds. */
  issuedAt: number
  transaction: string
}

export type SignedOffer<Payload> = { format: 'eip712'; acceptIndex?: number; payload: Payload; signature: Hex }

const types = {
  offer:
    'Offer(uint256 version,string resourceUrl,string scheme,string network,string asset,string payTo,string amount,uint256 validUntil)',
  receipt:
    'Receipt(uint256 version,string network,string resourceUrl,string payer,uint256 issuedAt,string transaction)',
}

/** Networks, tokens and amounts repeat, and hashing is the main cost, so hashes are cached. */
const hashes = new Map<string, string>()
const hashesMax = 2_000

function hashOf(text: string): string {
  const known = hashes.get(text)
  if (known) return known
  const hash = keccak256(stringToHex(text)).slice(2)
  if (hashes.size >= hashesMax) hashes.clear()
  hashes.set(text, hash)
  return hash
}

const uint = (value: number): string => value.toString(16).padStart(64, '0')

const domainType = hashOf('EIP712Domain(string name,string version,uint256 chainId)')
const begin = (kind: keyof typeof types) => ({
  domain: keccak256(`0x${domainType}${hashOf(`x402 ${kind}`)}${hashOf('1')}${uint(1)}`).slice(2),
  type: hashOf(types[kind]),
})
const offers = begin('offer')
const receipts = begin('receipt')

/** How many signatures are cached. Most requests need the same offer as a recent one. */
const rememberedMax = 2_000

/** Offers end at a full minute, so that an equal offer is signed once a minute and not once a request. */
const validitySeconds = 60

/** End of an offer whose price holds until `expiresAtMs`, rounded down to a full minute. In seconds. */
export function validUntil(expiresAtMs: number): number {
  return Math.floor(expiresAtMs / 1000 / validitySeconds) * validitySeconds
}

/** Creates a signer of offers and receipts that caches the signatures of offers. */
export function createIssuer(key: OfferKey) {
  const remembered = new Map<string, Hex>()
  return {
    address: key.address,
    offer(payload: OfferPayload, acceptIndex: number): SignedOffer<OfferPayload> {
      const text = JSON.stringify(payload)
      const known = remembered.get(text)
      const signature = known ?? key.sign(offerDigest(payload))
      if (!known) {
        if (remembered.size >= rememberedMax) remembered.clear()
        remembered.set(text, signature)
      }
      return { format: 'eip712', acceptIndex, payload, signature }
    },
    receipt(payload: ReceiptPayload): SignedOffer<ReceiptPayload> {
      return { format: 'eip712', payload, signature: key.sign(receiptDigest(payload)) }
    },
  }
}

export type OfferIssuer = ReturnType<typeof createIssuer>

function offerDigest({
  version,
  resourceUrl,
  scheme,
  network,
  asset,
  payTo,
  amount,
  validUntil: until,
}: OfferPayload): Hex {
  const texts = [resourceUrl, scheme, network, asset, payTo, amount].map(hashOf).join('')
  return digest(offers, `${uint(version)}${texts}${uint(until)}`)
}

function receiptDigest({ version, network, resourceUrl, payer, issuedAt, transaction }: ReceiptPayload): Hex {
  const texts = [network, resourceUrl, payer].map(hashOf).join('')
  return digest(receipts, `${uint(version)}${texts}${uint(issuedAt)}${hashOf(transaction)}`)
}

function digest({ domain, type }: ReturnType<typeof begin>, members: string): Hex {
  return keccak256(`0x1901${domain}${keccak256(`0x${type}${members}`).slice(2)}`)
}
