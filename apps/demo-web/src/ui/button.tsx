import { createLink } from '@tanstack/react-router'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps } from 'react'

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-lg font-medium transition-colors select-none disabled:cursor-not-allowed disabled:opacity-60'
const VARIANTS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-edge bg-surface text-ink hover:bg-sunken',
  quiet: 'text-ink hover:bg-sunken',
  danger: 'border border-bad bg-surface text-bad hover:bg-bad-soft',
} as const
const SIZES = {
  // At least 24 px both ways (WCAG 2.5.8), and more where there is room.
  small: 'min-h-8 px-2.5 text-sm',
  medium: 'min-h-10 px-4 text-sm',
  large: 'min-h-12 px-6 text-base',
  icon: 'size-9',
} as const

interface Look {
  variant?: keyof typeof VARIANTS
  size?: keyof typeof SIZES
}

const lookOf = ({ variant = 'secondary', size = 'medium' }: Look, className = '') =>
  `${BASE} ${VARIANTS[variant]} ${SIZES[size]} ${className}`

/** A button. While `pending`, it shows that it works and takes no second click, but keeps the focus. */
export function Button({
  variant,
  size,
  pending = false,
  className,
  children,
  onClick,
  ...rest
}: ComponentProps<'button'> & Look & { pending?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={pending || rest['aria-disabled'] || undefined}
      onClick={(event) => {
        if (pending) event.preventDefault()
        else onClick?.(event)
      }}
      className={lookOf({ ...(variant && { variant }), ...(size && { size }) }, className)}
    >
      {pending && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      {children}
    </button>
  )
}

function Anchor({ variant, size, className, ...rest }: ComponentProps<'a'> & Look) {
  return <a {...rest} className={lookOf({ ...(variant && { variant }), ...(size && { size }) }, className)} />
}

/** A link of the app that looks like a button. */
export const ButtonLink = createLink(Anchor)
