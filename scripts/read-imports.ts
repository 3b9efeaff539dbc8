import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'

/** One import or re-export of a source file. */
export interface Import {
  /** Path from the root of the workspace, with forward slashes. */
  readonly file: string
  readonly line: number
  readonly specifier: string
  /** What a relative import leads to, as a path from the root of the workspace; else the specifier. */
  readonly target: string
  /** Nothing of it is left at run time. `import { type A } from 'b'` is not such: it still loads b. */
  readonly isTypeOnly: boolean
}

const TYPE_ONLY = /^(?:import|export)\s+type\s+(?!from\s*['"])/

/** Reads all imports of a file, static and dynamic. Types written as `import('b').A` load nothing and are left out. */
export function readImports(file: string, source: string): Import[] {
  const { module, errors } = parseSync(file, source)
  // A file that is not understood must not pass as one without imports.
  if (errors[0] !== undefined) throw new Error(`${file} could not be parsed: ${errors[0].message}`)

  const describe = (start: number, specifier: string, isTypeOnly: boolean): Import => ({
    file,
    line: source.slice(0, start).split('\n').length,
    specifier,
    target: specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier,
    isTypeOnly,
  })
  const imports = module.staticImports.map(({ start, end, moduleRequest }) =>
    describe(start, moduleRequest.value, TYPE_ONLY.test(source.slice(start, end))),
  )
  const reexports = module.staticExports.flatMap(({ start, end, entries }) => {
    const specifier = entries.find((entry) => entry.moduleRequest)?.moduleRequest?.value
    if (specifier === undefined) return []
    return [describe(start, specifier, TYPE_ONLY.test(source.slice(start, end)))]
  })
  const dynamic = module.dynamicImports.map(({ start, moduleRequest }) =>
    describe(start, source.slice(moduleRequest.start + 1, moduleRequest.end - 1), false),
  )
  return [...imports, ...reexports, ...dynamic]
}
