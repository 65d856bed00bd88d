import { sql } from '@/lib/db'

/** Columns for `RemoteFacilitator.from`. */
export const columns = sql`
  id, merchant_id, name, url, auth_sealed, timeout_ms, failures, supported`
