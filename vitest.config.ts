import path from 'node:path'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/**
 * What lib/env reads in tests. Every value is a throw-away; the addresses lead nowhere, so a test
 * that needs a database or a chain says so by its suffix, and gets real ones from `use-*.ts`.
 */
const environment = {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
  PUBLIC_URL: 'http://sluice.test',
  CHALLENGE_SECRET: 'test-challenge-secret-of-32-bytes-or-more',
  ENCRYPTION_SECRET: 'test-encryption-secret-of-32-bytes-or-more',
  CRON_SECRET: 'test-cron-secret-of-32-bytes-or-more-bytes',
  AUDIT_PRIVATE_KEY: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  NETWORKS: JSON.stringify({
    'eip155:84532': { rpcUrls: ['http://127.0.0.1:9'] },
    'eip155:1337': { rpcUrls: ['http://127.0.0.1:9'] },
  }),
  // The second and third accounts of anvil's public mnemonic.
  SETTLEMENT_PRIVATE_KEY: '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  SOLANA_SETTLEMENT_KEY: '11'.repeat(32),
  SOLANA_REFUND_KEY: '22'.repeat(32),
  REFUND_PRIVATE_KEY: '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  // The last two: what purpose 'execution' signs with.
  SIGNERS: JSON.stringify(
    [
      '0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97',
      '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6',
    ].map((privateKey) => ({ purpose: 'execution', kind: 'env', privateKey })),
  ),
  JOBS: 'off',
  LOG_LEVEL: 'silent',
  SLUICE_DEMO: '0',
}

const folders = '{app,bench,components,lib,sandbox,scripts}'

/** One project per suffix; the suffix says what a test needs. */
function project(
  name: string,
  suffix: string,
  test: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: { name, include: [`${folders}/**/*.${suffix}.{ts,tsx}`], env: environment, ...test },
  }
}

/** They set what lib/env reads, once in each process. */
const alone = [
  'lib/chains/Chain.test.ts',
  'lib/chains/pool/pool.test.ts',
  'lib/discovery/health.test.ts',
  'lib/gateway/ChallengeHead.test.ts',
]

/** Finds what hangs, on a machine of any speed: no test passes or fails by how long it takes. */
const hangMs = 240_000

export default defineConfig({
  resolve: {
    alias: {
      '@': import.meta.dirname,
      // Next's own empty module: the real one throws outside a server bundle.
      'server-only': path.join(import.meta.dirname, 'node_modules/next/dist/compiled/server-only/empty.js'),
    },
  },
  test: {
    exclude: ['**/node_modules/**', '**/.next/**', '**/.data/**'],
    pool: 'forks',
    // By itself Vitest leaves one core idle, which on two is half of them.
    maxWorkers: '100%',
    testTimeout: hangMs,
    hookTimeout: 2 * hangMs,
    teardownTimeout: hangMs,
    expect: { poll: { timeout: hangMs - 30_000, interval: 50 } },
    projects: [
      // Most of their time would go into loading the same modules again for each file.
      project('pure', 'test', { isolate: false, exclude: ['**/*.{db,chain,fuzz}.test.{ts,tsx}', ...alone] }),
      project('pure-alone', 'test', { include: alone }),
      project('fuzz', 'fuzz.test', { isolate: false }),
      project('db', 'db.test', {
        isolate: false,
        globalSetup: 'sandbox/testing/start-postgres.ts',
        setupFiles: ['sandbox/testing/fresh-modules.ts', 'sandbox/testing/use-database.ts'],
      }),
      project('chain', 'chain.test', {
        isolate: false,
        globalSetup: ['sandbox/testing/start-postgres.ts', 'sandbox/testing/start-chains.ts'],
        setupFiles: [
          'sandbox/testing/fresh-modules.ts',
          'sandbox/testing/use-chains.ts',
          'sandbox/testing/use-database.ts',
        ],
        // One more than cores are usual: what a file waits for, blocks and leases, costs no processor.
        maxWorkers: 3,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
})
