import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { getAddress } from 'viem'
import { createSiweMessage } from 'viem/siwe'
import { z } from 'zod'
import { env } from '../../env'
import { Address } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { Caip, type Caip2 } from '@/lib/money'

/**
 * SIGN-IN-WITH-X (CAIP-122): a wallet identifies itself without paying. Challenges are not stored, so a flood of 402s costs no
 * row: the nonce carries a code over the rest of the challenge that only this installation can make.
 */

export const header = 'sign-in-with-x'

/** How long a challenge is valid. */
export const lifetimeMs = 5 * 60_000

const headerBytesMax = 8 * 1024
const statement = 'Sign in to come back without paying again. This signature moves no money.'

/** The target of a sign-in: one resource, at one of its addresses. */
export type SignInTarget = {
  resourceId: string
  /** Public URL without query. */
  uri: string
  /** The networks (CAIP-2) whose wallets may sign in there. */
  networks: readonly Caip2[]
}

/** Everything in the message except address and chain, which only the wallet knows. Times are ISO 8601. */
export type SignInChallenge = {
  domain: string
  uri: string
  version: '1'
  nonce: string
  issuedAt: string
  expirationTime: string
  statement: string
  resources: readonly string[]
}

/** A challenge for a target, different every time. Stores nothing. */
export function create(target: SignInTarget, nowMs: number): SignInChallenge {
  return make(target, nowMs, randomBytes(16).toString('hex'), env.CHALLENGE_SECRET)
}

function make({ resourceId, uri }: SignInTarget, issuedAtMs: number, random: string, secret: string): SignInChallenge {
  const issuedAt = new Date(issuedAtMs).toISOString()
  const code = createHmac('sha256', secret).update(['sluice sign-in v1', resourceId, uri, issuedAt, random].join('\n'))
  return {
    domain: new URL(uri).host,
    uri,
    version: '1',
    nonce: `${random}${code.digest('hex').slice(0, 32)}`,
    issuedAt,
    expirationTime: new Date(issuedAtMs + lifetimeMs).toISOString(),
    statement,
    resources: [uri],
  }
}

const short = z.string().max(256)
const SignedChallenge = z.object({
  domain: short,
  uri: z.string().max(4_096),
  version: z.literal('1'),
  nonce: z.string().regex(/^[0-9a-f]{64}$/),
  issuedAt: short,
  expirationTime: short,
  statement: short,
  resources: z.array(z.string().max(4_096)).length(1),
  // Members that our challenges do not have and that would be part of the message.
  notBefore: z.never().optional(),
  requestId: z.never().optional(),
  // One of the target's networks: `findFault` checks.
  chainId: short.transform((text) => text as Caip2),
  address: short,
  type: z.enum(['eip191', 'ed25519']),
  signature: z.string().max(4_096),
})

/** A message that names a wallet as its signer: its shape is checked, nothing is verified. The address is canonical. */
export type SignedChallenge = SignInChallenge & { network: Caip2; address: string; signature: string }

/** @throws AppError sign-in-refused if the header cannot be read. */
export function read(text: string): SignedChallenge {
  const result = SignedChallenge.safeParse(decode(text))
  if (!result.success) throw refused('The header SIGN-IN-WITH-X is not a signed challenge of this server.')
  const { chainId, type, notBefore: _notBefore, requestId: _requestId, ...message } = result.data
  if ((type === 'ed25519') !== Caip.isSolana(chainId) || !Address.isValid(chainId, message.address))
    throw refused('The address or the kind of signature is not one of the network that the message names.')
  return { ...message, network: chainId, address: Address.canonical(chainId, message.address) }
}

function decode(text: string): unknown {
  if (text.length > headerBytesMax || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

/**
 * The first difference between a message and what `create` made, as a sentence; undefined if there is none. Does not check the
 * signature.
 */
export function findFault(signed: SignedChallenge, target: SignInTarget, nowMs: number): string | undefined {
  const { host } = new URL(target.uri)
  if (signed.domain !== host) return `The message is for another site: this one is ${host}.`
  if (signed.uri !== target.uri) return 'The message is for another address than the one that is target for.'
  if (!target.networks.includes(signed.network)) return 'The message names a network that is not sold on here.'
  const issuedAtMs = Date.parse(signed.issuedAt)
  if (!isOurs(signed, target, issuedAtMs)) return 'The message is not one that this server made for this resource.'
  if (!(nowMs < issuedAtMs + lifetimeMs)) return 'The message has expired. Ask again, and sign the fresh one.'
  return undefined
}

function isOurs(signed: SignedChallenge, target: SignInTarget, issuedAtMs: number): boolean {
  if (!Number.isSafeInteger(issuedAtMs)) return false
  const secrets = [env.CHALLENGE_SECRET, env.CHALLENGE_SECRET_PREVIOUS].filter((secret) => secret !== undefined)
  return secrets.some((secret) => {
    const {
      nonce,
      issuedAt,
      expirationTime,
      statement: says,
      resources,
    } = make(target, issuedAtMs, signed.nonce.slice(0, 32), secret)
    return (
      timingSafeEqual(Buffer.from(nonce), Buffer.from(signed.nonce)) &&
      signed.issuedAt === issuedAt &&
      signed.expirationTime === expirationTime &&
      signed.statement === says &&
      signed.resources[0] === resources[0]
    )
  })
}

/** The signed text: EIP-4361, or its form for Solana. @throws if the message cannot hold an address of a resource. */
export function messageOf({ network, address, ...challenge }: SignedChallenge): string {
  const { domain, uri, version, nonce, issuedAt, expirationTime, resources } = challenge
  if (!Caip.isSolana(network))
    return createSiweMessage({
      domain,
      uri,
      version,
      nonce,
      statement,
      resources: [...resources],
      address: getAddress(address),
      chainId: Caip.toChainId(network),
      issuedAt: new Date(issuedAt),
      expirationTime: new Date(expirationTime),
    })
  return [
    `${domain} wants you to sign in with your Solana account:`,
    address,
    '',
    statement,
    '',
    `URI: ${uri}`,
    `Version: ${version}`,
    `Chain ID: ${network.slice('solana:'.length)}`,
    `Nonce: ${nonce}`,
    `Issued At: ${issuedAt}`,
    `Expiration Time: ${expirationTime}`,
    'Resources:',
    ...resources.map((resource) => `- ${resource}`),
  ].join('\n')
}

export function refused(sentence: string): AppError {
  return new AppError('sign-in-refused', sentence)
}
