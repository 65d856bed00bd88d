import { sql } from '@/lib/db'

/** Columns of a facilitator as `RemoteFacilitator.from` takes them. */
export const columns = sql`
  id, merchant_id, name, url, auth_sealed, timeout_ms, failures, supported`
