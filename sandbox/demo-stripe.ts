import { Receipt } from 'mppx'
import { Mppx, stripe } from 'mppx/client'
import { mintToken } from './stripe/client'

/** The members of the demo's contract that are used here. */
type StripeDemo = { baseUrl: string; resources: { dossier: string }; stripe: { url: string; profile: string } }

/** An agent with a card in a wallet at Stripe buys one answer. True if it was charged once and got its receipt. */
export async function buyByStripe({ baseUrl, resources, stripe: at }: StripeDemo): Promise<boolean> {
  console.log(`── MPP stripe charge, by mppx, on stripe:${at.profile}: ${resources.dossier}`)
  const agent = Mppx.create({
    polyfill: false,
    methods: [
      stripe.charge({
        paymentMethod: 'pm_card_visa',
        // A wallet makes the token: here the test helper of the stand-in.
        createToken: ({ amount, currency, networkId = at.profile, expiresAt }) =>
          mintToken(at, { amount, currency, profile: networkId, expiresAt }),
      }),
    ],
  })
  const startedAt = performance.now()
  try {
    const response = await agent.fetch(resources.dossier)
    const body = await response.text()
    console.log(
      `   answer    ${response.status} in ${Math.round(performance.now() - startedAt)} ms: ${body.slice(0, 160)}`,
    )
    const header = response.headers.get('payment-receipt')
    const receipt = header === null ? undefined : Receipt.deserialize(header)
    if (receipt) console.log(`   receipt   ${JSON.stringify(receipt, null, 2).replaceAll('\n', '\n             ')}`)
    const id = response.headers.get('sluice-payment')
    if (id) console.log(`   dashboard ${baseUrl}/payments/${id}`)
    console.log('')
    return response.ok && receipt?.reference.startsWith('pi_') === true
  } catch (error) {
    console.log(`   failed    ${(error as Error).message}\n`)
    return false
  }
}
