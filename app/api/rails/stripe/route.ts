import { answer } from '@/app/_lib/answer'
import { readText } from '../../read-text'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { Rail } from '@/lib/money'
import { keepEvent } from '@/lib/rails'
import { readEvent } from '@/lib/stripe'

/** Webhooks of Stripe. Each is stored once and answered at once; the task `take-rail-events` works on it. */
export const POST = (request: Request) =>
  answer(async () => {
    if (!env.STRIPE) throw new AppError('not-found', 'This installation takes no payments by Stripe.')
    const event = readEvent(await readText(request), request.headers.get('stripe-signature'))
    await keepEvent({ network: Rail.ofProfile(env.STRIPE.profile), ...event })
    return Response.json({ received: true })
  })
