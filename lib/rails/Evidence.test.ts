import { expect, test } from 'vitest'
import * as Dispute from './Dispute'
import * as Evidence from './Evidence'

const facts: Evidence.EvidenceFacts = {
  paymentId: 'b5f0c1de-0000-4000-8000-000000000001',
  intentId: 'pi_1',
  resource: 'Fortune',
  merchant: 'Acme',
  amount: '0.75 USD',
  wire: 'mpp',
  payer: 'profile_agent',
  request: {
    method: 'GET',
    host: 'sluice.example',
    path: '/gateway/acme/fortune',
    query: 'sign=leo',
    bodyDigest: '47DE',
  },
  challenge: { id: 'c1' },
  credential: { sptHash: 'ab' },
  receipt: { 'payment-receipt': 'r' },
  acceptedAt: '2026-11-30T10:00:00.000Z',
  upstreamStatus: 200,
  upstreamStartedAt: '2026-11-30T10:00:00.100Z',
  upstreamEndedAt: '2026-11-30T10:00:00.400Z',
  deliveredAt: '2026-11-30T10:00:01.000Z',
  answerDigest: 'cd'.repeat(32),
  credentialHash: 'ef'.repeat(32),
  events: [{ at: '2026-11-30T10:00:01.000Z', type: 'payment.delivered', index: '7' }],
  proof: '{"index":"7"}',
}

test('evidence holds the request, the delivery, the offer, the receipt and the proof, behind the words of the member', () => {
  const evidence = Evidence.generate(facts, { productDescription: 'A fortune', words: 'Ordered by us.' })
  expect(evidence.product_description).toBe('A fortune')
  expect(evidence.service_date).toBe('2026-11-30')
  expect(evidence.access_activity_log).toContain('GET sluice.example/gateway/acme/fortune?sign=leo')
  expect(evidence.access_activity_log).toContain('payment.delivered (leaf 7)')
  expect(evidence.uncategorized_text).toMatch(/^Ordered by us\.\n\n/)
  for (const part of ['"id":"c1"', 'ef'.repeat(32), 'payment-receipt', '{"index":"7"}'])
    expect(evidence.uncategorized_text).toContain(part)
})

test('a request without a body has no digest', () => {
  const { bodyDigest: _, ...request } = facts.request
  // As JSON from the database: the member is missing.
  const read = { ...facts, request: request as typeof facts.request }
  const evidence = Evidence.generate(read, { productDescription: 'A fortune', words: '' })
  expect(evidence.access_activity_log).not.toContain('Digest of the request body')
})

test('what is not stored is left out, and no field is longer than Stripe takes', () => {
  const poor = { ...facts, deliveredAt: null, answerDigest: null, proof: null }
  const evidence = Evidence.generate(poor, { productDescription: 'x'.repeat(200_000), words: '' })
  expect(evidence.access_activity_log).not.toMatch(/Answer delivered|Digest of the answer/)
  expect(Object.values(evidence).join('').length).toBeLessThanOrEqual(150_000)
})

test('each movement of money and each state is a step forward', () => {
  const path = [
    Dispute.progressOf('warning_needs_response', 0),
    Dispute.progressOf('warning_under_review', 0),
    Dispute.progressOf('needs_response', 0),
    Dispute.progressOf('needs_response', 1),
    Dispute.progressOf('under_review', 1),
    Dispute.progressOf('lost', 1),
    Dispute.progressOf('won', 2),
  ]
  expect(path).toEqual(path.toSorted((a, b) => a - b))
  expect(new Set(path).size).toBe(path.length)
})
