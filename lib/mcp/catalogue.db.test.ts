import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { closeResourceCache } from '@/lib/merchants'
import { callTool } from './call-tool'
import { listTools, pageSize } from './list-tools'
import { findTool } from './find-tool'

async function sell(slug: string, paths: readonly string[]): Promise<void> {
  const merchantId = randomUUID()
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, ${slug}, ${slug})`)
  for (const path of paths)
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
      VALUES (${randomUUID()}, ${merchantId}, 'GET', ${path}, ${path}, 'https://api.example.com/x', 0)`)
}

async function allPages(scope: Parameters<typeof listTools>[0]): Promise<string[][]> {
  const pages: string[][] = []
  for (let cursor: string | undefined; pages.length < 10;) {
    const page = await listTools(scope, [], cursor)
    pages.push(page.tools.map(({ name }) => name))
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  return pages
}

afterEach(closeResourceCache)

it('lists every tool once, page by page, also if tools change in between, and finds each by name', async () => {
  const numbered = Array.from({ length: pageSize }, (_, index) => `/a${index}`)
  await sell('b-2', [...numbered, '/users/:id', '/users/me'])
  await sell('Odd_slug', ['/x'])
  await sell('b', numbered.slice(0, pageSize - 10))
  const pages = await allPages({})
  expect(pages.map((page) => page.length)).toEqual([pageSize, pageSize - 10 + 3])
  const names = pages.flat()
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(await findTool({}, name)).toMatchObject({ status: 'live' })
  expect(await findTool({ merchantSlug: 'b' }, 'b-2_get_a1')).toBeUndefined()
  expect((await allPages({ merchantSlug: 'b-2' })).flat()).toEqual(names.filter((name) => name.startsWith('b-2_')))

  const byId = names.find((name) => name.startsWith('b-2_get_users_id_')) ?? ''
  const asked = { name: byId, arguments: { path: { id: 'me' } }, meta: {} }
  expect(await callTool({}, asked, new AbortController().signal)).toMatchObject({
    isError: true,
    structuredContent: { code: 'bad-input', detail: 'These values of path name another tool, b-2_get_users_me.' },
  })

  const { nextCursor } = await listTools({}, [])
  await db.execute(sql`UPDATE resource SET status = 'paused' WHERE path = '/a1'`)
  await closeResourceCache()
  const second = await listTools({}, [], nextCursor)
  const paused = { name: 'b-2_get_a1', arguments: {}, meta: {} }
  expect(await callTool({}, paused, new AbortController().signal)).toMatchObject({
    isError: true,
    structuredContent: { code: 'paused', retryable: true },
  })
  expect(second.tools.map(({ name }) => name)).toEqual(pages[1]?.filter((name) => !name.endsWith('_a1')))
})

it('refuses a cursor that it did not return', async () => {
  for (const cursor of ['', 'x', Buffer.from('[1]').toString('base64url')])
    await expect(listTools({}, [], cursor)).rejects.toMatchObject({ code: 'bad-input' })
})
