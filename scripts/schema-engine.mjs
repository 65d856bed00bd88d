#!/usr/bin/env node
// Stands in for Prisma's native schema engine: the CLI talks JSON-RPC over stdio to it, and it
// answers with @prisma/schema-engine-wasm over the same pg driver adapter that the app uses.
// Set in prisma.config.ts. PostgreSQL only.
import crypto from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import readline from 'node:readline'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { parseIntoClientConfig } from 'pg-connection-string'

const require = createRequire(import.meta.url)
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: 'string', multiple: true, short: 'd' },
    datasource: { type: 'string' },
    version: { type: 'boolean' },
  },
})
const datasourceUrl = (options.datasource ? JSON.parse(options.datasource).url : undefined) ?? process.env.DATABASE_URL

if (options.version) {
  const { version } = require('@prisma/schema-engine-wasm/package.json')
  console.log(`schema-engine-cli ${version.split('.').at(-1)}`)
  process.exit(0)
}

/** The engine reads catalog columns of type "char" (oid 18), which adapter-pg refuses: call them bpchar. */
class CatalogClient extends pg.Client {
  query(...args) {
    const relabel = (result) => {
      for (const one of [result].flat())
        for (const field of one?.fields ?? []) if (field.dataTypeID === 18) field.dataTypeID = 1042
      return result
    }
    const callback = args.at(-1)
    if (typeof callback === 'function') {
      args[args.length - 1] = (error, result) => callback(error, relabel(result))
      return super.query(...args)
    }
    const pending = super.query(...args)
    return pending?.then ? pending.then(relabel) : pending
  }
}

/** adapter-pg would let the connection string win over the shadow database's name, so it is parsed first. */
class Postgres extends PrismaPg {
  constructor(config) {
    super(config)
    this.config = config
  }

  /** adapter-pg splits a script at every ";", function bodies included: send it whole instead. */
  async connect() {
    const connection = await super.connect()
    connection.executeScript = async (script) => void (await connection.client.query(script))
    return connection
  }

  async connectToShadowDb() {
    const main = await this.connect()
    const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
    await main.executeScript(`CREATE DATABASE "${database}"`)
    const shadow = await new Postgres({ ...this.config, database }).connect()
    const dispose = shadow.dispose.bind(shadow)
    shadow.dispose = async () => {
      await dispose()
      await main.executeScript(`DROP DATABASE IF EXISTS "${database}"`)
      await main.dispose()
    }
    return shadow
  }
}

globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => process.stderr.write(`${message}\n`) }

async function createEngine() {
  const gluePath = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = await import(gluePath)
  const module = new WebAssembly.Module(fs.readFileSync(gluePath.replace(/\.js$/, '.wasm')))
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start?.()
  const adapter = new Postgres({ ...parseIntoClientConfig(datasourceUrl), Client: CatalogClient })
  const datamodels = options.datamodels?.map((path) => [path, fs.readFileSync(path, 'utf8')])
  return glue.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
}

if (positionals[0] === 'cli') {
  // `cli can-connect-to-database`, asked before every migrate command.
  try {
    const engine = await createEngine()
    await engine.ensureConnectionValidity({ datasource: { tag: 'ConnectionString', url: datasourceUrl } })
    process.exit(0)
  } catch (error) {
    const fields = { message: String(error?.message ?? error), error_code: 'P1001' }
    console.error(JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields }))
    process.exit(1)
  }
}

let engine
async function answer({ id, method, params }) {
  try {
    engine ??= await createEngine()
    if (typeof engine[method] !== 'function') throw new Error(`unknown method ${method}`)
    const result = await engine[method](Array.isArray(params) ? params[0] : params)
    if (method === 'diff' && result?.stdout)
      send({ jsonrpc: '2.0', method: 'print', params: { content: result.stdout }, id: 900_000 + id })
    send({ jsonrpc: '2.0', id, result: result ?? null })
  } catch (error) {
    const data = {
      is_panic: false,
      message: String(error?.message ?? error),
      meta: error?.meta ?? null,
      error_code: error?.code ?? null,
    }
    const message = 'An error happened. Check the data field for details.'
    send({ jsonrpc: '2.0', id, error: { code: 4466, message, data } })
  }
}

let queue = Promise.resolve()
const lines = readline.createInterface({ input: process.stdin })
lines.on('line', (line) => line.trim() && (queue = queue.then(() => answer(JSON.parse(line)))))
lines.on('close', () => queue.then(() => process.exit(0)))
