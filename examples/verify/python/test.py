"""Asks the server of examples/verify/test for assertions, good and forged, and compares."""
import json
import sys
import urllib.request

import jwt
from gatehouse_assertion import GatehouseAssertion, KeysUnavailable


def get(path):
    with urllib.request.urlopen(sys.argv[1] + path, timeout=10) as answer:
        return json.load(answer)


def accepts(assertion, header):
    try:
        return assertion.verify(header)["sub"] == "alice"
    except jwt.InvalidTokenError:
        return False


given = get("/cases")
verifier = GatehouseAssertion(sys.argv[1] + "/jwks.json", given["issuer"], given["routeId"])
failed = 0
for case in given["cases"]:
    got = accepts(verifier, case.get("header"))
    if got != case["accepted"]:
        failed += 1
        print("python:", case["name"] + ":", "accepted" if got else "refused", file=sys.stderr)
for outage in given["outages"]:
    try:
        GatehouseAssertion(sys.argv[1] + outage, given["issuer"], given["routeId"]).verify(given["cases"][0]["header"])
        got = "accepted"
    except KeysUnavailable:
        continue
    except Exception as failure:
        got = repr(failure)
    failed += 1
    print("python: keys from", outage + ":", got, file=sys.stderr)
fetches = get("/fetches")
if fetches > 3:
    failed += 1
    print(f"python: the keys were fetched {fetches} times", file=sys.stderr)
print(f"python: {len(given['cases'])} cases, {len(given['outages'])} outages, {failed} failed")
sys.exit(0 if failed == 0 and len(given["cases"]) > 20 and len(given["outages"]) > 5 else 1)
