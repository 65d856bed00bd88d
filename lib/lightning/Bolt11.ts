import decoder from 'light-bolt11-decoder'
import { Rail } from '@/lib/money'

/** An invoice by BOLT11, decoded. Pure. */
export type Bolt11 = {
  /** The text, lower case. */
  bolt11: string
  network: Rail.BitcoinNetwork
  /** Null lets the payer choose. */
  amountSat: bigint | null
  amountMsat: bigint | null
  /** 64 lower-case hex digits. */
  paymentHash: string
  expiresAtMs: number
  /** Empty where the invoice holds only a hash of its description. */
  description: string
}

/** An invoice of a sale has about 420 characters; route hints of a private node make it longer. */
const charactersMax = 2_048
const expiryDefaultSeconds = 3_600
const hash = /^[0-9a-f]{64}$/

/**
 * Decodes an invoice. Its signature is not checked: the node that made it or pays it does that.
 * @throws TypeError with a sentence if it is no invoice of a known network, is for no whole number of satoshi, needs a feature that
 * is not known, or lacks what every invoice has.
 */
export function decode(text: string): Bolt11 {
  if (text.length > charactersMax) throw new TypeError(`The invoice is longer than ${charactersMax} characters.`)
  const sections = sectionsOf(text)
  const [prefix = ''] = /^ln(bcrt|bc|tbs|tb)(?=\d|$)/.exec(text.toLowerCase().slice(0, text.lastIndexOf('1'))) ?? []
  const network = networkOf(prefix)
  if (network === undefined) throw new TypeError('The invoice is for a network that is not known.')
  const values = (name: string) => sections.flatMap((section) => (section.name === name ? [section.value] : []))
  // Of several the first counts.
  const first = (name: string) => values(name).find((value) => typeof value === 'string' && hash.test(value))
  const paymentHash = first('payment_hash')
  if (typeof paymentHash !== 'string') throw new TypeError('The invoice has no payment hash.')
  if (first('payment_secret') === undefined) throw new TypeError('The invoice has no payment secret.')
  if (values('feature_bits').some(needsMore)) throw new TypeError('The invoice needs a feature that is not known.')
  const amountMsat = amountOf(values('amount')[0])
  const seconds = Number(values('timestamp')[0]) + Number(values('expiry')[0] ?? expiryDefaultSeconds)
  const description = values('description')[0]
  return {
    bolt11: text.toLowerCase(),
    network,
    amountSat: amountMsat === null ? null : amountMsat / 1000n,
    amountMsat,
    paymentHash,
    expiresAtMs: seconds * 1000,
    description: typeof description === 'string' ? description : '',
  }
}

function networkOf(prefix: string): Rail.BitcoinNetwork | undefined {
  const names = Object.keys(Rail.bitcoinNetworks) as Rail.BitcoinNetwork[]
  return names.find((name) => Rail.bitcoinNetworks[name].prefix === prefix)
}

type Section = { name: string; value?: unknown }

function sectionsOf(text: string): Section[] {
  try {
    return decoder.decode(text).sections
  } catch (error) {
    throw new TypeError('The invoice cannot be decoded.', { cause: error })
  }
}

function amountOf(value: unknown): bigint | null {
  if (typeof value !== 'string') return null
  const amountMsat = BigInt(value)
  if (amountMsat === 0n) throw new TypeError('The invoice is for nothing.')
  if (amountMsat % 1000n !== 0n) throw new TypeError('The invoice is for a part of a satoshi.')
  return amountMsat
}

/** Bit numbers of features that every node has and the library does not name: blinded routes, payment metadata. */
const knownFeatures = [24, 48]

/** Whether an even bit is set, which a payer must understand, of a feature that is not known. */
function needsMore(value: unknown): boolean {
  const { start_bit: start, bits } = (value as { extra_bits: { start_bit: number; bits: boolean[] } }).extra_bits
  return bits.some((isSet, index) => isSet && index % 2 === 0 && !knownFeatures.includes(start + index))
}
