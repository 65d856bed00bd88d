import type { Execution } from '@/lib/merchants/Execution'
import { guestbookAction } from '../guestbook'
import type { Listing } from '@/lib/merchants/Listing'

/** The resources of the demo's merchant: paths are the sample upstream's own (sandbox/upstream.ts). */
export const samples = {
  fixed: {
    method: 'GET',
    path: '/fortune',
    price: '0.01',
    name: 'Fortune',
    description: 'One line of wisdom for machines.',
    listing: {
      serviceName: 'Sluice Samples',
      tags: ['wisdom', 'sample'],
      query: { schema: { type: 'object', properties: {} }, example: {} },
      output: { example: { fortune: 'A cache is a promise about the past.', at: '2026-11-22T12:00:00.000Z' } },
    },
  },
  post: {
    method: 'POST',
    path: '/summarize',
    price: '0.02',
    name: 'Summarize',
    description: 'The gist of the text you send as {"text": "…"}.',
    listing: {
      serviceName: 'Sluice Samples',
      tags: ['text', 'summary'],
      body: {
        schema: { type: 'object', required: ['text'], properties: { text: { type: 'string', minLength: 1 } } },
        example: { text: 'One. Two.' },
      },
      output: { example: { summary: 'One. Two.', words: 2 } },
    },
  },
  slow: {
    method: 'GET',
    path: '/slow',
    price: '0.01',
    name: 'Slow answer',
    description: 'Takes three seconds to answer.',
  },
  failing: {
    method: 'GET',
    path: '/failing',
    price: '0.01',
    name: 'Failing upstream',
    description: 'Its upstream always answers 500, so it never charges.',
  },
  expensive: {
    method: 'GET',
    path: '/report',
    price: '1',
    name: 'Quarterly report',
    description: 'A report that is worth a dollar. Who bought it may read it again for a day.',
    accessSeconds: 86_400,
    listing: {
      serviceName: 'Sluice Samples',
      tags: ['report', 'finance'],
      query: { schema: { type: 'object', properties: {} }, example: {} },
      output: { example: { report: 'quarterly', pages: 42, figures: [31, 27] } },
    },
  },
  metered: {
    method: 'GET',
    path: '/words',
    price: '0.01',
    name: 'Words',
    description:
      'As many words as you ask for with ?count=20. You sign for a cent at most and pay for the words that come.',
    permit2: true,
    sessions: { meter: 'request', unitType: 'answer', depositUnits: 100 },
    pricing: {
      baseMicros: '0',
      unit: {
        count: { of: 'response-header', at: 'x-words' },
        name: 'word',
        per: '1',
        tiers: [{ upTo: null, micros: '10' }],
      },
      minMicros: null,
      maxMicros: '10000',
      freePerDay: 0,
      windows: [],
      discounts: [],
    },
  },
  permit2: {
    method: 'GET',
    path: '/quote',
    price: '0.01',
    name: 'Quote',
    description: 'A line that can be paid by Permit2 too.',
    permit2: true,
  },
  dossier: {
    method: 'GET',
    path: '/dossier',
    price: '0.75',
    name: 'Company dossier',
    description: 'What is known about a company. Dear enough for a card: it is sold by Stripe and over Lightning too.',
    rails: true,
  },
  free: { method: 'GET', path: '/status', price: '0', name: 'Status', description: 'Costs nothing.' },
  stream: {
    method: 'GET',
    path: '/stream',
    price: '0.001',
    name: 'Event stream',
    description: 'Server-sent events, paid one by one: ?events=20&everyMs=200 says how many and how fast.',
    mimeType: 'text/event-stream',
    streaming: true,
    sessions: { meter: 'event', unitType: 'event', depositUnits: 20, alone: true },
  },
  session: {
    method: 'GET',
    path: '/tick',
    price: '0.001',
    name: 'Tick',
    description: 'What time it is, to the microsecond: cheap enough to ask a hundred times.',
    sessions: { meter: 'request', unitType: 'request', depositUnits: 1_000 },
  },
  echo: {
    method: 'GET',
    path: '/echo',
    price: '0.001',
    name: 'Echo',
    description: 'Tells which headers reached the upstream.',
  },
  execution: {
    method: 'POST',
    path: '/guestbook',
    price: '0.05',
    name: 'Sign the guestbook',
    description: 'Writes the message you send as {"message": "…"} into a book on chain, and pays the gas.',
    sessions: { meter: 'request', unitType: 'signature', depositUnits: 20 },
    action: guestbookAction,
  },
} satisfies Record<string, Sample>

export type Sample = {
  method: string
  path: string
  /** Dollars. */
  price: string
  name: string
  description: string
  mimeType?: string
  streaming?: boolean
  /** Sold by sessions; alone: on networks that have them, and nowhere else. */
  sessions?: { meter: 'request' | 'event'; unitType: string; depositUnits: number; alone?: boolean }
  listing?: Listing
  /** For how long who bought it may come back without paying, in seconds. */
  accessSeconds?: number
  /** Sold by the rails without a chain too. */
  rails?: boolean
  /** Taken by Permit2 too. */
  permit2?: boolean
  /** The counted unit, as the database stores it; the price is the maximum. */
  pricing?: unknown
  /** Executed on chain instead of calling the upstream, under the policy of the guestbook. */
  action?: Execution
}
