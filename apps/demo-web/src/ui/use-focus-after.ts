import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Puts the focus where it makes sense after a change of a list that takes the focused element away or moves it. Mark
 * places with `data-focus="name"`, inside of the element that gets `within`.
 *
 * @returns `within`, and `focusAfter(...names)`: after the next render the first of these places that exists has the focus
 */
export function useFocusAfter<Element extends HTMLElement>(): {
  within: RefObject<Element | null>
  focusAfter: (...names: string[]) => void
} {
  const within = useRef<Element>(null)
  const wanted = useRef<string[]>([])
  useLayoutEffect(() => {
    if (wanted.current.length === 0) return
    for (const name of wanted.current) {
      const place = within.current?.querySelector<HTMLElement>(`[data-focus="${CSS.escape(name)}"]`)
      if (!place) continue
      wanted.current = []
      place.focus()
      return
    }
  })
  return {
    within,
    focusAfter: (...names) => {
      wanted.current = names
    },
  }
}
