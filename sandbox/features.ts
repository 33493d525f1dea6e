import { errorOf, paymentRequired, type ApiResponse } from './api-response.js'

/** What an account may lack: each is a switch, and the lists that belong to it respond with this status then. */
export const features = { installments: 403, projects: 402, legacyTeams: 403 } as const

export type Feature = keyof typeof features
export type FeatureSwitches = Record<Feature, 'lacking' | 'included'>

const all = (position: 'lacking' | 'included') =>
  Object.fromEntries(Object.keys(features).map((feature) => [feature, position])) as FeatureSwitches

export const noFeatures: FeatureSwitches = all('lacking')
export const everyFeature: FeatureSwitches = all('included')

export function missing(feature: Feature): ApiResponse {
  const status = features[feature]
  return status === 402 ? paymentRequired() : errorOf(status, 'Not available')
}
