// Lines on a 24×24 field, drawn for this console.
const PATHS = {
  inbox: 'M4 13l2.5-8h11L20 13v6H4zM4 13h4.5l1.5 2.5h4l1.5-2.5H20',
  assistants: 'M6 8h12v10H6zM12 8V4.5M9.5 12.5v1M14.5 12.5v1M3.5 12v3M20.5 12v3',
  knowledge: 'M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zM12 6.5v13',
  unanswered: 'M4 5h16v11h-8l-4 4v-4H4zM10 9.2c.2-1.6 3.8-1.7 3.9.1 0 1.1-1.9 1.2-1.9 2.4M12 13.5v.1',
  widget: 'M3.5 5h17v14h-17zM3.5 9h17M13 13h5v3.5h-5z',
  telegram: 'M20.5 4.5L3.5 11l5.5 2.2M20.5 4.5L17 19l-8-5.8M20.5 4.5L9 13.2V19l3-3.5',
  team: 'M9 11.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3 19c.5-3.5 2.8-5 6-5s5.5 1.5 6 5M15.5 5.3a3.2 3.2 0 0 1 0 6M17 14.2c2.2.5 3.6 2.1 4 4.8',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8v4.4M9 14.8v4.4',
  replies: 'M10 6L4 11.5 10 17v-3.5c5 0 8 1 10 4.5-.5-6-4-9-10-9.3z',
  balance: 'M4 7.5V18h16V7.5zM4 7.5L15.5 4v3.5M15.5 12H20v3h-4.5z',
  payments: 'M3.5 6h17v12h-17zM3.5 10h17M7 14.5h4',
  support: 'M4 17v-5a8 8 0 0 1 16 0v5M4 13h3v5H4zM17 13h3v5h-3zM18.5 18c0 2-2 2.5-5 2.5',
  tickets: 'M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM13.5 6v2.5M13.5 11v2M13.5 15.5V18',
  more: 'M5.5 11.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM12 11.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM18.5 11.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4z',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  back: 'M14.5 5.5L8 12l6.5 6.5',
  down: 'M6 9.5l6 6 6-6',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  copy: 'M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9',
  upload: 'M12 15.5V5M7.5 9L12 4.5 16.5 9M5 15.5v4h14v-4',
  file: 'M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4',
  alert: 'M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.1',
  bell: 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10.3 20.5h3.4',
  help: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM9.8 10c.2-2.3 4.4-2.3 4.4.2 0 1.5-2.2 1.7-2.2 3.3M12 16.5v.1',
  send: 'M4 12L20 4.5 15 20l-3.5-6.5zM11.5 13.5L20 4.5',
  user: 'M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4zM4.5 20c.6-4 3.4-6 7.5-6s6.9 2 7.5 6',
  logout: 'M13 4.5H5.5v15H13M10.5 12H20M16.5 8.5L20 12l-3.5 3.5',
} as const
export type IconName = keyof typeof PATHS

/** A line drawing beside a text or in a button that has a name; by itself it says nothing. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
