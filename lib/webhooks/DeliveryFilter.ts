import { z } from 'zod'
import { Filter } from '@/lib/paging'
import { offered } from './Endpoint'

/** The filters of an endpoint's deliveries, as the URL holds them. */

export const statuses = ['waiting', 'delivered', 'failed'] as const

export const shape = {
  status: Filter.anyOf(statuses),
  type: Filter.anyOf([...offered, 'alert.opened', 'alert.resolved', 'webhook.test']),
  /** Its subject: the id of a transaction, an intent, a payment, a batch or an alert. */
  about: z.union([Filter.id, z.string().regex(/^0x[0-9a-f]{64}$/)]),
}

export type DeliveryFilter = Filter.FilterValues<typeof shape>
