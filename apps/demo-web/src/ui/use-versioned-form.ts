import { useMutation } from '@tanstack/react-query'
import { isVivaError } from '@viva/client'
import { useState } from 'react'
import type { FieldValues, UseFormReturn } from 'react-hook-form'
import { editing } from '#strings/editing.ts'
import type { Conflict } from './conflict-notice.tsx'
import { countErrors } from './count-errors.ts'

/**
 * Saves a form as the next version of a thing. Where somebody else saved a version meanwhile (CONFLICT), theirs is loaded
 * beside mine, and the person chooses: nothing that was typed is lost by it.
 */
export function useVersionedForm<Values extends FieldValues, Thing extends { version: number }>(options: {
  form: UseFormReturn<Values>
  /** The version that the form was opened from; null for something new. */
  current: Thing | null
  /** Opens a version for editing. */
  open: (thing: Thing) => Values
  save: (values: Values, base: Thing | null) => Promise<Thing>
  /** The newest version that the server has. */
  load: (current: Thing) => Promise<Thing>
  /** Gets whatever the form is opened from next, to be given back as `current`. */
  onCurrent: (thing: Thing) => void
  /** Gets what was saved. */
  onSaved: (thing: Thing) => void
  /** Where the focus goes when a notice that had it is done. */
  focusForm: () => void
}) {
  const { form, current, open, save, load, onCurrent, onSaved, focusForm } = options
  const { isDirty, errors, isSubmitted } = form.formState
  const [theirs, setTheirs] = useState<Thing | null>(null)
  const [mine, setMine] = useState<Values | null>(null)
  const saving = useMutation({
    // Offline it fails at once, and says so, rather than to wait for the network without a word.
    networkMode: 'always',
    mutationFn: async ({ values, base }: { values: Values; base: Thing | null }) => {
      try {
        return { isSaved: true, thing: await save(values, base) }
      } catch (error) {
        if (base === null || !isVivaError(error, 'CONFLICT')) throw error
        return { isSaved: false, thing: await load(base) }
      }
    },
    onSuccess: ({ isSaved, thing }) => {
      if (!isSaved) {
        setTheirs(thing)
        return
      }
      form.reset(open(thing))
      // With mine still beside it, it stays there: only its owner lets it go.
      setTheirs(mine ? thing : null)
      onCurrent(thing)
      onSaved(thing)
    },
  })
  const saveOnto = (base: Thing | null) =>
    void form.handleSubmit((values) => saving.mutate({ values, base }))()

  const letGo = () => {
    setMine(null)
    setTheirs(null)
    focusForm()
  }
  const conflict: Conflict | null =
    theirs === null
      ? null
      : mine === null
        ? {
            status: 'unsaved',
            theirVersion: theirs.version,
            isSaving: saving.isPending,
            onLoad: () => {
              setMine(form.getValues())
              form.reset(open(theirs))
              onCurrent(theirs)
            },
            onSaveMine: () => saveOnto(theirs),
          }
        : {
            status: 'loaded',
            theirVersion: theirs.version,
            onBack: () => {
              form.reset(mine, { keepDefaultValues: true })
              letGo()
            },
            onDrop: letGo,
          }

  const isUnsaved = isDirty || mine !== null
  const refused = isSubmitted ? countErrors(errors) : 0
  const status =
    refused > 0
      ? editing.refusedCount(refused)
      : isUnsaved
        ? editing.unsaved
        : current
          ? editing.savedAs(current.version)
          : editing.notSavedYet
  return {
    /** Checks the form, and saves it or puts the focus on the first field that is wrong. */
    submit: () => saveOnto(current),
    isSaving: saving.isPending,
    isUnsaved,
    /** How things stand, in words. */
    status,
    needsAttention: isUnsaved || refused > 0,
    error: saving.error,
    /** What somebody else saved meanwhile, while that is to be decided on. */
    theirs,
    conflict,
  }
}
