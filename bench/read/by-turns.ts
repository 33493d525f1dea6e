import type { Measured } from './processes.js'

/** So many runs of each kind, which take turns: the machine is faster at one time than at another. */
export async function byTurns<Kind extends string>(
  rounds: number,
  kinds: Record<Kind, () => Promise<Measured>>,
): Promise<Record<Kind, readonly Measured[]>> {
  const runs = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []])) as unknown as Record<
    Kind,
    Measured[]
  >
  for (let round = 0; round < rounds; round += 1)
    for (const kind in kinds) runs[kind].push(await kinds[kind]())
  return runs
}

/** The shortest of some runs: others were disturbed. */
export function least(runs: readonly Measured[], of: 'wallMs' | 'cpuMs'): number {
  return Math.min(...runs.map((run) => run[of]))
}
