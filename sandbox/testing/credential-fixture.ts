import { randomBytes } from 'node:crypto'
import { Challenge, Credential } from 'mppx'
import { bytesToHex, concatHex, encodeFunctionData, keccak256, stringToBytes, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { Abis, Transaction } from 'viem/tempo'
import type { AgentRequest } from '@/lib/payments/Protocol'
import type { Quote } from '@/lib/pricing'

// Credentials made by hand, so that each of their fields can be wrong. Clients that are not ours make the right ones.

export const nowMs = Date.UTC(2026, 10, 22, 12)
/** Of anvil's public mnemonic: the fourth account is paid, the fifth pays. */
export const payTo = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
export const payer = privateKeyToAccount('0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a')
export const evm = 'eip155:84532' as const
export const tempo = 'eip155:1337' as const
export const usdc = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'
export const pathUsd = '0x20C0000000000000000000000000000000000000'

export const quote: Quote.Quote = {
  id: '01a20320-9e18-7000-8000-000000000001',
  resourceId: '0198c000-0000-7000-8000-000000000001',
  revision: 3,
  priceMicros: 10_000n,
  payouts: [
    { network: evm, payTo },
    { network: tempo, payTo },
  ],
  issuedAtMs: nowMs - 1_000,
  expiresAtMs: nowMs - 1_000 + 300_000,
}

export const agentRequest: AgentRequest = {
  method: 'GET',
  url: 'http://sluice.test/gateway/acme/weather?city=Bonn',
  host: 'sluice.test',
  path: '/gateway/acme/weather',
  query: 'city=Bonn',
  description: 'The weather, now',
  mimeType: 'application/json',
}

export const domain = { name: 'USDC', version: '2', chainId: 84532, verifyingContract: usdc } as const
const types = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

export type Authorization = ReturnType<typeof authorization>

/** The authorization that an honest payer signs. */
export function authorization(
  change: Partial<Record<'from' | 'to' | 'value' | 'validAfter' | 'validBefore', string>> & { nonce?: Hex } = {},
) {
  return {
    from: payer.address as string,
    to: payTo as string,
    value: '10000',
    validAfter: '0',
    validBefore: String(nowMs / 1000 + 120),
    nonce: bytesToHex(randomBytes(32)) as Hex,
    ...change,
  }
}

/** The payer's signature over a message, by default in the domain of the token. */
export function sign(message: Authorization, other: Partial<Record<keyof typeof domain, unknown>> = {}): Promise<Hex> {
  return payer.signTypedData({
    domain: { ...domain, ...other } as typeof domain,
    types,
    primaryType: 'TransferWithAuthorization',
    message: {
      ...message,
      from: message.from as Hex,
      to: message.to as Hex,
      value: BigInt(message.value),
      validAfter: BigInt(message.validAfter),
      validBefore: BigInt(message.validBefore),
    },
  })
}

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** The same signature with s mirrored and v flipped: valid for a careless verifier, another spelling of the same consent. */
export function toHighS(signature: Hex): Hex {
  const s = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, '0')
  return `${signature.slice(0, 66)}${s}${signature.endsWith('1b') ? '1c' : '1b'}` as Hex
}

/** As wallets and key services also write a signature: v as yParity, s above the half, both in 64 bytes (EIP-2098), upper case. */
export function spellingsOf(signature: Hex): Record<'yParity' | 'highS' | 'compact' | 'upperCase', Hex> {
  const isOdd = signature.endsWith('1c')
  const s = BigInt(`0x${signature.slice(66, 130)}`)
  const packed = (isOdd ? s | (1n << 255n) : s).toString(16).padStart(64, '0')
  return {
    yParity: `${signature.slice(0, -2)}${isOdd ? '01' : '00'}` as Hex,
    highS: toHighS(signature),
    compact: `${signature.slice(0, 66)}${packed}` as Hex,
    upperCase: `0x${signature.slice(2).toUpperCase()}`,
  }
}

export const toBase64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')

/** The first entry of `accepts` in a 402, as x402 v2 clients echo it. */
export function acceptedOf(headers: readonly (readonly [string, string])[]): unknown {
  const demand = headers.find(([name]) => name === 'PAYMENT-REQUIRED')?.[1] ?? ''
  return (JSON.parse(Buffer.from(demand, 'base64').toString()) as { accepts: unknown[] }).accepts[0]
}

/** The challenges of a 402 as mppx reads them. */
export function challengesOf(headers: readonly (readonly [string, string])[]): readonly Challenge.Challenge[] {
  const merged = new Headers()
  for (const [name, value] of headers) merged.append(name, value)
  return Challenge.fromHeadersList(merged)
}

export function challengeOf(headers: readonly (readonly [string, string])[], method: string): Challenge.Challenge {
  const found = challengesOf(headers).find((challenge) => challenge.method === method)
  if (!found) throw new Error(`no ${method} challenge`)
  return found
}

/** `Payment …` with this payload. */
export function toPayment(challenge: Challenge.Challenge, payload: unknown, source?: string): string {
  return Credential.serialize({ challenge, payload, ...(source !== undefined && { source }) })
}

/** keccak256(id ‖ realm): draft-evm-charge, "Challenge Binding". */
export function challengeHash({ id, realm }: Pick<Challenge.Challenge, 'id' | 'realm'>): Hex {
  return keccak256(stringToBytes(id + realm))
}

/** The memo of draft-tempo-charge: tag, version, server, client, challenge. */
export function memoOf({ id, realm }: Pick<Challenge.Challenge, 'id' | 'realm'>): Hex {
  const hash = (text: string, bytes: number) => keccak256(stringToBytes(text)).slice(0, 2 + 2 * bytes) as Hex
  return concatHex([hash('mpp', 4), '0x01', hash(realm, 10), `0x${'00'.repeat(10)}`, hash(id, 7)])
}

const envelopes = Transaction.z_TxEnvelopeTempo
type Envelope = Parameters<typeof envelopes.from>[0]

/** A signed 0x76 transaction that pays a challenge, without a chain. */
export async function tempoTransaction(
  memo: Hex | undefined,
  change: {
    transfer?: Partial<Record<'amount', bigint>> & { to?: Hex; token?: Hex }
    envelope?: Record<string, unknown>
  } = {},
): Promise<Hex> {
  const { to, token, amount } = { to: payTo as Hex, token: pathUsd as Hex, amount: 10_000n, ...change.transfer }
  const data = memo
    ? encodeFunctionData({ abi: Abis.tip20, functionName: 'transferWithMemo', args: [to, amount, memo] })
    : encodeFunctionData({ abi: Abis.tip20, functionName: 'transfer', args: [to, amount] })
  const envelope = envelopes.from({
    type: 'tempo',
    chainId: 1337,
    calls: [{ to: token, data }],
    gas: 500_000n,
    maxFeePerGas: 20_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
    nonce: 0n,
    nonceKey: 2n ** 256n - 1n,
    validBefore: nowMs / 1000 + 25,
    ...change.envelope,
  } as Envelope & object)
  const signature = await payer.sign({ hash: envelopes.getSignPayload(envelope) })
  return envelopes.serialize(envelope, { signature: Transaction.z_SignatureEnvelope.from(signature) })
}
