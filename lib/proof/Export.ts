import { z } from 'zod'
import type { DisclosureSet, LeafDocument } from './Leaf'

/**
 * The formats of the log outside the server. An export is JSON lines: a head, one line per leaf in log order, and an end. A
 * whole export holds every leaf and, between them, checkpoints where they were signed; a filtered one holds a proof with each
 * leaf. A receipt is one JSON object about one transaction. Each names the checkpoint that it is proven under.
 */

/** How long an export or receipt of this kind is read. */
const version = 1

const hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const decimal = z.string().regex(/^(0|[1-9][0-9]{0,17})$/)

const Disclosure = z.object({ salt: z.string(), value: z.unknown() })

/** As much of a leaf as says which one it is. */
export const Place = z.object({ index: decimal })

export const ExportLeaf = z.object({
  /** Place in the log, from 0. */
  index: decimal,
  /** Leaf hash as the log holds it. */
  hash: hex32,
  /** Null if the row of the event is gone. */
  event: z
    .object({
      version: z.literal(1),
      seq: decimal,
      at: z.string(),
      type: z.string(),
      actor: z.looseObject({ kind: z.string(), id: z.unknown() }),
      data: z.record(z.string(), z.unknown()),
    })
    .loose()
    .nullable(),
  disclosed: z.record(z.string(), Disclosure).optional(),
  /** Inclusion proof under the checkpoint: in filtered exports and receipts. */
  proof: z.array(hex32).optional(),
})

/** A transaction on chain whose call data is a checkpoint. */
export const ExportAnchor = z.object({
  network: z.string(),
  /** Null until it is included. */
  txHash: z.string().nullable(),
  transactionId: z.string(),
  size: decimal,
  /** The signed note, byte for byte the call data. */
  note: z.string(),
})

export const ExportHead = z.object({
  sluice: z.literal('audit-export'),
  version: z.literal(version),
  /** The filter of the export; null = the whole log. */
  filter: z.record(z.string(), z.string()).nullable(),
  /** Signed note. */
  checkpoint: z.string(),
  /** The key that signed it, as text: pin it, a file can name any. */
  key: z.string(),
})

/** A checkpoint at the place in a whole export where it was signed. */
export const Mark = z.object({ checkpoint: z.string() })

export const ExportEnd = z.object({
  end: z.object({
    /** How many leaves this file holds. */
    leaves: z.number().int(),
    anchors: z.array(ExportAnchor),
    /** As in the head, so that the last line alone is useful. */
    checkpoint: z.string(),
    key: z.string(),
  }),
})

export const ExecutionReceipt = z.object({
  sluice: z.literal('execution-receipt'),
  version: z.literal(version),
  /** False while the transaction may still change, or events of it wait for a checkpoint. */
  isComplete: z.boolean(),
  transaction: z.looseObject({ id: z.string(), status: z.string() }),
  intent: z.looseObject({ id: z.string(), hash: hex32, request: z.unknown() }).nullable(),
  simulation: z.looseObject({ digest: z.string().optional() }).nullable(),
  /** The simulation that the requester saw, and what the inclusion did differently. */
  accepted: z.unknown(),
  drift: z.unknown(),
  attempts: z.array(z.looseObject({ hash: z.string() })),
  inclusion: z.looseObject({ hash: z.string(), blockHash: z.string() }).nullable(),
  events: z.array(ExportLeaf),
  /** Events that no checkpoint covers yet. */
  waiting: z.number().int(),
  anchors: z.array(ExportAnchor),
  checkpoint: z.string(),
  key: z.string(),
})

/** Proof that the log at one checkpoint is a prefix of the log at a later one. */
export const ConsistencyProof = z.object({
  sluice: z.literal('consistency-proof'),
  version: z.literal(version),
  from: decimal,
  to: decimal,
  proof: z.array(hex32),
})

export type ExportHead = z.infer<typeof ExportHead>
export type ExportEnd = z.infer<typeof ExportEnd>
export type ExecutionReceipt = z.infer<typeof ExecutionReceipt>
export type ExportAnchor = z.infer<typeof ExportAnchor>
export type ConsistencyProof = z.infer<typeof ConsistencyProof>
export type ExportLeaf = {
  index: string
  hash: string
  event: LeafDocument | null
  disclosed?: DisclosureSet | undefined
  proof?: string[] | undefined
}
