import { AsyncLocalStorage } from 'node:async_hooks'
import vm from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

/** What ran in this process since the last test file ended. */
const storages = new Set()
const { run } = AsyncLocalStorage.prototype
AsyncLocalStorage.prototype.run = function (...args) {
  storages.add(this)
  return Reflect.apply(run, this, args)
}

/**
 * Jest's environment for Node, whose tests look up `Math`, `Date` and other globals as any program does. In the context
 * that jest makes by itself each lookup is a call: fast-paced code takes up to twice the time.
 */
export default class extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(config, context)
    } finally {
      vm.createContext = createContext
    }
  }

  /** Jest runs each file in a storage of its own, which every promise of every later file would still be noted in. */
  async teardown() {
    for (const storage of storages) storage.disable()
    storages.clear()
    await super.teardown()
  }
}
