import { type ReactNode, useEffect, useRef } from 'react'
import { common } from '#strings/common.ts'

/**
 * A screen: its heading, what can be done on it, and its content. Names the document, and takes the focus when it is
 * opened from another screen, so that a screen reader says where one is.
 */
export function Page({
  title,
  description,
  actions,
  children,
  width = 'wide',
}: {
  title: string
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
  width?: 'narrow' | 'medium' | 'wide'
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = common.documentTitle(title)
  }, [title])
  useEffect(() => {
    // On the first load the focus stays at the top of the document, where browsers put it.
    if (openedScreens > 0) heading.current?.focus({ preventScroll: true })
    openedScreens += 1
  }, [])
  const widths = { narrow: 'max-w-md', medium: 'max-w-3xl', wide: 'max-w-7xl' }
  return (
    <div className={`mx-auto w-full px-4 py-6 sm:px-6 sm:py-8 ${widths[width]}`}>
      <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-1 wrap-anywhere">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight outline-none">
            {title}
          </h1>
          {description !== undefined && <p className="max-w-prose text-muted">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}

let openedScreens = 0
