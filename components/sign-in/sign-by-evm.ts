import { createSiweMessage } from 'viem/siwe'
import type { Config, Connector } from 'wagmi'
import { connect, disconnect, signMessage } from 'wagmi/actions'
import type { Challenge } from '@/lib/auth'

/** A message as the server verifies it. */
export type SignedMessage = { message: string; signature: string }

/** Signs a challenge of the server with a wallet. @throws Error with a sentence for a person, or as the wallet throws it. */
export type SignText = (challenge: Challenge.SiweChallenge) => Promise<SignedMessage>

/** Connects an EVM wallet and signs the challenge with its first account. */
export async function signByEvm(
  config: Config,
  connector: Connector,
  challenge: Challenge.SiweChallenge,
): Promise<SignedMessage> {
  await disconnect(config).catch(() => undefined)
  const { accounts } = await connect(config, { connector })
  const [account] = accounts
  if (!account) throw new Error('The wallet shared no account. Unlock it and try again.')
  const message = createSiweMessage({
    ...challenge,
    address: account,
    issuedAt: new Date(challenge.issuedAt),
    expirationTime: new Date(challenge.expirationTime),
  })
  return { message, signature: await signMessage(config, { account, connector, message }) }
}

/** An error as a sentence for a person. */
export function sentenceOf(error: unknown): string {
  const { name, code, message } = error as { name?: string; code?: number; message?: string }
  if (name === 'UserRejectedRequestError' || code === 4001) return 'The request was declined in the wallet.'
  if (code === -32002) return 'The wallet already shows a request. Open it and answer there.'
  if (name === 'ProviderNotFoundError') return 'The wallet cannot be found any more. Reload the page.'
  return error instanceof Error && name === 'Error' && message
    ? message
    : 'The wallet could not sign. Unlock it and try again.'
}
