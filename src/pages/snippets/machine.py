# Needs Python 3.9 or newer and nothing else. Save it as app.py, then: python3 app.py
import base64, json, os
from urllib.parse import urlencode
from urllib.request import Request, urlopen

issuer = {{issuer}}
client_id = {{client_id}}
@shown client_secret = {{client_secret}}
@env client_secret = os.environ["CLIENT_SECRET"]

basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
form = urlencode({"grant_type": "client_credentials", "scope": {{scope}}}).encode()
tokens = json.load(urlopen(Request(f"{issuer}/token", form, {"Authorization": f"Basic {basic}"})))

bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
print(json.load(urlopen(Request(f"{issuer}/demo/whoami", headers=bearer))))
