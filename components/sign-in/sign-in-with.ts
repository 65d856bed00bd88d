import { createSiweMessage } from 'viem/siwe'
import type { Config, Connector } from 'wagmi'
import { connect, disconnect, signMessage } from 'wagmi/actions'
import type { Challenge } from '@/lib/auth'
import { post } from './post'

/**
 * Connects a wallet, signs the server's challenge with it and exchanges the signature for session cookies.
 * @returns whether the wallet is a member. Every wallet may see its own payments.
 */
export async function signInWith(config: Config, connector: Connector): Promise<{ member: boolean }> {
  await disconnect(config).catch(() => undefined)
  const challenge = await post<Challenge.SiweChallenge>('/api/auth/nonce')
  const { accounts } = await connect(config, { connector })
  const [account] = accounts
  if (!account) throw new Error('The wallet shared no account. Unlock it and try again.')
  const message = createSiweMessage({
    ...challenge,
    address: account,
    issuedAt: new Date(challenge.issuedAt),
    expirationTime: new Date(challenge.expirationTime),
  })
  const signature = await signMessage(config, { account, connector, message })
  return post<{ member: boolean }>('/api/auth/verify', { message, signature })
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
