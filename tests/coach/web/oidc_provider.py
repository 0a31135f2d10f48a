"""A small OpenID Connect provider over real HTTP, which can be told to do one thing wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID = "pathway-coach"
CLIENT_SECRET = "a secret between the two of us"


class OidcProvider:
    """Signs everybody in at once, as the person in ``person``.

    Attributes:
        fault: what is wrong with the next token: see ``_token``.
        person: the claims that tell who signs in.
        metadata: what the provider says of itself beside its addresses.
        redeemed: how many codes were exchanged for a token.
    """

    def __init__(self) -> None:
        self.fault = ""
        self.person: dict[str, Any] = {
            "sub": "1",
            "email": "Ana@example.org",
            "email_verified": True,
        }
        self.metadata: dict[str, Any] = {"id_token_signing_alg_values_supported": ["RS256"]}
        self.redeemed = 0
        self.issuer = ""
        self._key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self._stranger = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self._asked: dict[str, dict[str, str]] = {}

    def get(self, path: str, asked: dict[str, str]) -> tuple[int, dict[str, str], object]:
        """Answer a GET: its status, headers and content."""
        match path:
            case "/.well-known/openid-configuration":
                return 200, {}, {**self._addresses(), **self.metadata}
            case "/jwks":
                return 200, {}, {"keys": [self._key.as_dict(private=False)]}
            case "/authorize":
                assert asked["response_type"] == "code"
                assert asked["client_id"] == CLIENT_ID
                assert "openid" in asked["scope"].split()
                assert asked["code_challenge_method"] == "S256"
                code = secrets.token_urlsafe()
                self._asked[code] = asked
                answer = {"code": code, "state": asked["state"]}
                if self.fault == "refused":
                    answer = {"error": "access_denied", "state": asked["state"]}
                return 302, {"location": f"{asked['redirect_uri']}?{urlencode(answer)}"}, {}
        return 404, {}, {}

    def post(
        self, path: str, given: dict[str, str], client: str
    ) -> tuple[int, dict[str, str], object]:
        """Answer a POST: its status, headers and content."""
        asked = self._asked.pop(given.get("code", ""), None)
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proven = asked and asked["code_challenge"] == _base64(proof)
        if path != "/token" or not asked or not proven or client != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return 400, {}, {"error": "invalid_grant"}
        assert given["redirect_uri"] == asked["redirect_uri"]
        self.redeemed += 1
        token = {"access_token": "unused", "token_type": "Bearer", "expires_in": 60}
        if self.fault != "no id token":
            token["id_token"] = self._token(asked["nonce"])
        return 200, {}, token

    def _addresses(self) -> dict[str, str]:
        return {
            "issuer": "https://other.example" if self.fault == "other provider" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            **self.person,
        }
        faults: dict[str, dict[str, Any]] = {
            "wrong nonce": {"nonce": "another"},
            "wrong issuer": {"iss": "https://other.example"},
            "wrong audience": {"aud": "another app", "azp": CLIENT_ID},
            "too old": {"iat": now - 4000, "exp": now - 3600},
            "no subject": {"sub": None},
        }
        claims |= faults.get(self.fault, {})
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.fault == "no nonce":
            del claims["nonce"]
        if self.fault == "unsigned":
            head = _base64(json.dumps({"alg": "none", "kid": "one"}).encode())
            return f"{head}.{_base64(json.dumps(claims).encode())}."
        if self.fault == "signed with the shared secret":
            key = OctKey.import_key(CLIENT_SECRET, {"kid": "one"})
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key)
        key = self._stranger if self.fault == "wrong signature" else self._key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """Run a provider on loopback while the block runs."""
    provider = OidcProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer(*provider.get(parts.path, _flat(parts.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            _, _, credentials = self.headers.get("authorization", "").partition(" ")
            client = unquote(base64.b64decode(credentials).decode())
            self._answer(*provider.post(self.path, _flat(body), client))

        def _answer(self, status: int, headers: dict[str, str], content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "content-type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
