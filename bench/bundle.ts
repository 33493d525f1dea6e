import { build, type BuildOptions } from 'esbuild'

/** Of the image, in a container of 512 MB. */
export const NODE_FLAGS = ['--max-old-space-size=307', '--max-semi-space-size=16']

/** As the connector itself: bundled, without a compiler in the process. */
export async function bundle(options: BuildOptions): Promise<void> {
  await build({
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Some dependencies are CommonJS and load Node's own modules by require(), which an ES module lacks.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    ...options,
  })
}
