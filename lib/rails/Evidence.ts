/** The evidence of a dispute, made of what is stored about the payment. Texts by Stripe's names. Pure. */

export type DisputeEvidence = Record<string, string>

export type EvidenceFacts = {
  paymentId: string
  intentId: string
  resource: string
  merchant: string
  amount: string
  wire: string
  payer: string
  request: { method: string; host: string; path: string; query: string; bodyDigest: string }
  challenge: unknown
  credential: unknown
  receipt: unknown
  acceptedAt: string
  upstreamStatus: number | null
  upstreamStartedAt: string | null
  upstreamEndedAt: string | null
  deliveredAt: string | null
  /** Of the answer, while it is kept. */
  answerDigest: string | null
  /** SHA-256 of the stored credential. */
  credentialHash: string
  events: readonly { at: string; type: string; index: string | null }[]
  /** The proof of the newest event that a signed checkpoint covers, as JSON. */
  proof: string | null
}

/** What a member may write. */
export type EvidenceWords = { productDescription: string; words: string }

/** Stripe takes 150,000 characters of all fields together. */
const fieldMax = 30_000

export const wordsMax = 10_000

/** The description that the form begins with. */
export function describe({ resource, merchant }: Pick<EvidenceFacts, 'resource' | 'merchant'>): string {
  return `An answer of the API resource “${resource}” of ${merchant}, delivered over HTTP at once to the program that paid for it.`
}

/** The whole evidence. The same facts and words make the same texts. */
export function generate(facts: EvidenceFacts, { productDescription, words }: EvidenceWords): DisputeEvidence {
  const texts = {
    product_description: productDescription,
    access_activity_log: activity(facts),
    service_date: (facts.deliveredAt ?? facts.acceptedAt).slice(0, 10),
    uncategorized_text: [words, proofs(facts)].filter((text) => text !== '').join('\n\n'),
  }
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === '' ? [] : [[name, text.slice(0, fieldMax)]])),
  )
}

function activity(facts: EvidenceFacts): string {
  const { request, upstreamStatus } = facts
  const lines: [string, string | null | undefined][] = [
    ['Payment', `${facts.paymentId}, ${facts.amount}, ${facts.intentId}`],
    ['Protocol', facts.wire],
    ['Paid by', facts.payer],
    ['Request', `${request.method} ${request.host}${request.path}${request.query && `?${request.query}`}`],
    ['Digest of the request body', request.bodyDigest],
    ['Token presented and accepted', facts.acceptedAt],
    ['Service began', facts.upstreamStartedAt],
    ['Service ended', facts.upstreamEndedAt && `${facts.upstreamEndedAt}, HTTP status ${upstreamStatus}`],
    ['Answer delivered', facts.deliveredAt],
    ['Digest of the answer', facts.answerDigest && `sha-256 ${facts.answerDigest}`],
  ]
  const log = facts.events.map(({ at, type, index }) => `${at} ${type}${index === null ? '' : ` (leaf ${index})`}`)
  return [
    ...lines.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])),
    '',
    'Events of the audit log:',
    ...log,
  ].join('\n')
}

function proofs({ challenge, credentialHash, credential, receipt, proof }: EvidenceFacts): string {
  return [
    'The offer that the payer accepted, signed by the server before payment:',
    JSON.stringify(challenge),
    `The payer's credential answers this offer. SHA-256 of the stored credential: ${credentialHash}`,
    JSON.stringify(credential),
    'The receipt that was sent with the answer:',
    JSON.stringify(receipt),
    ...(proof === null
      ? []
      : [
          'Proof that the audit log holds the event, under a signed checkpoint (RFC 6962, C2SP tlog-checkpoint):',
          proof,
        ]),
  ].join('\n')
}
