import { sha256 } from '@noble/hashes/sha2'
import { utf8ToBytes } from '@noble/hashes/utils'
import canonicalize from 'canonicalize'
import { toHex } from './Bytes'
import { hashLeaf, type MerkleHash } from './Merkle'

/**
 * The document of one event. Its hash is over canonical JSON (RFC 8785), so that equal values give equal hashes. A missing id
 * is always absent, never null.
 */
export type LeafDocument = {
  version: 1
  /** Position in the trail, decimal. */
  seq: string
  /** ISO 8601 with milliseconds. */
  at: string
  type: string
  actor: { kind: string; id: unknown; requestId?: unknown }
  merchantId?: string
  resourceId?: string
  paymentId?: string
  channelId?: string
  batchId?: string
  transactionId?: string
  data: Record<string, unknown>
}

/** The placeholder in a document for a value that may have to be deleted. */
export type Commitment = { $commitment: string }

/** The input of a commitment: 32 random bytes as hex, and the value. */
export type Disclosure = { salt: string; value: unknown }

/** Disclosures by field: "actor.id", or the name of a member of `data`. */
export type DisclosureSet = Record<string, Disclosure>

export const actorField = 'actor.id'

/** @throws Error when the value holds what JSON cannot. */
export function canonical(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('there is no JSON for it')
  return text
}

/** SHA-256 of the canonical JSON, as hex. */
export function digestOf(value: unknown): string {
  return toHex(sha256(utf8ToBytes(canonical(value))))
}

/** Leaf hash of a document: SHA-256(0x00 ‖ canonical JSON). */
export function hashOf(document: unknown): MerkleHash {
  return hashLeaf(utf8ToBytes(canonical(document)))
}

/** Hides a value behind its salt; both together prove the value. */
export function commit(field: string, { salt, value }: Disclosure): Commitment {
  return { $commitment: digestOf({ field, salt, value }) }
}

export function isCommitment(value: unknown): value is Commitment {
  return typeof value === 'object' && value !== null && typeof (value as Commitment).$commitment === 'string'
}

/** The field whose disclosure does not match the commitment; undefined if all match. */
export function findFalse(document: LeafDocument, disclosed: DisclosureSet): string | undefined {
  return Object.entries(disclosed).find(([field, disclosure]) => {
    const stands = fieldOf(document, field)
    return !isCommitment(stands) || stands.$commitment !== commit(field, disclosure).$commitment
  })?.[0]
}

function fieldOf(document: LeafDocument, field: string): unknown {
  if (field === actorField) return document.actor.id
  return Object.hasOwn(document.data, field) ? document.data[field] : undefined
}

/** Actor and data for people: disclosed values are filled in, redacted ones are marked. */
export function reveal(
  { actor, data }: Pick<LeafDocument, 'actor' | 'data'>,
  disclosed: DisclosureSet,
): Pick<LeafDocument, 'actor' | 'data'> {
  const show = (field: string, value: unknown) => {
    if (!isCommitment(value)) return value
    const disclosure = Object.hasOwn(disclosed, field) ? disclosed[field] : undefined
    return disclosure ? disclosure.value : 'redacted'
  }
  return {
    actor: { ...actor, id: show(actorField, actor.id) },
    data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, show(name, value)])),
  }
}
