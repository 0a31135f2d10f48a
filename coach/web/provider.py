"""Signing in through an OpenID Connect provider, by Authlib, with state, nonce and PKCE.

What the browser brings back is held against a cookie of a few minutes, signed with a key that every
process of the app derives alike, so that the way out and the way back may meet different ones.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import unicodedata
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coach.errors import AccountError, DatabaseUnusable
from coach.web.database_threads import ask_database
from coach.web.identity import SIGN_IN
from coach.web.sign_in import NOT_NOW, SigningIn, own_path

log = logging.getLogger(__name__)

START = f"{SIGN_IN}/provider"
CALLBACK = f"{START}/callback"
COOKIE = "pathway_provider"
MINUTES = 10
ANSWER_SECONDS = 10
WAY_BACK = "next"
# Never "none", nor one whose key the provider shares with us.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]

# Who has no name that is theirs for certain; a number behind it tells them apart.
NAMELESS = "somebody"
UNREACHABLE = "Your organisation's sign-in cannot be reached just now. Please try again later."
NOT_PROVEN = "Your organisation's sign-in did not work out. Please try again."


@dataclass(frozen=True)
class Provider:
    """A provider and what this app is there.

    Attributes:
        issuer: its address, as its tokens have it.
        client_id: the name of this app there.
        client_secret: the secret of this app there.
        public_url: the address people reach this app by.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    public_url: str


def provider_routes(provider: Provider, signing_in: SigningIn, *, secure: bool) -> list[Route]:
    """The ways to the provider and back."""
    key = hmac.digest(provider.client_secret.encode(), b"pathway coach: sign-in", hashlib.sha256)
    session = Middleware(
        SessionMiddleware,
        secret_key=key.hex(),
        session_cookie=COOKIE,
        max_age=MINUTES * 60,
        path=START,
        same_site="lax",
        https_only=secure,
    )
    through = _Through(provider, signing_in)
    return [
        Route(START, through.start, methods=["GET"], middleware=[session]),
        Route(CALLBACK, through.back, methods=["GET"], middleware=[session]),
    ]


class _Through:
    def __init__(self, provider: Provider, signing_in: SigningIn) -> None:
        self._provider = provider
        self._signing_in = signing_in
        issuer = provider.issuer.rstrip("/")
        self._client: StarletteOAuth2App = OAuth().register(
            "provider",
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "timeout": ANSWER_SECONDS,
            },
        )

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider."""
        way_back = own_path(request.query_params.get("next", ""))
        try:
            await self._know_provider()
            callback = self._provider.public_url.rstrip("/") + CALLBACK
            response: Response = await self._client.authorize_redirect(request, callback)
        except (HTTPError, AuthlibBaseError, RuntimeError, ValueError) as error:
            return self._failed(request, way_back, error, UNREACHABLE, 502)
        request.session[WAY_BACK] = way_back
        response.headers["cache-control"] = "no-store"
        return response

    async def back(self, request: Request) -> Response:
        """Sign in whom the provider has vouched for."""
        way_back = own_path(str(request.session.get(WAY_BACK, "")))
        try:
            await self._know_provider()
            token = await self._client.authorize_access_token(
                request,
                claims_options={
                    "iss": {"essential": True, "value": self._provider.issuer},
                    "aud": {"essential": True, "value": self._provider.client_id},
                },
            )
            known = token["userinfo"]
        except HTTPError as error:
            return self._failed(request, way_back, error, UNREACHABLE, 502)
        except (AuthlibBaseError, JoseError, RuntimeError, ValueError, KeyError) as error:
            return self._failed(request, way_back, error, NOT_PROVEN, 403)
        finally:
            request.session.clear()
        try:
            session = await ask_database(partial(self._session_of, known))
            return await self._signing_in.enter(request, session, way_back)
        except AccountError as error:
            problem = f"{error.problem} {error.remedy}"
            return self._signing_in.form(request, way_back, problem=problem, status=403)
        except DatabaseUnusable:
            return self._signing_in.form(request, way_back, problem=NOT_NOW, status=503)

    def _session_of(self, known: dict[str, Any]) -> str:
        account = self._signing_in.accounts.provider_account(
            self._provider.issuer, str(known["sub"]), _name_of(known)
        )
        return self._signing_in.accounts.start_session(account)

    async def _know_provider(self) -> None:
        """Read what the provider says of itself, and believe it only so far.

        Raises:
            ValueError: it says it is another, or signs in no way that proves anything.
        """
        says = await self._client.load_server_metadata()
        if says.get("issuer") != self._provider.issuer:
            raise ValueError(f"The provider calls itself {says.get('issuer')}.")
        offered = says.get("id_token_signing_alg_values_supported", ["RS256"])
        says["id_token_signing_alg_values_supported"] = [
            name for name in SIGNATURES if name in offered
        ]
        if not says["id_token_signing_alg_values_supported"]:
            raise ValueError(f"The provider signs with {offered} alone.")

    def _failed(
        self, request: Request, way_back: str, error: Exception, problem: str, status: int
    ) -> Response:
        log.warning("Signing in through %s failed: %s", self._provider.issuer, type(error).__name__)
        return self._signing_in.form(request, way_back, problem=problem, status=status)


def _name_of(known: dict[str, Any]) -> str:
    """The best name for a person: an address that was checked, else what they are called.

    What people call themselves may look like anybody's address, and roles are given by name.
    """
    if known.get("email_verified") is True and known.get("email"):
        return str(known["email"])
    called = (str(known.get(key) or "") for key in ("preferred_username", "name", "sub"))
    return next((name for name in called if name and not _like_address(name)), NAMELESS)


def _like_address(name: str) -> bool:
    return "@" in unicodedata.normalize("NFKC", name)
