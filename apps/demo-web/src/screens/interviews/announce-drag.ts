import type { Announcements } from '@dnd-kit/core'
import { interviews } from '#strings/interviews.ts'

/** What a screen reader says while a question is dragged. @param keys the questions' ids, in their order */
export function announceDrag(keys: string[]): Announcements {
  const strings = interviews.plan
  const place = (id: string | number) => keys.indexOf(String(id)) + 1
  return {
    onDragStart: ({ active }) => strings.lifted(place(active.id), keys.length),
    // It begins over its own place; what is said then must not take back what lifting said.
    onDragOver: ({ active, over }) => {
      if (!over) return undefined
      const say = over.id === active.id ? strings.lifted : strings.over
      return say(place(over.id), keys.length)
    },
    onDragEnd: ({ active, over }) =>
      over ? strings.dropped(place(over.id), keys.length) : strings.cancelled(place(active.id)),
    onDragCancel: ({ active }) => strings.cancelled(place(active.id)),
  }
}
