import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { common } from '#strings/common.ts'
import { Button } from '../ui/button.tsx'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const ICONS = { system: Monitor, light: Sun, dark: Moon }
/** Read before the first paint by public/theme.js, too. */
const KEY = 'viva-web.theme'

function chosenTheme(): Theme {
  const theme = document.documentElement.dataset['theme']
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** Goes round the themes: the system's, light, dark. The choice stays on this device. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme)
  const Icon = ICONS[theme]
  return (
    <Button
      variant="quiet"
      size="icon"
      aria-label={`${common.theme.label}: ${common.theme[theme]}`}
      onClick={() => {
        const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
        setTheme(next)
        if (next === 'system') delete document.documentElement.dataset['theme']
        else document.documentElement.dataset['theme'] = next
        try {
          if (next === 'system') localStorage.removeItem(KEY)
          else localStorage.setItem(KEY, next)
        } catch {
          // Storage is blocked: the choice holds for this visit.
        }
      }}
    >
      <Icon aria-hidden className="size-5" />
    </Button>
  )
}
