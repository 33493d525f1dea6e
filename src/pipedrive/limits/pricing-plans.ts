/** Requests per two seconds and API token: https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting */
export const REQUESTS_PER_WINDOW = {
  lite: 20,
  growth: 40,
  professional: 80,
  premium: 100,
  ultimate: 120,
} satisfies Record<string, number>

/** Each user of an OAuth app has four times the limit of an API token (same page). */
const OAUTH_FACTOR = 4

export type PricingPlan = keyof typeof REQUESTS_PER_WINDOW

export type AuthKind = 'api_token' | 'oauth'

/** Requests per two seconds. `auto` starts at the limit of the lowest plan. */
export function burstLimitOf(plan: PricingPlan | 'auto', auth: AuthKind): number {
  return REQUESTS_PER_WINDOW[plan === 'auto' ? 'lite' : plan] * (auth === 'oauth' ? OAUTH_FACTOR : 1)
}
