import { db, json, sql } from '@/lib/db'

export type RailEventDraft = {
  id: string
  network: string
  type: string
  objectId: string
  refers: Readonly<Record<string, string>>
}

/** Stores an event to be worked on. A repeat is counted and changes nothing else. */
export async function keepEvent({ id, network, type, objectId, refers }: RailEventDraft): Promise<void> {
  await db.execute(sql`
    INSERT INTO rail_event (id, network, type, object_id, refers)
    VALUES (${id}, ${network}, ${type}, ${objectId}, ${json(refers)})
    ON CONFLICT (id) DO UPDATE SET times = rail_event.times + 1`)
}
