import type { PasskeyOptions, PasskeySignIn } from '@/lib/auth'
import { post, type SignedIn } from './post'

/** Signs in by a passkey of this browser or phone. @returns the wallet, and whether it is a member. @throws Error with a sentence. */
export async function signInByPasskey(): Promise<SignedIn> {
  const optionsJSON = await post<PasskeySignIn>('/api/auth/passkey/options')
  const { startAuthentication } = await import('@simplewebauthn/browser')
  return post('/api/auth/passkey/verify', await startAuthentication({ optionsJSON }).catch(refuse))
}

/** Makes a passkey on this device. @returns the browser's answer for the server. @throws Error with a sentence. */
export async function createPasskey(optionsJSON: PasskeyOptions): Promise<unknown> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  return startRegistration({ optionsJSON }).catch(refuse)
}

function refuse(error: unknown): never {
  const { name } = error as { name?: string }
  if (name === 'InvalidStateError') throw new Error('This device has a passkey for this wallet already.')
  throw new Error('The passkey was not used. Try again, or sign with your wallet.')
}
