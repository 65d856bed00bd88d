import { Credential, Method, z } from 'mppx'
import { Bolt11 } from '@/lib/lightning'
import { payInvoice, type LndAccess } from './client'

/** MPP's method `lightning` as a client of `mppx` would bring it: mppx itself has none. */
const charge = Method.from({
  name: 'lightning',
  intent: 'charge',
  schema: {
    credential: { payload: z.object({ preimage: z.string() }) },
    request: z.object({
      amount: z.string(),
      currency: z.string(),
      description: z.optional(z.string()),
      externalId: z.optional(z.string()),
      methodDetails: z.object({
        invoice: z.string(),
        network: z.optional(z.string()),
        paymentHash: z.optional(z.string()),
      }),
    }),
  },
})

/** Pays challenges from a node's channels. Refuses a challenge that differs from its invoice, as the draft asks of clients. */
export function lightningMethod(node: LndAccess, network = 'regtest') {
  return Method.toClient(charge, {
    async createCredential({ challenge }) {
      const { amount, currency, methodDetails } = challenge.request
      const invoice = Bolt11.decode(methodDetails.invoice)
      const isSame =
        currency === 'sat' &&
        invoice.amountSat === BigInt(amount) &&
        invoice.network === network &&
        (methodDetails.network ?? 'mainnet') === network &&
        (methodDetails.paymentHash ?? invoice.paymentHash) === invoice.paymentHash
      if (!isSame) throw new Error('the challenge differs from its invoice')
      const paid = await payInvoice(node, invoice.bolt11)
      if (paid.status !== 'SUCCEEDED') throw new Error(`the payment failed: ${paid.failureReason}`)
      return Credential.serialize({ challenge, payload: { preimage: paid.preimage } })
    },
  })
}
