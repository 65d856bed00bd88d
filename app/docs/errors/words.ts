import type { codes } from '@/lib/errors'

type Owner = (typeof codes)[keyof typeof codes]['owner']

/** Who has to act, in a word and in a sentence. */
export const owners: Record<Owner, { word: string; sentence: string }> = {
  client: { word: 'Caller', sentence: 'The caller: the agent, or the program that sent the request.' },
  merchant: { word: 'Merchant', sentence: 'The merchant that sells this resource.' },
  upstream: { word: 'Seller’s API', sentence: 'The API behind this resource.' },
  platform: { word: 'Server', sentence: 'The operator of this server.' },
}
