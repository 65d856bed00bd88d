import { expect, test } from 'vitest'
import { db, sql } from '@/lib/db'
import { findShop } from '.'

test('finds a shop by its slug, or by one that it had before', async () => {
  await db.execute(sql`
    INSERT INTO merchant (id, slug, name, former_slugs) VALUES
      (gen_random_uuid(), 'acme', 'Acme', '{old-acme}'), (gen_random_uuid(), 'other', 'Other', '{}')`)
  expect(await findShop('acme')).toEqual({ slug: 'acme', name: 'Acme' })
  expect(await findShop('old-acme')).toEqual({ slug: 'acme', name: 'Acme' })
  expect(await findShop('nobody')).toBeUndefined()
})
