import type { ParamSetting } from './param-setting.js'
import type { StreamSpec } from './stream.js'

/** The streams, with the parameters of the settings that are on. */
export function withParamsOf(
  settings: Readonly<Record<ParamSetting, boolean>>,
  manifest: readonly StreamSpec[],
): readonly StreamSpec[] {
  return manifest.map((stream) => {
    const added = Object.entries(stream.paramsOf ?? {})
      .filter(([name]) => settings[name as ParamSetting])
      .flatMap(([, params]) => Object.entries(params))
    if (added.length === 0) return stream
    return { ...stream, params: { ...stream.params, ...Object.fromEntries(added) } }
  })
}
