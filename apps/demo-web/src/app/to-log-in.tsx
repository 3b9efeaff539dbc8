import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/**
 * Leads to the log-in, and from there back to where it was mounted. Once: the router's own `<Navigate>` goes again with
 * each render, and here each step changes the address that is to be come back to.
 */
export function ToLogIn() {
  const router = useRouter()
  useEffect(() => {
    const { pathname, href } = router.latestLocation
    if (pathname !== '/log-in') void router.navigate({ to: '/log-in', search: { next: href }, replace: true })
  }, [router])
  return null
}
