import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

/** The gateway's keys cannot be had, so nobody can tell who is calling: the request must be answered with 503. */
export class KeysUnavailable extends Error {}

/**
 * Tells who is calling, as the gateway has signed it. Make one per backend.
 *
 * keys     https://GATEWAY/.well-known/gatehouse/jwks.json
 * issuer   mostly 'gatehouse'
 * routeId  this backend's route in routes.yml
 *
 * Call the result with req.headers['x-gatehouse-assertion']. It resolves to the claims, and rejects when the request must be
 * answered with 401; with KeysUnavailable, when with 503.
 */
export function gatehouseAssertion({ keys, issuer, routeId }) {
  // Keeps the keys for five minutes and asks again for an unknown kid, at most every ten seconds.
  const source = createRemoteJWKSet(new URL(keys), { cacheMaxAge: 300_000, cooldownDuration: 10_000, timeoutDuration: 2_000 })
  const keyOf = (header, token) => source(header, token).catch(failure => {
    if (failure instanceof errors.JWKSNoMatchingKey || failure instanceof errors.JWKSMultipleMatchingKeys) throw failure
    throw new KeysUnavailable("the gateway's keys cannot be had", { cause: failure })
  })
  return async (header) => {
    if (typeof header !== 'string') throw new Error('no assertion')
    const { payload } = await jwtVerify(header, keyOf, {
      algorithms: ['ES256'],
      typ: 'gatehouse-assertion+jwt',
      issuer,
      audience: routeId,
      requiredClaims: ['sub', 'iat', 'exp'],
      clockTolerance: 5 // seconds; an assertion comes with 25 or more left
    })
    return payload
  }
}
