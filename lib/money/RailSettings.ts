import { z } from 'zod'

/** How the settings of rails are written (lib/env.ts). */

/** The Stripe account that this installation charges by, and the business profile that agents' payment tokens name. */
export const Stripe = z.strictObject({
  secretKey: z.string().min(1),
  /** The reference of a CAIP-2 network has at most 32 characters. */
  profile: z
    .string()
    .regex(/^profile_[A-Za-z0-9_]{1,24}$/, 'must be a business profile, profile_…, of at most 32 characters'),
  /** The signing secrets of its webhook endpoint; two while one is rotated. */
  webhookSecrets: z.array(z.string().min(1)).default([]),
  paymentMethodTypes: z.array(z.string().min(1)).min(1).default(['card', 'link']),
  /** Below this price the offer is left out. */
  minimumCents: z.number().int().min(1).default(50),
  /** The platform's part of charges for connected accounts, hundredths of a percent. */
  applicationFeeBasisPoints: z.number().int().min(0).max(10_000).default(0),
  /** Of Stripe's API; another one for a local counterpart. */
  api: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
})

/** A node's address, without a trailing slash. Its secrets have fields of their own. */
const nodeUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => new URL(text).username === '' && new URL(text).search === '', 'must have no user and no query')
  .transform((url) => url.replace(/\/+$/, ''))
const lightningNetwork = z.enum(['mainnet', 'testnet', 'signet', 'regtest'])
/** The Lightning node that makes invoices and pays refunds. */
export const LightningNode = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('lnd'),
    url: nodeUrl,
    macaroon: z.string().regex(/^([0-9a-fA-F]{2})+$/, 'must be hex, as xxd -p -c 9999 invoice.macaroon writes it'),
    /** PEM of a certificate that the node signed itself. */
    tlsCert: z.string().startsWith('-----BEGIN CERTIFICATE-----', 'must be a certificate in PEM').optional(),
    network: lightningNetwork,
  }),
  z.strictObject({ kind: z.literal('phoenixd'), url: nodeUrl, password: z.string().min(1), network: lightningNetwork }),
])
