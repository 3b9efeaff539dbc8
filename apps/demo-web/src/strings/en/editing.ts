/** What a form says about one value that the schema refuses. */
interface RefusedValue {
  code?: string | undefined
  input?: unknown
  origin?: string | undefined
  minimum?: number | bigint | undefined
  maximum?: number | bigint | undefined
  inclusive?: boolean | undefined
}

/** Words of the larger forms: what is wrong with a value, what is not saved yet, and what others saved meanwhile. */
export const editing = {
  /** Undefined where the schema itself says it best. */
  refused({ code, input, origin, minimum, maximum, inclusive }: RefusedValue): string | undefined {
    const isText = origin === 'string'
    const isList = origin === 'array'
    switch (code) {
      case 'invalid_type':
        return Number.isFinite(input) ? 'Enter a whole number.' : 'Enter a number.'
      case 'invalid_value':
        return 'Choose one.'
      case 'too_small':
        if (isText) return minimum === 1 ? 'Fill this in.' : `Write at least ${minimum} characters.`
        if (isList) return minimum === 1 ? 'At least one is needed.' : `At least ${minimum} are needed.`
        return inclusive === false ? `Must be more than ${minimum}.` : `Must be at least ${minimum}.`
      case 'too_big':
        if (isText) return `Write at most ${maximum} characters.`
        if (isList) return `At most ${maximum} are possible.`
        return `Must be at most ${maximum}.`
      default:
        return undefined
    }
  },

  unsaved: 'Unsaved changes',
  notSavedYet: 'Not saved yet',
  savedAs: (version: number) => `Saved as version ${version}`,
  refusedCount: (count: number) =>
    count === 1
      ? 'Not saved: one field needs your attention'
      : `Not saved: ${count} fields need your attention`,

  forbidden: {
    title: 'Your role does not allow this',
    text: 'An admin of the company can do it, or change your role.',
  },
  leave: {
    title: 'Leave without saving?',
    text: 'What you changed here is not saved. It is lost when you leave.',
    stay: 'Stay here',
    leave: 'Leave and lose the changes',
  },

  conflict: {
    title: (version: number) => `Somebody else saved version ${version} while you were editing`,
    text: 'Your changes are not saved yet. They are all still here; nothing is lost.',
    look: 'Look at theirs',
    load: 'Load theirs',
    saveMine: (version: number) => `Save mine as version ${version}`,
    loadedTitle: (version: number) => `This is version ${version}`,
    loadedText: 'Your own changes are kept beside it as long as this page is open.',
    backToMine: 'Back to my changes',
    drop: 'Go on with theirs',
  },
}
