/** Every pipeline of the generated company has these stages. */
export const stageNames = [
  'Qualified',
  'Contact made',
  'Demo scheduled',
  'Proposal made',
  'Negotiations',
  'Signing ✍️',
]
