import { wrongFields } from '@/lib/errors'
import * as RemoteFacilitator from './RemoteFacilitator'
import type * as RemoteFacilitatorDraft from './RemoteFacilitatorDraft'

export function sealedOf(id: string, { auth }: RemoteFacilitatorDraft.RemoteFacilitatorDraft): Buffer | null {
  const sealed = auth && RemoteFacilitator.sealAuth(id, auth)
  return sealed ? Buffer.from(sealed) : null
}

export function asTaken(error: unknown): never {
  if ((error as { code?: string }).code === '23505')
    throw wrongFields([{ field: 'name', message: 'This name is already used' }])
  throw error
}
