import { generateRegistrationOptions } from '@simplewebauthn/server'
import type { Ctx } from '../../ctx'
import { db, sql } from '@/lib/db'
import * as PasskeyChallenge from './PasskeyChallenge'

/** The options with which a browser makes a passkey. */
export type PasskeyOptions = Awaited<ReturnType<typeof generateRegistrationOptions>>

export const additionBinding = (wallet: string) => `passkey of ${wallet}`

/** The text that the wallet signs for a new passkey: one line of ASCII. */
export const additionStatement = (wallet: string) =>
  `Let a new passkey sign in for ${wallet}. It can open the dashboard, but not change payouts. This signature moves no money.`

/** Options for a new passkey of a signed-in wallet. Stores nothing. */
export async function beginPasskey(ctx: Ctx, wallet: string): Promise<PasskeyOptions> {
  const known = await db.query<{ id: string }>(sql`SELECT id FROM passkey WHERE wallet = ${wallet} LIMIT 50`)
  return generateRegistrationOptions({
    rpName: 'Sluice',
    rpID: PasskeyChallenge.relyingParty().id,
    userName: `${wallet.slice(0, 6)}…${wallet.slice(-4)}`,
    userID: new TextEncoder().encode(wallet),
    challenge: PasskeyChallenge.create(additionBinding(wallet), ctx.now()),
    attestationType: 'none',
    excludeCredentials: known.map(({ id }) => ({ id })),
    // The sign-in page names no wallet, so the authenticator must find the passkey by itself.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}
