// Finds a Chromium for the browser tests; on Debian or Ubuntu as root it installs one. Its last line is the path.
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { canInstall, install } from './apt.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

function find() {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin']
  const found = [...names.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...applications]
  return [process.env.CHROMIUM, ...found].filter(Boolean).find(isExecutable)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return path.isAbsolute(file)
  } catch {
    return false
  }
}

/**
 * The path of a Chromium or Chrome.
 * @throws Error with one sentence on how to get one.
 */
function ensureChromium() {
  const found = find()
  if (found) return found
  const how = 'set CHROMIUM to the path of a Chromium or Chrome, or install one'
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`The browser tests need Chromium: ${how}.`)
  if (!canInstall())
    throw new Error(
      `The browser tests need Chromium: run \`sudo apt-get install -y --no-install-recommends chromium\`, or ${how}.`,
    )
  console.log('Installing Chromium with apt-get (once, about a minute) …')
  try {
    install('chromium')
  } catch (error) {
    throw new Error(`There is no Chromium, so ${how}. ${error.message}`)
  }
  const installed = find()
  if (!installed) throw new Error(`apt-get installed no Chromium that can be found: ${how}.`)
  return installed
}

try {
  console.log(ensureChromium())
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
