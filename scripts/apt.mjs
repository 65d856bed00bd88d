// Installs Debian packages for the tests, where that can be done.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

const policy = '/usr/sbin/policy-rc.d'

/** Whether packages can be installed here: Debian or Ubuntu, as root. */
export function canInstall() {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0
}

/**
 * Installs packages with apt-get, and starts no service of theirs.
 * @throws Error with the end of apt-get's output.
 */
export function install(...packages) {
  const hadPolicy = existsSync(policy)
  if (!hadPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    for (const args of [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', ...packages],
    ])
      apt(args)
  } finally {
    if (!hadPolicy) rmSync(policy)
  }
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8', timeout: 1_200_000 })
  if (status !== 0) throw new Error(`\`apt-get ${args.join(' ')}\` failed.\n${`${stdout}${stderr}`.slice(-2000)}`)
}
