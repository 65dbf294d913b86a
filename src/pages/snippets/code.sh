# Needs curl and openssl. Save it as app.sh, then: sh app.sh
set -eu

issuer={{issuer}}
client_id={{client_id}}
@shown client_secret={{client_secret}}
@env client_secret=${CLIENT_SECRET:?}
redirect_uri={{redirect_uri}}

# 1. A secret for this one request (PKCE), and a state to know the answer by.
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
verifier=$(openssl rand 32 | base64url)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | base64url)
state=$(openssl rand 16 | base64url)

# 2. The owner allows it, in a browser.
echo 'Open this in a browser:'
echo "$issuer/authorize?"{{query}}"&code_challenge=$challenge&state=$state"
echo 'Then paste the address at which the browser ended:'
read -r address
parameter() { printf '%s\n' "$address" | sed -n "s/.*[?&]$1=\([^&#]*\).*/\1/p"; }
[ "$(parameter state)" = "$state" ] || { echo 'This is not the answer to this request.' >&2; exit 1; }
[ -n "$(parameter code)" ] || { echo "Refused: $(parameter error)" >&2; exit 1; }

# 3. The code for tokens.
@secret ask() { curl -sS --fail-with-body -u "$client_id:$client_secret" "$@" "$issuer/token"; }
@public ask() { curl -sS --fail-with-body -d "client_id=$client_id" "$@" "$issuer/token"; }
member() { printf '%s\n' "$answer" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
answer=$(ask -d grant_type=authorization_code -d "code=$(parameter code)" \
  --data-urlencode "redirect_uri=$redirect_uri" -d "code_verifier=$verifier")

# 4. The API, with the access token.
curl -sS --fail-with-body -H "Authorization: Bearer $(member access_token)" "$issuer/demo/whoami"
echo

# 5. A new access token, without asking again. Keep the refresh token that comes with it.
answer=$(ask -d grant_type=refresh_token -d "refresh_token=$(member refresh_token)")
echo "Refreshed: a new access token for $(printf '%s\n' "$answer" | sed -n 's/.*"expires_in":\([0-9]*\).*/\1/p') seconds."
