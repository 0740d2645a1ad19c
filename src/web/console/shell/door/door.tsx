import { Unprotected } from '../banner.tsx'
import { LanguageSwitch } from '../language.tsx'
import { Forgot, Invited } from './new-password.tsx'
import { Register } from './register.tsx'
import { SignIn } from './sign-in.tsx'

const PAGES: Record<string, () => preact.JSX.Element> = {
  '/invite': Invited,
  '/forgot': Forgot,
  '/register': Register,
}

/** Whether a path is a page for people who are not signed in, whoever opens it. */
export function isDoor(path: string): boolean {
  return path in PAGES
}

/** Signing in, opening an account, asking for a new password, and setting one by a link. */
export function Door({ path }: { path: string }) {
  const Page = PAGES[path] ?? SignIn
  return (
    <main class="door">
      <Unprotected />
      <div class="door-sheet">
        <div class="brand">ReplyX</div>
        <Page />
      </div>
      <LanguageSwitch />
    </main>
  )
}
