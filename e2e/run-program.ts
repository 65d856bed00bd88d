import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { evm, networkOf, readDemo } from './demo'

/** Programs and commands that pages print, run as a reader runs them. */

const run = promisify(execFile)
/** In the project, so that the programs find its packages. */
export const programFolder = path.resolve('node_modules/.cache/sluice/programs')

/** What the pages tell a reader to set. */
export function readerEnv(): NodeJS.ProcessEnv {
  const demo = readDemo()
  const { apiKey } = JSON.parse(readFileSync(process.env.SLUICE_DEMO_FILE ?? '.data/demo.json', 'utf8')) as {
    apiKey: string
  }
  return {
    ...process.env,
    FORCE_COLOR: '0',
    PRIVATE_KEY: demo.payer.privateKey,
    MPPX_PRIVATE_KEY: demo.payer.privateKey,
    API_KEY: apiKey,
    PAY_TO: demo.merchant.payTo,
    RPC_URL: networkOf(demo, evm).rpcUrl,
    SLUICE: demo.baseUrl,
    KEY: apiKey,
  }
}

const programs: Record<string, { program: string; end: string }> = {
  js: { program: process.execPath, end: 'mjs' },
  python: { program: 'python3', end: 'py' },
  sh: { program: 'bash', end: 'sh' },
}

/** Runs the text and returns what it prints. @throws Error with its error output if it fails. */
export async function runProgram(language: string, code: string, more: Record<string, string> = {}): Promise<string> {
  const { program, end } = programs[language] ?? { program: 'bash', end: 'sh' }
  mkdirSync(programFolder, { recursive: true })
  const file = path.join(programFolder, `${randomUUID()}.${end}`)
  // `npx mppx` asks the registry for the newest version; here is the one of the lock.
  const mppx = `"${process.execPath}" "${path.resolve('node_modules/mppx/dist/bin.js')}" `
  writeFileSync(file, code.replaceAll('npx mppx ', mppx))
  try {
    const { stdout } = await run(program, [file], { env: { ...readerEnv(), ...more } })
    return stdout
  } finally {
    rmSync(file, { force: true })
  }
}
