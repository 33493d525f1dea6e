/** Bundles the connector into one executable file; the bundle finds spec.json and schemas/ beside its own folder. */
import { chmod } from 'node:fs/promises'
import { build } from 'esbuild'

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  // Some dependencies are CommonJS and load Node's own modules by require(), which an ES module does not have.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
})
await chmod('dist/main.js', 0o755)
