import { z } from 'zod'
import * as Sealed from '../sealed'
import { Address } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** A facilitator of somebody else that a merchant lets settle. */
export type RemoteFacilitator = {
  id: string
  merchantId: string
  name: string
  /** Without a trailing slash. */
  url: string
  auth: FacilitatorAuth
  /** Until an answer must be there. */
  timeoutMs: number
  /** Calls in a row without a usable answer. */
  failures: number
  /** What it last said to support; null when it was never asked, or never answered. */
  supported: readonly FacilitatorKind[] | null
}

/** How it is told who asks. */
export type FacilitatorAuth =
  | { kind: 'none' }
  | { kind: 'headers'; headers: Readonly<Record<string, string>> }
  /** A secret API key of the Coinbase Developer Platform: every request carries a token of its own. */
  | { kind: 'cdp'; keyId: string; keySecret: string }

/** A way to pay that it says to support. */
export type FacilitatorKind = z.infer<typeof KindSchema>

export const KindSchema = z.object({
  x402Version: z.number(),
  scheme: z.string().max(64),
  network: z.string().max(64),
  extra: z.record(z.string(), z.unknown()).nullish(),
})

const AuthSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('headers'), headers: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('cdp'), keyId: z.string(), keySecret: z.string() }),
])

/** The columns of a row that `from` needs. */
export type RemoteFacilitatorRow = Omit<RemoteFacilitator, 'auth' | 'supported'> & {
  authSealed: Buffer | null
  supported: unknown
}

/** @throws Error when the credentials do not open, because ENCRYPTION_SECRET was changed. */
export function from({ authSealed, supported, ...row }: RemoteFacilitatorRow): RemoteFacilitator {
  return { ...row, auth: openAuth(row.id, authSealed), supported: parseKinds(supported) }
}

export function sealAuth(id: string, auth: FacilitatorAuth): Uint8Array<ArrayBuffer> | null {
  return auth.kind === 'none' ? null : Sealed.seal(JSON.stringify(auth), Sealed.facilitatorContext(id))
}

function openAuth(id: string, sealed: Buffer | null): FacilitatorAuth {
  return sealed ? AuthSchema.parse(JSON.parse(Sealed.open(sealed, Sealed.facilitatorContext(id)))) : { kind: 'none' }
}

/** What was stored of a /supported; null when nothing was. */
export function parseKinds(supported: unknown): readonly FacilitatorKind[] | null {
  return z.array(KindSchema).nullable().catch(null).parse(supported)
}

/** The address that it says to settle a scheme with, which payers have to sign for (`upto`, Solana); canonical. */
export function addressOf(
  { supported }: Pick<RemoteFacilitator, 'supported'>,
  network: Caip2,
  scheme: string,
): string | undefined {
  const kind = supported?.find((one) => one.x402Version === 2 && one.scheme === scheme && one.network === network)
  const address = kind?.extra?.facilitatorAddress ?? kind?.extra?.feePayer
  return typeof address === 'string' && Address.isValid(network, address)
    ? Address.canonical(network, address)
    : undefined
}

/** Whether it may be asked for this: it says so, or never said anything. */
export function supports({ supported }: Pick<RemoteFacilitator, 'supported'>, network: Caip2, scheme: string): boolean {
  return (
    supported === null ||
    supported.some((kind) => kind.x402Version === 2 && kind.scheme === scheme && kind.network === network)
  )
}
