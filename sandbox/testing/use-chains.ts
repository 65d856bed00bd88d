import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

const binary = 'node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil'
const children: ChildProcess[] = []

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function start(flags: readonly string[]): Promise<string> {
  const port = await freePort()
  const child = spawn(binary, ['--port', String(port), ...flags], { stdio: 'ignore' })
  children.push(child)
  process.once('exit', () => child.kill())
  const url = `http://127.0.0.1:${port}`
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
  for (let tries = 0; tries < 100; tries++) {
    const headers = { 'content-type': 'application/json' }
    const up = await fetch(url, { method: 'POST', headers, body })
      .then(() => true)
      .catch(() => false)
    if (up) return url
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('anvil did not start')
}

const evm = await start(['--chain-id', '84532'])
const tempo = await start([
  '--network',
  'tempo',
  '--hardfork',
  'T4',
  '--chain-id',
  '1337',
  '--block-time',
  '1',
  '--mixed-mining',
])
process.env.NETWORKS = JSON.stringify({ 'eip155:84532': { rpcUrls: [evm] }, 'eip155:1337': { rpcUrls: [tempo] } })

afterAll(() => children.forEach((child) => child.kill()))
