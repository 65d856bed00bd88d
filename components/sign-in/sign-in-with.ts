import { createSiweMessage } from 'viem/siwe'
import type { Config, Connector } from 'wagmi'
import { connect, disconnect, signMessage } from 'wagmi/actions'
import type { Challenge } from '@/lib/accounts'

/** Connects a wallet, has it sign the server's challenge and trades the signature for a session cookie. */
export async function signInWith(config: Config, connector: Connector): Promise<void> {
  await disconnect(config).catch(() => undefined)
  const challenge = await post<Challenge.Challenge>('/api/auth/nonce')
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
  await post('/api/auth/verify', { message, signature })
}

async function post<Body>(path: string, body?: unknown): Promise<Body> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error('The server cannot be reached. Check the connection and try again.')
  })
  const parsed = (await answer.json().catch(() => ({}))) as Body & { detail?: string }
  if (!answer.ok) throw new Error(parsed.detail ?? `The server answered ${answer.status}. Try again.`)
  return parsed
}

/** What went wrong, as a sentence for a person. */
export function sentenceOf(error: unknown): string {
  const { name, code, message } = error as { name?: string; code?: number; message?: string }
  if (name === 'UserRejectedRequestError' || code === 4001) return 'The request was declined in the wallet.'
  if (code === -32002) return 'The wallet is already asking. Open it and answer there.'
  if (name === 'ProviderNotFoundError') return 'The wallet cannot be found any more. Reload the page.'
  return error instanceof Error && name === 'Error' && message
    ? message
    : 'The wallet could not sign. Unlock it and try again.'
}
