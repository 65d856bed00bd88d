import { beforeAll, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { deleteView } from './delete-view'
import { listViews } from './list-views'
import { saveView } from './save-view'

const ctx = createCtx({ kind: 'member', id: `0x${'aa'.repeat(20)}` })
let scope: MemberScope.MemberScope

beforeAll(async () => {
  const { merchantId } = await insertSeller()
  scope = { address: `0x${'aa'.repeat(20)}`, merchantId, operator: false, role: 'finance' }
})

it('keeps views by name for one member, and deletes them', async () => {
  const page = '/payments' as const
  await saveView(ctx, scope, { page, name: ' Large ', query: 'min=1' })
  await saveView(ctx, scope, { page, name: 'Large', query: 'min=2' })
  await saveView(ctx, scope, { page, name: 'Base', query: 'network=eip155:8453' })
  const views = await listViews(scope, page)
  expect(views.map(({ name, query }) => [name, query])).toEqual([
    ['Base', 'network=eip155:8453'],
    ['Large', 'min=2'],
  ])
  const other = { ...scope, address: `0x${'bb'.repeat(20)}` }
  expect(await listViews(other, page)).toEqual([])
  const [first] = views
  await deleteView(ctx, other, first?.id ?? '')
  expect(await listViews(scope, page)).toHaveLength(2)
  await deleteView(ctx, scope, first?.id ?? '')
  await deleteView(ctx, scope, first?.id ?? '')
  await deleteView(ctx, scope, 'x')
  expect(await listViews(scope, page)).toHaveLength(1)
  await expect(saveView(ctx, scope, { page: '/audit', name: 'x', query: '' })).rejects.toMatchObject({
    code: 'bad-input',
  })
  await expect(saveView(ctx, scope, { page, name: '', query: '' })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(saveView(ctx, { ...scope, role: 'viewer' }, { page, name: 'x', query: '' })).rejects.toMatchObject({
    code: 'not-allowed',
  })
})
