// Asks the server of examples/verify/test for assertions, good and forged, and compares.
import { gatehouseAssertion, KeysUnavailable } from './gatehouse-assertion.mjs'

const server = process.argv[2]
const { issuer, routeId, cases, outages } = await (await fetch(`${server}/cases`)).json()
const verify = gatehouseAssertion({ keys: `${server}/jwks.json`, issuer, routeId })
let failed = 0
for (const { name, header, accepted } of cases) {
  const got = await verify(header ?? undefined).then(claims => claims.sub === 'alice', () => false)
  if (got !== accepted) {
    failed++
    console.error(`node: ${name}: ${got ? 'accepted' : 'refused'}`)
  }
}
for (const outage of outages) {
  const got = await gatehouseAssertion({ keys: server + outage, issuer, routeId })(cases[0].header).then(() => 'accepted', failure => failure)
  if (!(got instanceof KeysUnavailable)) {
    failed++
    console.error(`node: keys from ${outage}: ${got}`)
  }
}
const fetches = await (await fetch(`${server}/fetches`)).json()
if (fetches > 3) {
  failed++
  console.error(`node: the keys were fetched ${fetches} times`)
}
console.log(`node: ${cases.length} cases, ${outages.length} outages, ${failed} failed`)
process.exit(failed === 0 && cases.length > 20 && outages.length > 5 ? 0 : 1)
