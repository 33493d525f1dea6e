/** What lists contained when they were last read whole, packed, by the name of the list. */
export class Snapshots {
  private readonly texts: Map<string, string>
  private changeCount = 0

  constructor(saved: Readonly<Record<string, string>> = {}) {
    this.texts = new Map(Object.entries(saved))
  }

  /** How often a list was found to be different. */
  get changes(): number {
    return this.changeCount
  }

  get(list: string): string | undefined {
    return this.texts.get(list)
  }

  set(list: string, text: string): void {
    if (this.texts.get(list) === text) return
    this.texts.set(list, text)
    this.changeCount += 1
  }

  toJSON(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.texts)
  }
}
