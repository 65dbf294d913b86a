# Needs Python 3.9 or newer and nothing else. Save it as app.py, then: python3 app.py
@secret import base64, hashlib, json, os, secrets
@public import base64, hashlib, json, secrets
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

issuer = {{issuer}}
client_id = {{client_id}}
@shown client_secret = {{client_secret}}
@env client_secret = os.environ["CLIENT_SECRET"]
redirect_uri = {{redirect_uri}}
scope = {{scope}}

# 1. A secret for this one request (PKCE), and a state to know the answer by.
verifier = secrets.token_urlsafe(32)
digest = hashlib.sha256(verifier.encode()).digest()
challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
state = secrets.token_urlsafe(16)

# 2. The owner allows it, in a browser.
query = urlencode({
    "response_type": "code",
    "client_id": client_id,
    "redirect_uri": redirect_uri,
    "scope": scope,
    "state": state,
    "code_challenge": challenge,
    "code_challenge_method": "S256",
})
print("Open this in a browser:")
print(f"{issuer}/authorize?{query}")
print("Then paste the address at which the browser ended:", flush=True)
answer = parse_qs(urlsplit(input().strip()).query)
if answer.get("state") != [state]:
    raise SystemExit("This is not the answer to this request.")
if "code" not in answer:
    raise SystemExit(f"Refused: {answer.get('error')}")


# 3. The code for tokens.
def ask(**parameters):
@secret     basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
@secret     request = Request(f"{issuer}/token", urlencode(parameters).encode(), {"Authorization": f"Basic {basic}"})
@public     request = Request(f"{issuer}/token", urlencode({"client_id": client_id, **parameters}).encode())
    return json.load(urlopen(request))


tokens = ask(
    grant_type="authorization_code",
    code=answer["code"][0],
    redirect_uri=redirect_uri,
    code_verifier=verifier,
)

# 4. The API, with the access token.
bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
print(json.load(urlopen(Request(f"{issuer}/demo/whoami", headers=bearer))))

# 5. A new access token, without asking again. Keep the refresh token that comes with it.
refreshed = ask(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
print(f"Refreshed: a new access token for {refreshed['expires_in']} seconds.")
