import { openApi } from '@/lib/intents'
import { paths, schemas } from './reads'

/** The OpenAPI document of the API below /api/v1. */
export function document() {
  return openApi({ paths, schemas })
}
