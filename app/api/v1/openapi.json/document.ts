import { openApi } from '@/lib/intents'
import { paths, schemas } from './reads'
import { refundPaths, refundSchemas } from './refunds'

/** The OpenAPI document of the API below /api/v1. */
export function document() {
  return openApi({ paths: { ...paths, ...refundPaths }, schemas: { ...schemas, ...refundSchemas } })
}
