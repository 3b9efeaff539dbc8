/**
 * Makes a reader of search parameters strict: a parameter that it leaves out is gone. The router by itself lays what was
 * read over what stood in the address, and so hands out what the reader has refused.
 */
export function strictSearch<Search extends object>(read: (search: Record<string, unknown>) => Search) {
  return (search: Record<string, unknown>): Search => {
    const gone = Object.fromEntries(Object.keys(search).map((name) => [name, undefined]))
    return { ...gone, ...read(search) }
  }
}
