/**
 * MODEL_SEED=number starts random tests with that seed, MODEL_SEED=random with another one each time, as CI does every
 * night. By default the seeds are the same in each run: a change is judged by what it does, not by its luck.
 */
export function firstSeed(): number {
  const { MODEL_SEED = '1' } = process.env
  return MODEL_SEED === 'random' ? Date.now() % 1_000_000 : Number(MODEL_SEED)
}
