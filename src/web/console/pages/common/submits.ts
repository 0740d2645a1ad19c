/** A form's `onSubmit` that runs a verb instead of leaving the page. */
export function submits(run: () => Promise<void>) {
  return (event: Event) => {
    event.preventDefault()
    void run()
  }
}
