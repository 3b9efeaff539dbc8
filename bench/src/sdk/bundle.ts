import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * How many bytes a program weighs once it is bundled for browsers, minified and compressed as servers do.
 *
 * @param external packages that do not count: the page has them anyway
 */
export async function gzippedBytes(program: string, external: string[] = []): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external,
    logLevel: 'error',
  })
  const [file] = outputFiles
  if (!file) throw new Error('the bundle is empty')
  return gzipSync(file.contents, { level: 9 }).byteLength
}
