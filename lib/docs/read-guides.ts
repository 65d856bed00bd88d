import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { guides } from './GuidePages'

let texts: Promise<ReadonlyMap<string, string>> | undefined

/** The files of docs/guide by slug, read once in a process. @throws Error if one is missing. */
export function readGuides(): Promise<ReadonlyMap<string, string>> {
  texts ??= read().catch((error: unknown) => {
    texts = undefined
    throw error
  })
  return texts
}

async function read(): Promise<ReadonlyMap<string, string>> {
  const folder = path.resolve('docs/guide')
  const read = guides.map(async ({ slug }) => [slug, await readFile(path.join(folder, `${slug}.md`), 'utf8')] as const)
  return new Map(await Promise.all(read))
}
