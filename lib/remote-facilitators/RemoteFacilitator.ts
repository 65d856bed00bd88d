import { z } from 'zod'
import * as Sealed from '../sealed'
import { Address } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** Another party's facilitator that a merchant lets settle payments. */
export type RemoteFacilitator = {
  id: string
  merchantId: string
  name: string
  /** Without a trailing slash. */
  url: string
  auth: FacilitatorAuth
  /** Longest wait for an answer, ms. */
  timeoutMs: number
  /** Requests in a row without a usable answer. */
  failures: number
  /** Its last /supported answer; null before the first one. */
  supported: readonly FacilitatorKind[] | null
}

/** How requests to it are authenticated. */
export type FacilitatorAuth =
  | { kind: 'none' }
  | { kind: 'headers'; headers: Readonly<Record<string, string>> }
  /** A secret API key of the Coinbase Developer Platform: each request has its own token. */
  | { kind: 'cdp'; keyId: string; keySecret: string }

/** A payment method that it supports. */
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

/** The columns that `from` reads. */
export type RemoteFacilitatorRow = Omit<RemoteFacilitator, 'auth' | 'supported'> & {
  authSealed: Buffer | null
  supported: unknown
}

/** @throws Error if the credentials cannot be decrypted, because ENCRYPTION_SECRET was changed. */
export function from({ authSealed, supported, ...row }: RemoteFacilitatorRow): RemoteFacilitator {
  return { ...row, auth: openAuth(row.id, authSealed), supported: parseKinds(supported) }
}

export function sealAuth(id: string, auth: FacilitatorAuth): Uint8Array<ArrayBuffer> | null {
  return auth.kind === 'none' ? null : Sealed.seal(JSON.stringify(auth), Sealed.facilitatorContext(id))
}

function openAuth(id: string, sealed: Buffer | null): FacilitatorAuth {
  return sealed ? AuthSchema.parse(JSON.parse(Sealed.open(sealed, Sealed.facilitatorContext(id)))) : { kind: 'none' }
}

/** A stored /supported answer; null if there is none. */
export function parseKinds(supported: unknown): readonly FacilitatorKind[] | null {
  return z.array(KindSchema).nullable().catch(null).parse(supported)
}

/** The address from /supported that payers have to sign for under a scheme (`upto`, Solana); canonical. */
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

/** True if it supports this, or has never answered /supported. */
export function supports({ supported }: Pick<RemoteFacilitator, 'supported'>, network: Caip2, scheme: string): boolean {
  return (
    supported === null ||
    supported.some((kind) => kind.x402Version === 2 && kind.scheme === scheme && kind.network === network)
  )
}
