import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = /\.(?:css|html|js|json|svg)$/
/** Smaller files fit into one packet as they are. */
const LEAST_BYTES = 1024

/**
 * Puts a `.br` and a `.gz` beside every text file of a build, so that the server sends them small without compressing
 * anything while somebody waits.
 */
export function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'viva:precompress',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    closeBundle: {
      // Once everything else has written its files.
      order: 'post',
      sequential: true,
      async handler(error) {
        if (error) return
        for (const name of await readdir(outDir, { recursive: true })) {
          if (COMPRESSIBLE.test(name)) await compress(join(outDir, name))
        }
      },
    },
  }
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path)
  if (bytes.length < LEAST_BYTES) return
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }))
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }))
}
