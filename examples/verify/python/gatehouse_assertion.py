import json
import threading
import time
import urllib.request

import jwt  # PyJWT with cryptography: pip install 'pyjwt[crypto]', or apt-get install python3-jwt python3-cryptography


class KeysUnavailable(Exception):
    """The gateway's keys cannot be had, so nobody can tell who is calling: the request must be answered with 503."""


class GatehouseAssertion:
    """Tells who is calling, as the gateway has signed it. One instance per backend; thread-safe.

    keys is https://GATEWAY/.well-known/gatehouse/jwks.json, issuer mostly "gatehouse", route_id this backend's route in routes.yml.
    """

    def __init__(self, keys, issuer, route_id):
        self._url, self._issuer, self._route_id = keys, issuer, route_id
        self._keys, self._failure, self._asked, self._lock = {}, None, float("-inf"), threading.Lock()

    def verify(self, header):
        """The claims; raises jwt.InvalidTokenError when the request must be answered with 401, KeysUnavailable when with 503."""
        head = jwt.get_unverified_header(header or "")
        if head.get("typ") != "gatehouse-assertion+jwt":
            raise jwt.InvalidTokenError("another kind of token")
        # The leeway is in seconds; an assertion comes with 25 or more left.
        return jwt.decode(header, self._key(head.get("kid")), algorithms=["ES256"], issuer=self._issuer, audience=self._route_id,
                          leeway=5, options={"require": ["iss", "aud", "sub", "iat", "exp"]})

    def _key(self, kid):
        with self._lock:
            age = time.monotonic() - self._asked
            if age > 300 or (kid not in self._keys and age > 10):
                self._asked = time.monotonic()
                try:
                    with urllib.request.urlopen(self._url, timeout=2) as answer:
                        self._keys = {key["kid"]: jwt.PyJWK(key).key for key in json.load(answer)["keys"]}
                    self._failure = None
                except Exception as failure:  # no answer, or anything but a key set; the keys known so far stay good
                    self._failure = failure
            if kid in self._keys:
                return self._keys[kid]
            if self._failure:
                raise KeysUnavailable("the gateway's keys cannot be had") from self._failure
            raise jwt.InvalidTokenError("no such key")
