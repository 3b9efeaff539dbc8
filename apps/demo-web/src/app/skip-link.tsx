import { common } from '#strings/common.ts'

/**
 * The first stop of the Tab key: past the navigation. Lands on the `<main id="content">` of every layout. A button and not
 * a link, since what stands behind the address's # may be an invitation's token.
 */
export function SkipLink() {
  return (
    <button
      type="button"
      onClick={() => document.getElementById('content')?.focus()}
      className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:absolute focus:m-2"
    >
      {common.skipToContent}
    </button>
  )
}
