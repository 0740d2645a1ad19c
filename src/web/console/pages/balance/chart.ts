import uPlot from 'uplot'
import type { Day } from './types.ts'

const HEIGHT = 220
const [WIDEST_BAR, WIDTH_OF_BAR] = [36, 0.72] // px; share of a day's room

type Means = {
  tell: (day: Day | undefined) => void
  label: (date: string) => string
  sum: (roubles: number) => string
}

/** Draws spending by day as bars in the colours of the page and keeps their size and colours true; the answer takes the drawing away. */
export function drawSpending(place: HTMLElement, days: Day[], means: Means): () => void {
  let chart = open(place, days, means)
  const redraw = () => {
    chart.destroy()
    chart = open(place, days, means)
  }
  const sized = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT }))
  sized.observe(place)
  const themed = new MutationObserver(redraw)
  themed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => {
    sized.disconnect()
    themed.disconnect()
    chart.destroy()
  }
}

function open(place: HTMLElement, days: Day[], { tell, label, sum }: Means): uPlot {
  const colour = (name: string) => getComputedStyle(place).getPropertyValue(name)
  const bars = uPlot.paths.bars!({ size: [WIDTH_OF_BAR, WIDEST_BAR], radius: 0.15 })
  const series = (name: string): uPlot.Series => ({ fill: colour(name), paths: bars, points: { show: false } })
  const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  const options: uPlot.Options = {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false, range: [-0.6, days.length - 0.4] }, y: { range: (_, _min, max) => [0, max || 1] } },
    axes: [
      { ...axis, grid: { show: false }, space: 64, incrs: [1, 2, 3, 7, 14, 30], values: (_, at) => at.map(nameOf) },
      { ...axis, size: 68, values: (_, sums) => sums.map((one) => sum(one)) },
    ],
    // The whole day first, what the site took over it: the rest that is seen is Telegram.
    series: [{}, series('--line-strong'), series('--accent')],
    hooks: { setCursor: [({ cursor }) => tell(cursor.idx == null ? undefined : days[cursor.idx])] },
  }
  function nameOf(at: number): string {
    return days[at] ? label(days[at].date) : ''
  }
  const columns = [days.map((_, at) => at), days.map((day) => day.total), days.map((day) => day.website)]
  return new uPlot(options, columns as uPlot.AlignedData, place)
}
