import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startChild, waitFor, type Child } from '../../sandbox/child'
import { pickPort } from '../../sandbox/port'

/**
 * Real proxies, started as Debian installs them: Debian's own main configuration, and behind it the block of docs/proxies.md as it
 * stands there. Only addresses, and where files are written, are other ones.
 */

export const proxyNames = ['nginx', 'nginx 8k', 'haproxy', 'varnish', 'apache', 'caddy'] as const
export type ProxyName = (typeof proxyNames)[number]

export type Proxy = { url: string; stop(): Promise<void> }

const programs: Record<ProxyName, string> = {
  nginx: '/usr/sbin/nginx',
  'nginx 8k': '/usr/sbin/nginx',
  haproxy: '/usr/sbin/haproxy',
  varnish: '/usr/sbin/varnishd',
  apache: '/usr/sbin/apache2',
  caddy: '/usr/bin/caddy',
}

export function isInstalled(name: ProxyName): boolean {
  return existsSync(programs[name])
}

/** Starts a proxy on a free port of 127.0.0.1 in front of a port there, and waits until it passes a request on. */
export async function startProxy(name: ProxyName, appPort: number): Promise<Proxy> {
  const dir = mkdtempSync(path.join(tmpdir(), `sluice-${name.replace(' ', '-')}-`))
  const port = await pickPort()
  const child = startChild({
    name,
    command: programs[name],
    args: prepare[name]({ dir, port, block: blockOf(name, port, appPort) }),
    logFile: path.join(dir, 'output.log'),
    endSignal: 'SIGTERM',
    // Caddy keeps files where these say, and Apache's configuration names the others.
    env: { ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir, ...apacheEnv(dir) },
  })
  const url = `http://127.0.0.1:${port}`
  try {
    await waitFor(child, 'it passed a request on', () => passes(url))
  } catch (error) {
    await child.stop(1_000)
    throw error
  }
  return { url, stop: () => end(child, dir) }
}

async function passes(url: string): Promise<true | undefined> {
  const response = await fetch(`${url}/api/health`, { headers: { connection: 'close' } })
  await response.text()
  return response.status === 200 || undefined
}

async function end(child: Child, dir: string): Promise<void> {
  await child.stop(5_000)
  rmSync(dir, { recursive: true, force: true })
}

const fences: Record<ProxyName, string> = {
  nginx: 'nginx',
  'nginx 8k': 'nginx',
  haproxy: 'haproxy',
  varnish: 'vcl',
  apache: 'apache',
  caddy: 'caddyfile',
}

/** The configuration that the documentation shows, for these ports. @throws Error when it shows none. */
function blockOf(name: ProxyName, port: number, appPort: number): string {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/proxies.md'), 'utf8')
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${fences[name]}\\n([^]*?)\`\`\``, 'g'))].map((found) => found[1])
  const block = name === 'nginx 8k' ? blocks[1] : blocks[0]
  if (block === undefined) throw new Error(`docs/proxies.md shows no configuration of ${name}`)
  return block
    .replaceAll('127.0.0.1:3402', `127.0.0.1:${appPort}`)
    .replace('.port = "3402"', `.port = "${appPort}"`)
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('bind :80', `bind 127.0.0.1:${port}`)
    .replace('<VirtualHost *:80>', `<VirtualHost 127.0.0.1:${port}>`)
    .replace(/^api\.example\.com \{/m, `http://:${port} {\n    bind 127.0.0.1`)
}

type Place = { dir: string; port: number; block: string }

/** Writes what a proxy reads, and answers its arguments. It stays in the foreground. */
const prepare: Record<ProxyName, (place: Place) => string[]> = {
  nginx: prepareNginx,
  'nginx 8k': prepareNginx,
  haproxy({ dir, block }) {
    const ours = /^\s*(log|chroot|stats|user|group|daemon)\b(?!\s+global)/
    const main = readFileSync('/etc/haproxy/haproxy.cfg', 'utf8')
      .split('\n')
      .filter((line) => !ours.test(line))
      .join('\n')
    return ['-db', '-f', write(dir, 'haproxy.cfg', `${main}\n${block}`)]
  },
  varnish({ dir, port, block }) {
    const at = ['-a', `127.0.0.1:${port}`, '-T', 'none', '-n', path.join(dir, 'state')]
    return ['-F', ...at, '-s', 'malloc,64M', '-j', 'none', '-f', write(dir, 'default.vcl', block)]
  },
  apache({ dir, port, block }) {
    const modules = ['proxy', 'proxy_http'].map((name) => `Include /etc/apache2/mods-available/${name}.load`)
    const main = readFileSync('/etc/apache2/apache2.conf', 'utf8')
      .replace('Include ports.conf', `Listen 127.0.0.1:${port}`)
      .replace(/^IncludeOptional sites-enabled.*$/m, '')
      .replaceAll(/^IncludeOptional (mods|conf)-enabled/gm, 'IncludeOptional /etc/apache2/$1-enabled')
    const loaded = readdirSync('/etc/apache2/mods-enabled')
    const more = modules.filter((line) => !loaded.includes(path.basename(line)))
    const text = ['ServerName localhost', main, ...more, block].join('\n')
    return ['-d', '/etc/apache2', '-f', write(dir, 'apache2.conf', text), '-DFOREGROUND']
  },
  caddy({ dir, block }) {
    const file = write(dir, 'Caddyfile', `{\n    admin off\n}\n${block}`)
    return ['run', '--adapter', 'caddyfile', '--config', file]
  },
}

function prepareNginx({ dir, block }: Place): string[] {
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(path.join(dir, name))
  const folders = ['client_body_temp_path body', 'proxy_temp_path proxy', 'fastcgi_temp_path fastcgi']
  const main = readFileSync('/etc/nginx/nginx.conf', 'utf8')
    .replace(/^user .*$/m, '')
    .replace(/^pid .*$/m, `pid ${dir}/pid;`)
    .replace(/^error_log .*$/m, '')
    .replaceAll('/var/log/nginx', dir)
    .replace('include /etc/nginx/conf.d/*.conf;', '')
    .replace(
      'include /etc/nginx/sites-enabled/*;',
      [...folders, 'uwsgi_temp_path uwsgi', 'scgi_temp_path scgi']
        .map((line) => `${line.replace(' ', ` ${dir}/`)};`)
        .concat(block)
        .join('\n'),
    )
  return ['-c', write(dir, 'nginx.conf', main), '-e', path.join(dir, 'error.log'), '-g', 'daemon off;']
}

/** What /etc/apache2/envvars sets, with folders of ours. */
function apacheEnv(dir: string): Record<string, string> {
  return {
    APACHE_RUN_USER: 'www-data',
    APACHE_RUN_GROUP: 'www-data',
    APACHE_PID_FILE: path.join(dir, 'apache2.pid'),
    APACHE_RUN_DIR: dir,
    APACHE_LOCK_DIR: dir,
    APACHE_LOG_DIR: dir,
  }
}

function write(dir: string, name: string, text: string): string {
  const file = path.join(dir, name)
  writeFileSync(file, text)
  return file
}
