const DAY = 86_400
const YEAR = 365 * DAY
/** In seconds; all rows are older. */
export const HORIZON = 1_800_000_000

/** Ages of rows in seconds before the horizon, for a place from 0 (the oldest row) to 1. */
const SPREADS = {
  even: (place: number) => (1 - place) * 5 * YEAR,
  'one burst': (place: number, rows: number) =>
    place < 0.05 || place > 0.95
      ? (1 - place) * 5 * YEAR
      : 4.75 * YEAR - (place - 0.05) * Math.max(3_600, rows / 100),
  'a long empty past': (place: number) => (place === 0 ? 40 * YEAR : (1 - place) * YEAR * 0.1),
  'two eras': (place: number) => (place < 0.5 ? 20 * YEAR - place * YEAR : (1 - place) * YEAR),
  growth: (place: number) => -Math.log(place + 0.002) * YEAR,
  decline: (place: number) => 5 * YEAR + Math.log(1 - place + 0.002) * 0.8 * YEAR,
  // Eight hours on five days a week, some weeks busier than others.
  'working hours': (place: number) => {
    const workdays = (1.01 - place - 0.01 * Math.sin(place * 60)) * 5 * 250
    const [week, day] = [Math.floor(workdays / 5), Math.floor(workdays % 5)]
    return (week * 7 + day + (workdays % 1) / 3) * DAY
  },
  'ten bursts': (place: number, rows: number) => {
    const burst = Math.floor(place * 10)
    return (10 - burst) * 0.4 * YEAR - (place * 10 - burst) * Math.max(3_600, rows / 100)
  },
  'one second': () => YEAR,
} satisfies Record<string, (place: number, rows: number) => number>

export type Spread = keyof typeof SPREADS

export const spreads = Object.keys(SPREADS) as Spread[]

/** The update times of a list in milliseconds, ascending. */
export const timesOf = (rows: number, spread: Spread): number[] =>
  Array.from(
    { length: rows },
    (_, row) => Math.floor(HORIZON - 1 - SPREADS[spread](row / rows, rows)) * 1_000,
  ).sort((a, b) => a - b)
