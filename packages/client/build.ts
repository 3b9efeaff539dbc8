/**
 * Builds what is published: one ES module and one declaration file for each entry, what they share beside them, with the
 * contract and the evidence package inside, and nothing of the server. In the workspace the sources run as they are.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'

const here = import.meta.dirname
const outdir = join(here, 'dist')
const entries = { index: 'index', schemas: 'schemas', evidence: 'evidence', react: 'react/index' }
/** The entries' files, by the name each is published under. */
const files = (folder: string, extension: string) =>
  Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, join(folder, `${path}${extension}`)]),
  )
const manifest: { dependencies: Record<string, string>; peerDependencies: Record<string, string> } =
  JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
/** What a consumer installs beside the package stays an import; a subpath of it, too. */
const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })

rmSync(outdir, { recursive: true, force: true })
await build({
  entryPoints: files(join(here, 'src'), '.ts'),
  outdir,
  bundle: true,
  // One copy of what entries share: an error that one of them makes is an instance of the other's class, too.
  splitting: true,
  chunkNames: 'shared-[hash]',
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  external: external.flatMap((name) => [name, `${name}/*`]),
  logLevel: 'warning',
})

const declarations = mkdtempSync(join(here, 'node_modules', '.declarations-'))
try {
  // TypeScript 7 writes a declaration file for every source that the entries reach, the server's among them.
  const tsc = spawnSync(
    'tsc',
    ['-p', 'tsconfig.build.json', '--outDir', declarations, '--rootDir', join(here, '../..')],
    { cwd: here, stdio: 'inherit' },
  )
  if (tsc.status !== 0) throw new Error('the declarations could not be written')
  // The bundler keeps what the entries' types really name, which is the contract.
  const sources: Record<string, string> = {
    // All that the client takes of it is the router's type.
    '@viva/api': 'packages/api/src/root.d.ts',
    '@viva/api/contract': 'packages/api/src/contract/index.d.ts',
    '@viva/api/contract/schemas': 'packages/api/src/contract/schemas.d.ts',
    '@viva/evidence': 'packages/evidence/src/index.d.ts',
  }
  const bundle = await rollup({
    // Of tRPC, the server's own declarations use more than the shapes below; they are shaken away with it.
    shimMissingExports: true,
    onLog: (level, log, next) => log.code !== 'SHIMMED_EXPORT' && next(level, log),
    input: files(join(declarations, 'packages/client/src'), '.d.ts'),
    plugins: [
      {
        name: 'workspace-declarations',
        resolveId(id, importer) {
          const source = sources[id]
          if (source !== undefined) return join(declarations, source)
          if (id === '@trpc/server' || id.startsWith('@trpc/server/')) return join(here, 'trpc-shapes.d.ts')
          // Declarations name the sources that they were written for.
          if (id.startsWith('.') && importer) {
            return join(dirname(importer), id.replace(/(?<!\.d)\.ts$/, '.d.ts'))
          }
          // What only the server uses is shaken away below; a leftover would fail the test of the package.
          return id.startsWith('/') ? null : { id, external: true }
        },
      },
      dts(),
    ],
  })
  const chunkFileNames = 'shared-[hash].d.ts'
  await bundle.write({ dir: outdir, format: 'es', chunkFileNames, hoistTransitiveImports: false })
} finally {
  rmSync(declarations, { recursive: true, force: true })
}
