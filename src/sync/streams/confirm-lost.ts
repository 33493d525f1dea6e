import type { ChildRoster } from '../state/child-roster.js'
import type { ChildSource } from './children.js'

/** A child that its parent had, and lacks. */
export interface LostChild {
  readonly key: string
  readonly parent: string
}

/** The same, asked for once more. */
export interface ConfirmedChild extends LostChild {
  /** Whether the response can be relied on: it states its end, and has children that are there. */
  readonly isProved: boolean
  /** Whether the parent has other children, so that it is there itself. */
  readonly hasSiblings: boolean
}

interface Confirmation {
  readonly roster: ChildRoster
  readonly source: ChildSource
  /** Whether one more request may be sent. */
  readonly affords: () => boolean
}

/**
 * Asks the parents of lost children once more, beside a parent that has children, as the witness that the response can
 * be relied on. Children of parents that cannot be read are not returned, nor those that are there again.
 */
export async function confirmLost(
  keys: readonly string[],
  { roster, source, affords }: Confirmation,
): Promise<ConfirmedChild[]> {
  const lost = keys.flatMap((key): LostChild[] => {
    const parent = roster.parentOf(key)
    return parent === undefined ? [] : [{ key, parent }]
  })
  const parents = [...new Set(lost.map(({ parent }) => parent))]
  const witness =
    lost.length > 0 ? roster.parentsBehind(undefined).find((id) => !parents.includes(id)) : undefined
  const confirmed: ConfirmedChild[] = []
  for (let at = 0; at < parents.length && affords(); at += source.most - 1) {
    const asked = [...parents.slice(at, at + source.most - 1), ...(witness === undefined ? [] : [witness])]
    for await (const part of source.children(asked.map((id) => ({ id, value: id, knownUntil: undefined })))) {
      if ('missing' in part) continue
      const { rows, of = [], isStated = false } = part
      const present = new Set(rows.map(({ key }) => key))
      const isProved = isStated && rows.length > 0
      for (const { key, parent } of lost) {
        if (!of.includes(parent) || present.has(key)) continue
        const siblings = roster.childrenOf(parent)
        confirmed.push({ key, parent, isProved, hasSiblings: siblings.some((other) => present.has(other)) })
      }
    }
  }
  return confirmed
}
