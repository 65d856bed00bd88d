import type { codes } from '@/lib/errors'

type Owner = (typeof codes)[keyof typeof codes]['owner']

/** Whose move it is, in a word and in a sentence. */
export const owners: Record<Owner, { word: string; sentence: string }> = {
  client: { word: 'Caller', sentence: 'The caller’s: the agent, or whoever sent the request.' },
  merchant: { word: 'Merchant', sentence: 'The merchant’s, who sells this resource.' },
  upstream: { word: 'Seller’s API', sentence: 'The API’s behind this resource.' },
  platform: { word: 'Server', sentence: 'This server’s.' },
}
