import path from 'node:path'
import { defineConfig } from 'prisma/config'

// Prisma's CLI wants to download a native schema engine. Ours answers the same protocol from the
// WASM build in node_modules, so every `prisma` command works without the network.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.resolve('scripts/schema-engine.mjs')

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations', seed: 'tsx sandbox/seed/seed.ts' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/sluice' },
})
