import type { SiweMessage } from 'viem/siwe'
import { env } from '../env'
import { Caip } from '@/lib/money'

/** How long a sign-in nonce lives. */
export const lifetimeMs = 5 * 60_000
/** How far a wallet's clock may be ahead. */
const clockSkewMs = 60_000

/** Everything in an EIP-4361 message except the address, which only the wallet knows. Times are ISO 8601. */
export type SiweChallenge = {
  domain: string
  uri: string
  version: '1'
  chainId: number
  nonce: string
  statement: string
  issuedAt: string
  expirationTime: string
}

const signInStatement = 'Sign in to Sluice. This signature moves no money.'

/**
 * The challenge that a wallet signs. Pure except for the configured origin and first network.
 * @param statement what the signature is for, in ASCII without line breaks (EIP-4361); by default a sign-in.
 */
export function create(nonce: string, nowMs: number, statement = signInStatement): SiweChallenge {
  return {
    domain: new URL(env.PUBLIC_URL).host,
    uri: new URL(env.PUBLIC_URL).origin,
    version: '1',
    chainId: signInChainId(),
    nonce,
    statement,
    issuedAt: new Date(nowMs).toISOString(),
    expirationTime: new Date(nowMs + lifetimeMs).toISOString(),
  }
}

/** A message as read from text: any field may be missing. */
export type UncheckedMessage = { [Field in keyof SiweMessage]?: SiweMessage[Field] | undefined }

/**
 * The first difference between a signed message and what `create` made, as a sentence; undefined if there is none. Does not
 * check the nonce: `Nonce.isOurs` does.
 */
export function findFault(message: UncheckedMessage, nowMs: number, statement = signInStatement): string | undefined {
  const expected = create('', nowMs)
  if (message.domain !== expected.domain) return `The message is for another site: this one is ${expected.domain}.`
  if (message.uri !== expected.uri) return `The message is for another address: this one is ${expected.uri}.`
  if (message.version !== expected.version) return 'The message is not version 1 of Sign-In with Ethereum.'
  if (message.chainId !== expected.chainId) return `The message names another chain than ${expected.chainId}.`
  if (message.statement !== statement) return 'The message does not say what it is signed for.'
  const [issuedMs, expiresMs] = [message.issuedAt?.getTime(), message.expirationTime?.getTime()]
  // NaN compares false, so every comparison is true for a good message.
  if (!(issuedMs !== undefined && issuedMs <= nowMs + clockSkewMs && issuedMs > nowMs - lifetimeMs - clockSkewMs))
    return 'The message is too old or from the future. Check the clock of this computer and sign again.'
  if (!(expiresMs !== undefined && expiresMs > nowMs && expiresMs <= issuedMs + lifetimeMs))
    return 'The message has expired. Sign again.'
  if (message.notBefore !== undefined && !(message.notBefore.getTime() <= nowMs)) return 'The message is not valid yet.'
  return undefined
}

/** The chain that sign-in messages name: the first served EVM chain. */
export function signInChainId(): number {
  const network = Object.keys(env.NETWORKS).find((named) => !Caip.isSolana(named))
  return network ? Caip.toChainId(Caip.parse(network)) : 1
}
